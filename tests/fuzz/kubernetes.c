/* SPDX-License-Identifier: Apache-2.0 */
/* kubernetes: Kubernetes manifests, whatever is in them. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/manifest_forms.h"
#include "../../lib/mem.h"

static const char *variable(void *closure, const char *name)
{
	(void)closure;
	return name[0] == 'S' ? "/var/run" : name[0] == 'E' ? "" : NULL;
}

/* Every destination is absolute, every bind has an absolute source, every error a sentence. */
static void judge(const struct manifest *manifest, int result, const struct error *err)
{
	if ((result < 0) != (err->text[0] != '\0') || (result < 0 && err->code != ERROR_INPUT))
		abort();
	for (size_t i = 0; result == 0 && i < manifest->container_count; i++) {
		const struct manifest_container *container = &manifest->containers[i];

		for (size_t j = 0; j < container->mount_count; j++) {
			const struct planned_mount *mount = &container->mounts[j];

			if (mount->destination[0] != '/' ||
				mount->bind != (mount->source != NULL) ||
				(mount->bind && mount->source[0] != '/'))
				abort();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct manifest_context context = { .file = "a@b.container",
		.directory = "/srv/app",
		.home = "/home/ada",
		.runtime_directory = "/run/user/1000",
		.variable = variable };
	cleanup(manifest_clear) struct manifest manifest = { 0 };
	cleanup(documents_clear) struct documents documents = { 0 };
	const struct node *root = NULL;
	struct error err = { 0 };
	int result;

	if (memchr(data, '\0', size) != NULL) /* manifest_parse has refused it before */
		return 0;
	result = documents_open(&documents, (const char *)data, size, &err);
	while (result == 0 && (result = documents_next(&documents, &root, &err)) == 0 &&
		root != NULL)
		result = manifest_kubernetes(&manifest, &context, root, &err);
	judge(&manifest, result, &err);
	return 0;
}
