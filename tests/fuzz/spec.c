/* SPDX-License-Identifier: Apache-2.0 */
/* A spec is whole or not there at all: every mount has a destination and a line, in the order of
 * the text, and a strategy has a key. */
#include "spec/oci.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
	if (!holds)
		abort();
}

static void spec_check(const struct spec *spec)
{
	size_t line = 1;

	expect(spec->root_path != NULL);
	for (size_t i = 0; i < spec->mount_count; i++) {
		const struct planned_mount *mount = &spec->mounts[i];

		expect(mount->destination != NULL && mount->line >= line);
		expect(mount->bind || !mount->recursive);
		expect(mount->propagation <= PROPAGATION_UNBINDABLE);
		line = mount->line;
	}
	expect(spec->mount_label == NULL || spec->mount_label[0] != '\0');
	expect(spec->rootfs_propagation <= PROPAGATION_UNBINDABLE);
	expect((spec->strategy == NULL) == (spec->strategy_key == NULL));
	expect(spec->strategy_key == NULL ||
		strncmp(spec->strategy_key, ANNOTATION_STRATEGY, strlen(ANNOTATION_STRATEGY)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct spec none;
	cleanup(spec_clear) struct spec spec = { 0 };
	struct error err = { 0 };

	if (spec_parse(&spec, (const char *)data, size, &err) == 0) {
		expect(err.code == ERROR_NONE);
		spec_check(&spec);
		return 0;
	}
	expect(err.code == ERROR_INPUT && err.text[0] != '\0');
	expect(memcmp(&spec, &none, sizeof(spec)) == 0);
	return 0;
}
