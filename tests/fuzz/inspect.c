/* SPDX-License-Identifier: Apache-2.0 */
/* inspect: the output of docker inspect and podman inspect, or whatever else it turns out to be:
 * this target goes in by the front door. */
#include <stdint.h>
#include <stdlib.h>

#include "../../lib/manifest.h"
#include "../../lib/mem.h"

static const char *variable(void *closure, const char *name)
{
	(void)closure;
	return name[0] == 'S' ? "/var/run" : name[0] == 'E' ? "" : NULL;
}

/* Every destination is absolute, every bind has an absolute source, every error a sentence. An OCI
 * config.json may say what it likes. */
static void judge(const struct manifest *manifest, int result, const struct error *err)
{
	if ((result < 0) != (err->text[0] != '\0') || (result < 0 && err->code != ERROR_INPUT))
		abort();
	for (size_t i = 0; result == 0 && i < manifest->container_count; i++) {
		const struct manifest_container *container = &manifest->containers[i];

		for (size_t j = 0; !container->ordered && j < container->mount_count; j++) {
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
	struct error err = { 0 };
	int result = manifest_parse(&manifest, &context, (const char *)data, size, &err);

	judge(&manifest, result, &err);
	return 0;
}
