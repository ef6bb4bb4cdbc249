/* SPDX-License-Identifier: Apache-2.0 */
/* options: the command line of oci-runmask: a door, and options before or behind it. Behind the
 * door "runtime" only the first words are ours. */
#include "options.h"

#include <string.h>

#include "base/buffer.h"
#include "base/option.h"

/* A hook's working directory is whatever the runtime's is. */
static int check_absolute(const struct option *option, const char *value, struct error *err)
{
	if (value[0] == '/')
		return 0;
	return error_set(err, ERROR_INPUT, "option %s: must be an absolute path, is \"%s\"",
		option->name, value);
}

static int check_strategy(const struct option *option, const char *value, struct error *err)
{
	if (strategy_from(value) >= 0)
		return 0;
	return error_set(err, ERROR_INPUT, "option %s: must be off, mask or facade, is \"%s\"",
		option->name, value);
}

/* All options. Those for the words before the door "runtime", and those for the words behind it,
 * are two parts of one table that overlap. */
struct known {
	const struct option *options, *before, *behind;
	size_t count, before_count, behind_count;
};

/* Ours come first; "--" ends them. */
static int runtime_parse(struct options *options, const struct known *known,
	struct command_line *line, struct error *err)
{
	for (; line->at < line->argc; line->at++) {
		const struct option *option = option_find(
			known->behind, known->behind_count, line->argv[line->at]);

		if (option == NULL)
			break;
		if (option_take(option, line, err) < 0)
			return -1;
	}
	if (line->at < line->argc && strcmp(line->argv[line->at], "--") == 0)
		line->at++;
	options->rest = line->argv + line->at;
	options->rest_count = (size_t)(line->argc - line->at);
	return 0;
}

static int option_parse(const struct known *known, struct command_line *line, struct error *err)
{
	const char *word = line->argv[line->at];
	const struct option *option = option_find(known->before, known->before_count, word);

	if (option != NULL)
		return option_take(option, line, err);
	if (option_find(known->behind, known->behind_count, word) != NULL)
		return error_set(err, ERROR_INPUT,
			"option \"%s\" belongs behind the door " DOOR_RUNTIME, word);
	return option_unknown(known->options, known->count, word, err);
}

static int words_parse(struct options *options, const struct known *known,
	struct command_line *line, struct error *err)
{
	for (; line->at < line->argc; line->at++) {
		char *word = line->argv[line->at];

		if (word[0] == '-') {
			if (option_parse(known, line, err) < 0)
				return -1;
			continue;
		}
		if (options->door != NULL)
			return error_set(err, ERROR_INPUT, "unexpected argument \"%s\"", word);
		options->door = word;
		if (strcmp(word, DOOR_RUNTIME) == 0) {
			line->at++;
			return runtime_parse(options, known, line, err);
		}
	}
	return 0;
}

int options_parse(struct options *options, int argc, char **argv, struct error *err)
{
	bool help = false, version = false;
	const char *strategy = NULL;
	/* clang-format off: one option a line; the order says where each may stand */
	const struct option rows[] = {
		{ "-h", .flag = &help },
		{ "-V", .flag = &version },
		{ "--dry-run", .flag = &options->dry_run },
		{ "--help", .flag = &help },
		{ "--version", .flag = &version },
		{ "--policy", "FILE", .value = &options->policy, .check = check_absolute },
		{ "--strategy", "STRATEGY", .value = &strategy, .check = check_strategy },
		{ "--runtime", "PATH", .value = &options->runtime, .check = check_absolute },
		{ "--rewrite", .flag = &options->rewrite },
	};
	/* clang-format on */
	const size_t count = array_count(rows);
	const struct option *behind = option_find(rows, count, "--policy");
	const struct option *behind_alone = option_find(rows, count, "--runtime");
	const struct known known = { rows, rows, behind, count, (size_t)(behind_alone - rows),
		(size_t)(rows + count - behind) };
	struct command_line line = { argv, argc, 1 };

	*options = (struct options){ .strategy = -1 };
	if (words_parse(options, &known, &line, err) < 0)
		return -1;
	if (strategy != NULL)
		options->strategy = strategy_from(strategy);
	if (options->door != NULL) {
		help = help || strcmp(options->door, "help") == 0;
		version = version || strcmp(options->door, "version") == 0;
	}
	if (help || version)
		options->help = help ? HELP_HELP : HELP_VERSION;
	return 0;
}
