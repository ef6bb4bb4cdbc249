/* SPDX-License-Identifier: Apache-2.0 */
/* manifest_kind: finds out which kind of text it is, and why one cannot be read. Pure. */
#pragma once

#include "manifest/forms.h"

#define NOMAD                                                                                      \
	"a Nomad job: its containers are known on the client: run \"docker inspect NAME | "        \
	"runmask check -\" there"

struct form {
	bool (*is)(const struct node *root);
	bool many; /* a text may hold several such documents */
	int (*read)(struct manifest *manifest, const struct manifest_context *context,
		const struct node *root, struct error *err);
};

/* The form of a document, or NULL. */
const struct form *form_find(const struct node *root);

/* Sets the error for a document of a kind that is not read here, with how to render it where that
 * helps, and manifest->fit. Always -1. */
int form_unknown(struct manifest *manifest, const struct node *root, struct error *err);

/* Is it a config.json of the OCI runtime specification? */
bool is_oci(const struct node *root);
/* The value of a mapping's member; NULL: not a mapping, or no such key. */
const struct node *node_member(const struct node *node, const char *key);

/* Is the first line that says anything a section's head, such as "[Unit]"? Of such texts: is it a
 * service, and not a quadlet? */
bool is_service(const char *text, size_t length);
bool is_unit(const char *text, size_t length);

/* Does a line begin with that key? */
bool has_key_line(const char *text, size_t length, const char *key);

/* A job of Nomad's own language. */
bool is_nomad(const char *text, size_t length);
