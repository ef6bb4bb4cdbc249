/* SPDX-License-Identifier: Apache-2.0 */
/* variable_set: a tree of tsearch(3); setting a name again replaces its value. */
#define _GNU_SOURCE 1 /* tdestroy */

#include "manifest/variable_set.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

struct variable {
	const char *name; /* owned, but for a variable that is looked for */
	char *value;
};

static void variable_free(void *node)
{
	struct variable *variable = node;

	free((char *)variable->name);
	free(variable->value);
	free(variable);
}

static int by_name(const void *left, const void *right)
{
	const struct variable *a = left, *b = right;

	return strcmp(a->name, b->name);
}

static struct variable *variable_new(const char *name, struct error *err)
{
	struct variable *variable = calloc(1, sizeof(*variable));

	if (variable)
		variable->name = text_copy(name, err);
	if (variable && variable->name)
		return variable;
	free(variable);
	error_set(err, ERROR_SYSTEM, "out of memory");
	return NULL;
}

int variable_set(struct variable_set *set, const char *name, const char *value, struct error *err)
{
	struct variable wanted = { .name = name }, **found = tfind(&wanted, &set->tree, by_name);
	char *copy = text_copy(value, err);

	if (!copy)
		return -1;
	if (!found) {
		struct variable *variable = variable_new(name, err);

		found = variable ? tsearch(variable, &set->tree, by_name) : NULL;
		if (!found) {
			if (variable)
				variable_free(variable);
			free(copy);
			return error_set(err, ERROR_SYSTEM, "out of memory");
		}
	}
	free((*found)->value);
	(*found)->value = copy;
	return 0;
}

const char *variable_find(const struct variable_set *set, const char *name)
{
	struct variable wanted = { .name = name };
	struct variable *const *found = tfind(&wanted, &set->tree, by_name);

	return found ? (*found)->value : NULL;
}

void variable_set_clear(struct variable_set *set)
{
	tdestroy(set->tree, variable_free);
	set->tree = NULL;
}
