/* SPDX-License-Identifier: Apache-2.0 */
/* variable_set: a map from names to values, both texts that it owns. Pure. */
#pragma once

#include "base/error.h"

struct variable_set {
	void *tree; /* search.h */
};

/* Both are copied; a later value of a name takes the place of an earlier one. */
int variable_set(struct variable_set *set, const char *name, const char *value, struct error *err)
	must_check;

/* The value, or NULL. */
const char *variable_find(const struct variable_set *set, const char *name);
void variable_set_clear(struct variable_set *set);
