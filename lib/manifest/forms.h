/* SPDX-License-Identifier: Apache-2.0 */
/* forms: the readers of the kinds of text, one for each. Each adds its containers to *manifest, and
 * leaves there what it added when it fails; errors begin with LINE:COLUMN. */
#pragma once

#include "manifest/manifest.h"
#include "manifest/yaml/tree.h"

/* One document each; root or text is borrowed for the call. -1 where it cannot be judged as a
 * whole: the error begins with LINE:COLUMN. */
int manifest_compose(struct manifest *manifest, const struct manifest_context *context,
	const struct node *root, struct error *err) must_check;
extern const struct pruning compose_pruning; /* for the document's reader */
int manifest_kubernetes(struct manifest *manifest, const struct manifest_context *context,
	const struct node *root, struct error *err) must_check;
int manifest_inspect(struct manifest *manifest, const struct manifest_context *context,
	const struct node *root, struct error *err) must_check;
int manifest_quadlet(struct manifest *manifest, const struct manifest_context *context,
	const char *text, size_t length, struct error *err) must_check;

/* Kinds of texts with commands. script_kind finds it by the file's name or its first line;
 * has_command_line says whether a line of any text begins with an engine's run. */
enum script_kind { SCRIPT_NONE, SCRIPT_SHELL, SCRIPT_MAKE, SCRIPT_MARKDOWN, SCRIPT_UNIT };
enum script_kind script_kind(const char *file, const char *text, size_t length);
bool has_command_line(const char *text, size_t length);

/* Lines that could not be judged go to manifest->problems. */
int manifest_commands(struct manifest *manifest, const struct manifest_context *context,
	enum script_kind kind, const char *text, size_t length, struct error *err) must_check;

/* The output of crictl inspect, or of docker service inspect. */
int manifest_crictl(struct manifest *manifest, const struct manifest_context *context,
	const struct node *root, struct error *err) must_check;

/* devcontainer.json, its comments taken out. */
int manifest_devcontainer(struct manifest *manifest, const struct manifest_context *context,
	const struct node *root, struct error *err) must_check;

/* A config.json: root is its text, read once more for what spec_parse leaves out. */
int manifest_oci(struct manifest *manifest, const struct manifest_context *context,
	const struct node *root, const char *text, size_t length, struct error *err) must_check;
