/* SPDX-License-Identifier: Apache-2.0 */
/* A state is whole or not there at all, and whatever is refused gets a sentence. */
#include "spec/oci.h"

#include <stdlib.h>

#include "base/buffer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(state_clear) struct state state = { 0 };
	struct error err = { 0 };

	if (state_parse(&state, (const char *)data, size, &err) == 0) {
		expect(err.code == ERROR_NONE);
		expect(state.id != NULL && state.bundle != NULL && state.bundle[0] == '/');
		return 0;
	}
	expect(err.code == ERROR_INPUT && err.text[0] != '\0');
	expect(state.id == NULL && state.bundle == NULL && state.pid == 0);
	return 0;
}
