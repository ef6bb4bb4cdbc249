/* SPDX-License-Identifier: Apache-2.0 */
/* json: a strict scanner that validates a whole document (RFC 8259) and hands out slices of it.
 *
 * Why not jansson alone: it refuses or alters 18446744073709551615 (a legal rlimit in a
 * config.json), keeps no positions, and is some twenty times slower on a config.json of which a
 * hook wants a few members. So the scanner validates everything and finds the members that are
 * wanted, as slices; jansson decodes those. Nothing here allocates but json_validate, for objects
 * with many keys.
 *
 * A slice (struct json) is one value of a validated document, from its first to its last byte
 * without surrounding white space; it borrows the document's text. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum json_kind {
	JSON_KIND_OBJECT,
	JSON_KIND_ARRAY,
	JSON_KIND_STRING,
	JSON_KIND_NUMBER,
	JSON_KIND_TRUE,
	JSON_KIND_FALSE,
	JSON_KIND_NULL,
};

#define JSON_DEPTH_MAX 128 /* deeper is refused; engines write config.json up to 20 deep */

/* Where the objects and arrays of a document end, noted when it is validated, so that later walks
 * skip them in one step. Short ones, and those for which there is no room, are skipped byte by
 * byte. */
#define JSON_NOTES_MAX 256
#define JSON_NOTED_LENGTH 64

struct json_notes {
	const char *text;
	size_t count;
	struct {
		uint32_t begin, end; /* offsets; in the order of begin */
	} containers[JSON_NOTES_MAX];
};

struct json {
	const char *text;
	size_t length;
	const struct json_notes *notes; /* of its document; NULL: none */
};

struct json_position {
	size_t line, column; /* from 1; the column counts bytes */
};

/* Validates text[0..length) as exactly one JSON value with optional white space around it and sets
 * *document to that value. Refuses: anything RFC 8259 refuses, invalid UTF-8 (overlong forms,
 * surrogates, > U+10FFFF), unpaired \u surrogates, duplicate keys in one object (compared decoded:
 * "a" and "\u0061" are the same key), nesting deeper than JSON_DEPTH_MAX, a byte-order mark, a NUL
 * byte. Numbers of any size are legal. The error text is "LINE:COLUMN: reason" (code ERROR_INPUT;
 * ERROR_SYSTEM when there is no memory to look for duplicates). text needs no NUL behind it. Linear
 * in time, duplicate keys included, whatever the input. */
int json_validate(const char *text, size_t length, struct json *document, struct error *err)
	must_check;

/* Members that are wanted of an object: found[i] gets the value of names[i], or {NULL, 0}; odd, as
 * json_members returns it. notes: filled for later walks, and read by them, so it must live as long
 * as the text; it needs no initial value; NULL: none. */
struct json_wanted {
	const char *const *names;
	struct json *found;
	size_t count;
	struct json_notes *notes;
	struct json odd;
};

/* The same, and finds members of the outermost object on the way, as json_members does. */
int json_validate_members(const char *text, size_t length, struct json *document,
	struct json_wanted *wanted, struct error *err) must_check;

/* What kind of value it is. An absent one ({NULL, 0}, as json_members leaves it) counts as null. */
enum json_kind json_kind(struct json value);

/* Walk the members of an object, the elements of an array:
 *	struct json_walk walk = json_walk(object);
 *	while (json_next_member(&walk, &key, &value)) …
 * The key is a string slice (quotes included). On a value of another kind, or an absent one, both
 * find nothing. */
struct json_walk {
	const char *at, *end;
	const struct json_notes *notes;
};
struct json_walk json_walk(struct json container);
bool json_next_member(struct json_walk *walk, struct json *key, struct json *value);
bool json_next_element(struct json_walk *walk, struct json *value);

/* Whether the string slice, decoded, equals text. False for a value of another kind. */
bool json_is(struct json string, const char *text);

/* Is the string the same but for case, as Go's encoding/json takes a key for a field's name? text
 * is ASCII. "mount\u017f" is "mounts", too: Unicode folds that letter to "s", and U+212A to "k". */
bool json_is_folded(struct json string, const char *text);

/* Copies a short string, decoded. False when it is not a string, does not fit, or has a NUL in it.
 */
bool json_word(struct json string, char *text, size_t size);

/* Finds the member called name; false when value is not an object, or has no such member. */
bool json_member(struct json object, const char *name, struct json *value);

/* Finds several members in one walk: found[i] is the value of names[i], or {NULL, 0}. Returns a key
 * that is one of the names but for case (json_is_folded), or {NULL, 0}. */
struct json json_members(
	struct json object, const char *const *names, struct json *found, size_t count);

/* Where in the document the slice (or any pointer into the document) begins. Counts from the start:
 * for error messages. */
struct json_position json_position(const char *document, const char *at);
