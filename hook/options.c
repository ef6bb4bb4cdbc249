/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <string.h>

#include "base/buffer.h"
#include "base/string.h"

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

static int option_runtime(struct options *options, const char *value, struct error *err)
{
	if (value[0] != '/')
		return error_set(err, ERROR_INPUT,
			"option --runtime: must be an absolute path, is \"%s\"", value);
	options->runtime = value;
	return 0;
}

static int option_rewrite(struct options *options, const char *value, struct error *err)
{
	(void)value;
	(void)err;
	options->rewrite = true;
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

/* Behind the door "runtime" nearly all words are the runtime's own. */
enum option_place { ANYWHERE, BEFORE_RUNTIME, BEHIND_RUNTIME };

static const struct option {
	const char *name;
	bool has_value;
	enum option_place place;
	int (*set)(struct options *options, const char *value, struct error *err);
} known[] = {
	{ "--policy", true, ANYWHERE, option_policy },
	{ "--strategy", true, ANYWHERE, option_strategy },
	{ "--runtime", true, BEHIND_RUNTIME, option_runtime },
	{ "--rewrite", false, BEHIND_RUNTIME, option_rewrite },
	{ "--dry-run", false, BEFORE_RUNTIME, option_dry_run },
	{ "--help", false, BEFORE_RUNTIME, option_help },
	{ "--version", false, BEFORE_RUNTIME, option_version },
};

/* "--name" or "--name=value"; *value points behind the "=", or is NULL. */
static const struct option *option_find(
	const char *word, enum option_place place, const char **value)
{
	size_t length = strcspn(word, "=");

	*value = word[length] == '=' ? word + length + 1 : NULL;
	for (size_t i = 0; i < array_count(known); i++)
		if (strlen(known[i].name) == length && strncmp(known[i].name, word, length) == 0 &&
			(known[i].place == ANYWHERE || known[i].place == place))
			return &known[i];
	return NULL;
}

static int option_unknown(const char *word, struct error *err)
{
	const char *names[array_count(known)], *near, *value;

	if (option_find(word, BEHIND_RUNTIME, &value) != NULL)
		return error_set(err, ERROR_INPUT,
			"option \"%s\" belongs behind the door " DOOR_RUNTIME, word);
	for (size_t i = 0; i < array_count(known); i++)
		names[i] = known[i].name;
	near = error_nearest(word, names, array_count(known));
	if (near != NULL)
		return error_set(err, ERROR_INPUT, "unknown option \"%s\" (did you mean \"%s\"?)",
			word, near);
	return error_set(err, ERROR_INPUT, "unknown option \"%s\" (see --help)", word);
}

/* The value may be the next word. */
static int option_apply(struct options *options, const struct option *option, const char *value,
	int argc, char **argv, int *at, struct error *err)
{
	if (!option->has_value && value != NULL)
		return error_set(err, ERROR_INPUT, "option %s takes no value", option->name);
	if (option->has_value && value == NULL && *at + 1 == argc)
		return error_set(err, ERROR_INPUT, "option %s needs a value", option->name);
	if (option->has_value && value == NULL)
		value = argv[++*at];
	return option->set(options, value, err);
}

/* Ours come first; "--" ends them. */
static int runtime_parse(struct options *options, int argc, char **argv, int at, struct error *err)
{
	const struct option *option;
	const char *value;

	for (; at < argc; at++) {
		option = option_find(argv[at], BEHIND_RUNTIME, &value);
		if (option == NULL)
			break;
		if (option_apply(options, option, value, argc, argv, &at, err) < 0)
			return -1;
	}
	if (at < argc && strcmp(argv[at], "--") == 0)
		at++;
	options->rest = argv + at;
	options->rest_count = (size_t)(argc - at);
	return 0;
}

int options_parse(struct options *options, int argc, char **argv, struct error *err)
{
	*options = (struct options){ .strategy = -1 };
	for (int i = 1; i < argc; i++) {
		const struct option *option;
		const char *value;

		if (argv[i][0] != '-' && options->door == NULL) {
			options->door = argv[i];
			if (strcmp(argv[i], DOOR_RUNTIME) == 0)
				return runtime_parse(options, argc, argv, i + 1, err);
			continue;
		}
		if (argv[i][0] != '-')
			return error_set(err, ERROR_INPUT, "unexpected argument \"%s\"", argv[i]);
		option = option_find(argv[i], BEFORE_RUNTIME, &value);
		if (option == NULL)
			return option_unknown(argv[i], err);
		if (option_apply(options, option, value, argc, argv, &i, err) < 0)
			return -1;
	}
	return 0;
}
