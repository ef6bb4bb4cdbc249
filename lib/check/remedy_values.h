/* SPDX-License-Identifier: Apache-2.0 */
/* remedy_values: computes the values and conditions that the texts of remedy_table.h name, for one
 * case. */
#pragma once

#include "check/remedy_table.h"

enum value {
	VALUE_NAME,
	VALUE_SOURCES, /* of all binds, joined */
	VALUE_PLACE,   /* where the lines go, a sentence */
	VALUE_NTH,     /* "", "-2", …: of the binds in turn */
	VALUE_SOURCE,
	VALUE_DESTINATION,
	VALUE_OPTIONS, /* the bind's own: ":ro,rshared", or a JSON list's inside */
	VALUE_SLAVED,  /* the same with rslave */
	VALUE_ELSEWHERE,
	VALUE_MOVED,      /* the usual socket, below elsewhere */
	VALUE_DIRECTORY,  /* of the host, holding a socket and nothing else */
	VALUE_MOUNTPOINT, /* where that goes in the container */
	VALUE_BASE,       /* the socket's name in it */
	VALUE_LISTEN,
	VALUE_SLAVE,
	VALUE_MADE,
	VALUE_SKIP,
	VALUE_HOOK,
	VALUE_CHANNEL, /* of one turn of [each] */
	VALUE_VEIL,
	VALUE_COMMA, /* between the turns of [each] and [mounts] */
	VALUES
};

enum condition {
	IF_SHARED,
	IF_ANY_SHARED,
	IF_BIDIRECTIONAL,
	IF_SLAVE,
	IF_READONLY,
	IF_API,
	IF_EACH,
	IF_MOUNTS,
	CONDITIONS
};

struct values {
	const struct remedy_dialect *dialect;
	const struct remedy_case *asked;
	struct buffer texts[VALUES];
	bool writes;       /* the way in hand has lines */
	bool holds_socket; /* a bind holds the kind's usual socket */
	bool holds[CONDITIONS];
};

#define value_print(values, value, err, ...) buffer_print(&(values)->texts[value], err, __VA_ARGS__)

/* Fills in all but the place; *values has its case and dialect, all else zeroed. */
int values_fill(struct values *values, struct error *err) must_check;
void values_clear(struct values *values);

/* What is said of one bind takes the place of what was said of another. */
int fill_mount(struct values *values, const struct planned_mount *mount, size_t nth,
	struct error *err) must_check;

/* The binds in turn, by index below asked->mount_count. */
const struct planned_mount *asked_mount(const struct values *values, size_t index);

/* One of the binds is of a channel's own directory, or of what is in it. */
bool names_channel(const struct values *values);

/* Without slashes at the end: 0 for the root. */
int bare_length(const char *path);
