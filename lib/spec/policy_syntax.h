/* SPDX-License-Identifier: Apache-2.0 */
/* policy_syntax: adds a hint to the syntax error of a policy that is not JSON. Pure. */
#pragma once

#include "base/error.h"

#define POLICY_MUST_BE "a policy must be JSON, such as { \"version\": 1, \"strategy\": \"mask\" }"

/* *syntax, of json_validate on the length bytes at text, becomes "FILE:LINE:COLUMN: … (what to
 * write)" in *err. Returns -1. */
int policy_syntax_error(const char *file, const char *text, size_t length,
	const struct error *syntax, struct error *err);
