/* SPDX-License-Identifier: Apache-2.0 */
/* manifest_place: a node of a document together with the way to it, so that every complaint can say
 * "12:7: services.web.volumes[0].type: must be a string, is a list". Places live on the stack and
 * point upwards; nothing is allocated. */
#pragma once

#include "manifest/planned_mount.h"
#include "manifest/yaml/tree.h"

struct place {
	const struct place *above; /* NULL: the document itself */
	const struct node *node;   /* NULL: nothing there, or null, which counts as nothing */
	const struct node *at; /* for positions: itself, null or not, else what it is missing in */
	const char *key;       /* its key in the mapping above; NULL in a list */
	size_t index;          /* in the list above */
	size_t line;           /* where it begins: for a mapping's member, its key */
};

struct place place_root(const struct node *root);

/* Member of a mapping. A missing or null one gives a place without a node (NULL); a place above
 * without a node has no members. */
int place_get(const struct place *above, const char *key, enum node_kind kind, struct place *place,
	struct error *err) must_check;

/* The same without asking what it is; a place that is not a mapping has no members. */
struct place place_find(const struct place *above, const char *key);

/* Follows keys, which end with NULL, through mappings; way[] holds a place for each key. Returns
 * the last one in *place. */
#define PLACE_STEPS_MAX 6
struct place_way {
	struct place steps[PLACE_STEPS_MAX];
};
int place_follow(const struct place *from, const char *const *keys, enum node_kind kind,
	struct place_way *way, const struct place **place, struct error *err) must_check;

/* The element or pair at that index, whatever its kind; the index must be below place_count. */
struct place place_at(const struct place *above, size_t index);
size_t place_count(const struct place *place);

int place_expect(const struct place *place, enum node_kind kind, struct error *err) must_check;

/* Texts of scalar members; NULL when missing. Borrowed from the document. */
int place_text(const struct place *above, const char *key, const char **text, struct error *err)
	must_check;

/* Is it a scalar, or a list with an element, that begins with the word? Of whatever kind it is
 * else, it is not. */
bool place_says(const struct place *place, const char *word);

/* Where an entry of a list of mounts stands. */
struct mount_site place_site(const struct place *place);

/* Does one of the list's mappings say so under that key? */
bool place_list_says(const struct place *list, const char *key, const char *word);

/* true and false, and the other words that YAML has had for them; unchanged when missing. */
int place_flag(const struct place *above, const char *key, bool *flag, struct error *err)
	must_check;
int flag_read(const char *word, bool *flag);

int place_error(const struct place *place, struct error *err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts the place in front of a reason. */
int place_wrap(const struct place *place, struct error *err);
