/* SPDX-License-Identifier: Apache-2.0 */
/* policy: what its tests share. Rows write ' for ", to stay legible. */
#pragma once

#include "spec/policy.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

/* Parses a row as the file "P", on a copy of just its size. */
static inline int policy_of(struct policy *policy, const char *row, struct error *err)
{
	size_t length = strlen(row);
	cleanup(text_clear) char *text = malloc(length > 0 ? length : 1);

	cr_assert_not_null(text);
	for (size_t i = 0; i < length; i++)
		text[i] = row[i] == '\'' ? '"' : row[i];
	return policy_parse(policy, "P", text, length, err);
}
