/* SPDX-License-Identifier: Apache-2.0 */
/* cursor: a node of a document with the path to it, so that every error can say "12:7:
 * services.web.volumes[0].type: must be a string, is a list". Cursors live on the stack and point
 * to the one above, which must outlive them; nothing is allocated. */
#pragma once

#include "manifest/planned_mount.h"
#include "manifest/yaml/tree.h"

struct cursor {
	const struct cursor *above; /* NULL: the document itself */
	const struct node *node;    /* NULL: nothing there, or null, which counts as nothing */
	const struct node *at; /* for positions: itself, null or not, else what it is missing in */
	const char *key;       /* its key in the mapping above; NULL in a list */
	size_t index;          /* in the list above */
	size_t line;           /* where it begins: for a mapping's member, its key */
};

/* The document itself. A cursor borrows its nodes; it is valid as long as the document. */
struct cursor cursor_root(const struct node *root);

/* Member of a mapping. A missing or null one gives a place without a node (NULL); a place above
 * without a node has no members. */
int cursor_get(const struct cursor *above, const char *key, enum node_kind kind,
	struct cursor *cursor, struct error *err) must_check;

/* The same without asking what it is; a place that is not a mapping has no members. */
struct cursor cursor_find(const struct cursor *above, const char *key);

/* Follows keys, which end with NULL, through mappings; way[] holds a place for each key. Returns
 * the last one in *place. */
#define CURSOR_STEPS_MAX 6
struct cursor_way {
	struct cursor steps[CURSOR_STEPS_MAX];
};
int cursor_follow(const struct cursor *from, const char *const *keys, enum node_kind kind,
	struct cursor_way *way, const struct cursor **cursor, struct error *err) must_check;

/* The element or pair at that index, whatever its kind; the index must be below cursor_count. */
struct cursor cursor_at(const struct cursor *above, size_t index);
size_t cursor_count(const struct cursor *cursor);

/* 0 when the node is of that kind; else "WAY: must be a …, is a …", or "WAY: is missing". */
int cursor_expect(const struct cursor *cursor, enum node_kind kind, struct error *err) must_check;

/* Texts of scalar members; NULL when missing. Borrowed from the document. */
int cursor_text(const struct cursor *above, const char *key, const char **text, struct error *err)
	must_check;

/* Whether it is a scalar, or a list with a scalar, that begins with the word. False for any other
 * kind. */
bool cursor_says(const struct cursor *cursor, const char *word);

/* Where an entry of a list of mounts stands. */
struct mount_site cursor_site(const struct cursor *cursor);

/* Whether cursor_says holds for that key of one of the list's mappings. */
bool cursor_list_says(const struct cursor *list, const char *key, const char *word);

/* true and false, and the other words that YAML has had for them; unchanged when missing. */
int cursor_flag(const struct cursor *above, const char *key, bool *flag, struct error *err)
	must_check;
int flag_read(const char *word, bool *flag);

/* The sentence with the line, the column and the way in front: "12:7: WAY: …". Always -1. */
int cursor_error(const struct cursor *cursor, struct error *err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts the place in front of a reason. */
int cursor_wrap(const struct cursor *cursor, struct error *err);
