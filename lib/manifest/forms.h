/* SPDX-License-Identifier: Apache-2.0 */
/* manifest_forms: a reader for each form of manifest. All add to *manifest what they find, and
 * leave what they added there on failure; errors begin with LINE:COLUMN. */
#pragma once

#include "manifest/manifest.h"
#include "manifest/yaml/tree.h"

int manifest_compose(struct manifest *manifest, const struct manifest_context *context,
	const struct node *root, struct error *err) must_check;
int manifest_kubernetes(struct manifest *manifest, const struct manifest_context *context,
	const struct node *root, struct error *err) must_check;
int manifest_inspect(struct manifest *manifest, const struct manifest_context *context,
	const struct node *root, struct error *err) must_check;
int manifest_quadlet(struct manifest *manifest, const struct manifest_context *context,
	const char *text, size_t length, struct error *err) must_check;
