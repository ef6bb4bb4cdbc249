/* SPDX-License-Identifier: Apache-2.0 */
/* tree: YAML and JSON texts as trees of nodes that know their place. One form for both, since
 * people write compose files in JSON and Kubernetes manifests in either. Pure.
 *
 * libyaml reads YAML (as events), lib/json validates JSON; what is added here: aliases are shared
 * nodes, never copies; merge keys ("<<") are resolved; of duplicate keys the last one counts, and
 * the first such pair is told; depth and expansion are bounded. A text may hold many documents; one
 * at a time is in memory. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define TREE_DEPTH_MAX 128        /* lists and mappings inside each other */
#define TREE_ALIASED_MAX 1000000u /* nodes that a document's aliases stand for, all in all */

enum node_kind {
	NODE_NULL, /* null, ~, or nothing written at all */
	NODE_SCALAR,
	NODE_LIST,
	NODE_MAPPING,
};

/* Tags of compose, which say how a value is merged into that of another file. */
enum node_tag {
	TAG_NONE, /* or any other */
	TAG_RESET,
	TAG_OVERRIDE,
};

struct node_pair;

/* Nodes belong to their document and are never changed; aliases make them a DAG without cycles. */
struct node {
	enum node_kind kind : 8;
	enum node_tag tag : 8;
	bool plain;                /* a scalar without quotes: perhaps a number or a boolean */
	bool shared;               /* an alias names it, so it stands at more than one place */
	unsigned int line, column; /* from 1 */
	unsigned int weight; /* nodes below, itself included, aliases counted as what they name */
	unsigned int own;    /* of a mapping's pairs, the first ones: not merged in */
	unsigned int count;  /* bytes, elements or pairs */
	union {
		const char *text; /* scalar and null: as written, decoded, NUL-terminated */
		const struct node *const *elements;
		const struct node_pair *pairs; /* in order of the text; what is merged in comes
						* last. Behind more than SEARCHED_MAX of them:
						* pointers to them, sorted by key */
	};
};

/* Mappings of so few pairs are searched from the first to the last. */
#define SEARCHED_MAX 8

struct node_pair {
	const struct node *key; /* NODE_SCALAR or NODE_NULL */
	const struct node *value;
};

/* "a mapping", "a list", "null"; a scalar by what it looks like: "a string", "a number",
 * "a boolean". */
const char *node_kind_words(const struct node *node);

/* The pair of that key in a mapping; NULL when there is none, or node is not a mapping. */
const struct node_pair *node_pair(const struct node *node, const char *key);

/* Memory that is given back all at once. */
struct arena {
	struct arena_chunk *chunks; /* the newest first */
};
void *arena_get(struct arena *arena, size_t size, struct error *err) must_check;
/* Gives back what was got since the mark was taken. */
struct arena_mark {
	struct arena_chunk *chunk;
	size_t used;
};
struct arena_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);
void arena_reset(struct arena *arena); /* everything got before is gone; keeps a chunk for reuse */
void arena_clear(struct arena *arena);

/* The documents of a text, which is borrowed. JSON when it begins with a bracket: then a sequence
 * of JSON values, as in the output of several commands; else YAML. */
struct duplicate {
	const char *key; /* NULL: none */
	unsigned int line, column, first_line, first_column;
};

/* What is left out of a YAML document to save memory: pairs of the mappings that are members of the
 * mapping under the key `top` of the document. The text of what is left out is checked all the
 * same. Members in which there is an anchor or an inline merge stay whole. */
enum kept {
	KEPT_WHOLE,
	KEPT_PLACE, /* only that it is there: its value is its key */
	KEPT_NAMED, /* of a list or mapping what begins with `name`; nothing where nothing does */
};
struct pruning {
	const char *top, *name;
	const struct kept_key {
		const char *key;
		enum kept kept;
	} *keys; /* all others go */
	size_t count;
};

struct documents {
	const char *text, *end;
	const struct pruning *pruning; /* NULL: nothing is left out; set after documents_open */
	struct duplicate duplicate; /* the first key of the present document that is there twice */
	struct arena arena;         /* the document that was read last */
	/* YAML */
	struct yaml_parser_s *parser;
	/* JSON */
	const char *at;
	size_t line, column;
};

/* *documents must be zeroed. The text must hold no NUL byte. */
int documents_open(struct documents *documents, const char *text, size_t length, struct error *err)
	must_check;

/* Reads the next document; *root is NULL behind the last one. Frees the one before. Errors are
 * ERROR_INPUT and begin with LINE:COLUMN. */
int documents_next(struct documents *documents, const struct node **root, struct error *err)
	must_check;
void documents_clear(struct documents *documents);

/* JSON, which counts columns in bytes; else YAML, which counts characters. */
bool documents_are_json(const char *text, size_t length);
