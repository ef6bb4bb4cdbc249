/* SPDX-License-Identifier: Apache-2.0 */
/* dotenv: the variables that a compose file sees: the environment's, then those of the .env beside
 * it, read when first asked for. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct dotenv {
	const char *directory; /* of the compose file; borrowed */
	bool loaded;
	char *text; /* NAME\0VALUE\0 for each */
	size_t length;
};

/* The value, or NULL. closure is a struct dotenv. */
const char *dotenv_variable(void *closure, const char *name);
void dotenv_clear(struct dotenv *dotenv);
