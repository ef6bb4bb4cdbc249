/* SPDX-License-Identifier: Apache-2.0 */
/* template: texts with {name} in them, for which the values of one case are put in:
 * "Bind {source} elsewhere." Pure. */
#pragma once

#include <stddef.h>

#include "base/buffer.h"

/* All borrowed; values[i] is put in for {names[i]}, NULL for an empty one. */
struct template_values {
	const char *const *names, *const *values;
	size_t count;
};

/* Adds text[0..length) with its values put in. A brace that begins none of the names stands for
 * itself; what is put in is not looked at again. */
int template_add(struct buffer *out, const char *text, size_t length,
	const struct template_values *values, struct error *err) must_check;
