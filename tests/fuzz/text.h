/* SPDX-License-Identifier: Apache-2.0 */
/* For targets with parsers that take text that ends with a NUL: files, as they are read. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/buffer.h"
#include "base/text_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void expect(bool holds)
{
	if (!holds)
		abort();
}

/* On the heap, so that reading behind it is seen; what has a NUL ends there. */
static inline char *text_of(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);

	expect(text != NULL);
	return text;
}

/* A parser that fails says why. */
static inline void succeeds_or_says(int result, const struct error *err)
{
	expect((result == 0) == (err->code == ERROR_NONE));
	expect(result == 0 || err->text[0] != '\0');
}
