/* SPDX-License-Identifier: Apache-2.0 */
/* compose: compose files, whatever is in them. */
#include "manifests.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(manifest_clear) struct manifest manifest = { 0 };
	cleanup(documents_clear) struct documents documents = { 0 };
	cleanup(text_clear) char *text = strndup((const char *)data, size);
	struct manifest_context with;
	const struct node *root = NULL;
	struct error err = { 0 };
	int result;

	if (text == NULL || strlen(text) != size) /* manifest_parse has refused it before */
		return 0;
	with = with_second_file(text, "compose.yaml");
	result = documents_open(&documents, text, strlen(text), &err);
	documents.pruning = &compose_pruning;
	while (result == 0 && (result = documents_next(&documents, &root, &err)) == 0 &&
		root != NULL)
		result = manifest_compose(&manifest, &with, root, &err);
	judge(&manifest, result, &err);
	return 0;
}
