/* SPDX-License-Identifier: Apache-2.0 */
/* dotenv: the variables of a .env file, as compose-go reads them: "KEY=value", "KEY: value",
 * "export KEY=value", quoted values over several lines, variables in values that are not in single
 * quotes. Pure. */
#pragma once

#include "base/buffer.h"
#include "manifest/manifest.h"
#include "manifest/variable_set.h"

#define DOTENV_LIMIT ((size_t)1 << 20)

struct dotenv {
	struct variable_set variables;
};

/* Adds the text's variables. Values may name the environment's variables (of the context) and those
 * above. On failure err says "LINE:COLUMN: reason", without a word of the text. */
int dotenv_parse(struct dotenv *dotenv, const struct manifest_context *context, const char *text,
	size_t length, struct error *err) must_check;

/* The last value of that name, or NULL. */
const char *dotenv_find(const struct dotenv *dotenv, const char *name);
void dotenv_clear(struct dotenv *dotenv);
