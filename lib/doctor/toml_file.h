/* SPDX-License-Identifier: Apache-2.0 */
/* toml_text: the value of one key in a TOML file (toml.io, 1.0), as engines' configurations have
 * them: strings, words and arrays of these. Not a validator: what it does not understand it steps
 * over. Pure. */
#pragma once

#include <stdbool.h>

#include "base/error.h"
#include "base/text_list.h"

/* Adds the value's strings (of an array: all) and sets *there, when the table ("crio.runtime"; "":
 * the file's head) has the key. */
int toml_values(const char *text, const char *table, const char *key, struct text_list *values,
	bool *there, struct error *err) must_check;
