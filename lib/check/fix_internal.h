/* SPDX-License-Identifier: Apache-2.0 */
/* fix_internal: the targets of a fix, its three editors, and additions to YAML and JSON. Inside
 * lib/check only. */
#pragma once

#include "base/text_list.h"
#include "check/edits.h"
#include "check/fix.h"
#include "check/remedy_table.h"
#include "manifest/cursor.h"

/* A container that is exposed. */
struct fix_target {
	const struct manifest_container *container;
	struct remedy_case asked;      /* all its channels, and all binds through which they show */
	size_t *mounts;                /* those */
	struct text_list veils, names; /* where covers go, and the channel of each */
	bool done;
};

struct fix {
	enum remedy_kind way;
	const char *text; /* without a byte order mark */
	size_t length;
	struct edits edits;
	struct fix_target *targets; /* in the order of the containers */
	size_t count;
};

/* An error at that place: "NAME: --fix WAY: reason". */
int fix_refuse(const struct fix *fix, const struct fix_target *target, size_t line, size_t column,
	struct error *err, const char *format, ...) __attribute__((format(printf, 6, 7)));

/* The same at a node, which more than one place of the file shares. */
int fix_refuse_shared(const struct fix *fix, const struct fix_target *target,
	const struct cursor *cursor, struct error *err);

/* The editors. Each takes the targets that it finds; those of documents one after the other. */
int fix_compose(struct fix *fix, const struct node *root, struct error *err) must_check;
int fix_kubernetes(struct fix *fix, const struct node *root, struct error *err) must_check;
int fix_quadlet(struct fix *fix, struct error *err) must_check;

/* What is added to a list or mapping, in both styles of YAML. */
struct fix_entry {
	struct buffer block; /* lines, the first at column 1: "tmpfs:\n  - /run/nscd" */
	struct buffer flow;  /* "\"tmpfs\": [\"/run/nscd\"]" */
};
void fix_entry_clear(struct fix_entry *entry);

/* A value, quoted where the block style must and always in the flow style. */
int fix_entry_value(struct fix_entry *entry, enum manifest_kind kind, const char *value,
	struct error *err) must_check;
/* The same words for both. */
int fix_entry_add(struct fix_entry *entry, const char *block, const char *flow, struct error *err)
	must_check;

/* Member of a mapping that may be edited; its index says where it stands. */
struct cursor fix_member(const struct cursor *mapping, const char *key);

/* Whether it stands at one place of the file only: not below an alias, and not merged in. */
bool fix_is_own(const struct cursor *cursor);

/* Adds a member to a mapping, behind the one of that key where it is there, else behind the last.
 */
int fix_add_member(struct fix *fix, const struct fix_target *target, const struct cursor *mapping,
	const char *behind, struct fix_entry *entry, struct error *err) must_check;

/* Adds an element to a list that is a mapping's member; one that is null becomes a list, and so
 * does a single string. False in *added: it is neither. */
int fix_add_element(struct fix *fix, const struct cursor *list, struct fix_entry *entry,
	bool *added, struct error *err) must_check;

/* Makes the sharing propagation that a string ends in, or is, one that only receives: "rshared"
 * "rslave". *changed: it could be found in the text as it is written. */
int fix_slave(struct fix *fix, const struct node *scalar, bool *changed, struct error *err)
	must_check;
