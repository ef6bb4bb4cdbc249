/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <string.h>

#include "mem.h"
#include "words.h"

static int option_policy(struct options *options, const char *value, struct error *err)
{
	if (value[0] != '/') /* a hook's working directory is whatever the runtime's is */
		return error_set(err, ERROR_INPUT,
			"option --policy: must be an absolute path, is \"%s\"", value);
	options->policy = value;
	return 0;
}

static int option_strategy(struct options *options, const char *value, struct error *err)
{
	options->strategy = strategy_from(value);
	if (options->strategy < 0)
		return error_set(err, ERROR_INPUT,
			"option --strategy: must be off, mask or facade, is \"%s\"", value);
	return 0;
}

static int option_dry_run(struct options *options, const char *value, struct error *err)
{
	(void)value;
	(void)err;
	options->dry_run = true;
	return 0;
}

static int option_help(struct options *options, const char *value, struct error *err)
{
	(void)value;
	(void)err;
	options->help = HELP_HELP;
	return 0;
}

static int option_version(struct options *options, const char *value, struct error *err)
{
	(void)value;
	(void)err;
	options->help = HELP_VERSION;
	return 0;
}

static const struct option {
	const char *name;
	bool has_value;
	int (*set)(struct options *options, const char *value, struct error *err);
} known[] = {
	{ "--policy", true, option_policy },
	{ "--strategy", true, option_strategy },
	{ "--dry-run", false, option_dry_run },
	{ "--help", false, option_help },
	{ "--version", false, option_version },
};

/* "--name" or "--name=value"; *value points behind the "=", or is NULL. */
static const struct option *option_find(const char *word, const char **value)
{
	size_t length = strcspn(word, "=");

	*value = word[length] == '=' ? word + length + 1 : NULL;
	for (size_t i = 0; i < array_count(known); i++)
		if (strlen(known[i].name) == length && strncmp(known[i].name, word, length) == 0)
			return &known[i];
	return NULL;
}

static int option_unknown(const char *word, struct error *err)
{
	const char *names[array_count(known)], *near;

	for (size_t i = 0; i < array_count(known); i++)
		names[i] = known[i].name;
	near = error_nearest(word, names, array_count(known));
	if (near != NULL)
		return error_set(err, ERROR_INPUT, "unknown option \"%s\" (did you mean \"%s\"?)",
			word, near);
	return error_set(err, ERROR_INPUT, "unknown option \"%s\" (see --help)", word);
}

int options_parse(struct options *options, int argc, char **argv, struct error *err)
{
	*options = (struct options){ .strategy = -1 };
	for (int i = 1; i < argc; i++) {
		const struct option *option;
		const char *value;

		if (argv[i][0] != '-' && options->door == NULL) {
			options->door = argv[i];
			continue;
		}
		if (argv[i][0] != '-')
			return error_set(err, ERROR_INPUT, "unexpected argument \"%s\"", argv[i]);
		option = option_find(argv[i], &value);
		if (option == NULL)
			return option_unknown(argv[i], err);
		if (!option->has_value && value != NULL)
			return error_set(
				err, ERROR_INPUT, "option %s takes no value", option->name);
		if (option->has_value && value == NULL && i + 1 == argc)
			return error_set(err, ERROR_INPUT, "option %s needs a value", option->name);
		if (option->has_value && value == NULL)
			value = argv[++i];
		if (option->set(options, value, err) < 0)
			return -1;
	}
	return 0;
}
