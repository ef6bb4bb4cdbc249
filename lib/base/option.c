/* SPDX-License-Identifier: Apache-2.0 */
/* option: finds the row of a word, and takes its value from behind "=" or from the next word. */
#include "base/option.h"

#include <string.h>

#include "base/buffer.h"

#define NAMES_MAX 16

const struct option *option_find(const struct option *options, size_t count, const char *word)
{
	size_t length = strcspn(word, "=");

	for (size_t i = 0; i < count; i++)
		if (strlen(options[i].name) == length &&
			strncmp(options[i].name, word, length) == 0)
			return &options[i];
	return NULL;
}

int option_take(const struct option *option, struct command_line *line, struct error *err)
{
	const char *value = strchr(line->argv[line->at], '=');

	if (option->argument == NULL) {
		if (value != NULL)
			return error_set(
				err, ERROR_INPUT, "option %s takes no value", option->name);
		*option->flag = true;
		return 0;
	}
	if (value == NULL && line->at + 1 == line->argc)
		return error_set(err, ERROR_INPUT, "option %s needs a value (%s)", option->name,
			option->argument);
	value = value != NULL ? value + 1 : line->argv[++line->at];
	if (option->check != NULL && option->check(option, value, err) < 0)
		return -1;
	if (option->list != NULL)
		return text_list_add(option->list, value, strlen(value), err);
	*option->value = value;
	return 0;
}

int option_unknown(const struct option *options, size_t count, const char *word, struct error *err)
{
	const char *names[NAMES_MAX] = { "--help" }, *near;
	size_t known = 1;

	for (size_t i = 0; i < count && known < NAMES_MAX; i++)
		names[known++] = options[i].name;
	near = error_nearest(word, names, known);
	if (near != NULL)
		return error_set(err, ERROR_INPUT, "unknown option \"%s\" (did you mean \"%s\"?)",
			word, near);
	return error_set(err, ERROR_INPUT, "unknown option \"%s\" (see --help)", word);
}
