/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/buffer.h"

#define ARGUMENTS_MAX 10

/* Parses what follows the program's name, up to the first NULL. */
static int parse(struct options *options, const char *const *words, struct error *err)
{
	char *argv[ARGUMENTS_MAX + 2] = { "oci-runmask" };
	int argc = 1;

	while (argc <= ARGUMENTS_MAX && words[argc - 1] != NULL) {
		argv[argc] = (char *)words[argc - 1];
		argc++;
	}
	return options_parse(options, argc, argv, err);
}

static const struct {
	const char *words[ARGUMENTS_MAX];
	const char *door, *policy;
	int strategy;
	bool dry_run;
	enum help help;
	const char *because;
} rows[] = {
	{ { NULL }, NULL, NULL, -1, false, HELP_NONE, "nothing: the main asks for a door" },
	{ { "createRuntime" }, "createRuntime", NULL, -1, false, HELP_NONE, "a door" },
	{ { "nosuch" }, "nosuch", NULL, -1, false, HELP_NONE,
		"any word: the main knows the doors" },
	{ { "" }, "", NULL, -1, false, HELP_NONE, "an empty word is a word" },
	{ { "prestart", "--policy", "/p" }, "prestart", "/p", -1, false, HELP_NONE, "two words" },
	{ { "prestart", "--policy=/p" }, "prestart", "/p", -1, false, HELP_NONE, "one word" },
	{ { "--policy=/p=q", "prestart" }, "prestart", "/p=q", -1, false, HELP_NONE,
		"the door comes last; another = is the value's" },
	{ { "prestart", "--policy", "/p", "--policy", "/q" }, "prestart", "/q", -1, false,
		HELP_NONE, "the last one wins" },
	{ { "prestart", "--strategy", "off" }, "prestart", NULL, STRATEGY_OFF, false, HELP_NONE,
		"off" },
	{ { "prestart", "--strategy=mask" }, "prestart", NULL, STRATEGY_MASK, false, HELP_NONE,
		"mask" },
	{ { "--strategy", "facade", "prestart" }, "prestart", NULL, STRATEGY_FACADE, false,
		HELP_NONE, "facade" },
	{ { "prestart", "--dry-run" }, "prestart", NULL, -1, true, HELP_NONE, "dry" },
	{ { "--help" }, NULL, NULL, -1, false, HELP_HELP, "help" },
	{ { "prestart", "--help" }, "prestart", NULL, -1, false, HELP_HELP, "help with a door" },
	{ { "--version" }, NULL, NULL, -1, false, HELP_VERSION, "version" },
	{ { "-h" }, NULL, NULL, -1, false, HELP_HELP, "help, short" },
	{ { "-V" }, NULL, NULL, -1, false, HELP_VERSION, "version, short" },
	{ { "help" }, "help", NULL, -1, false, HELP_HELP, "help, as a word" },
	{ { "version" }, "version", NULL, -1, false, HELP_VERSION, "version, as a word" },
	{ { "createContainer", "--dry-run", "--strategy=facade", "--policy=/p" }, "createContainer",
		"/p", STRATEGY_FACADE, true, HELP_NONE, "all at once" },
};

Test(options, understood)
{
	for (size_t i = 0; i < array_count(rows); i++) {
		struct options options;
		struct error err = { 0 };

		memset(&options, 0x5a, sizeof(options));
		cr_assert_eq(parse(&options, rows[i].words, &err), 0, "%s: %s", rows[i].because,
			err.text);
		cr_assert_eq(options.door == NULL, rows[i].door == NULL, "%s", rows[i].because);
		if (rows[i].door != NULL)
			cr_expect_str_eq(options.door, rows[i].door, "%s", rows[i].because);
		cr_assert_eq(options.policy == NULL, rows[i].policy == NULL, "%s", rows[i].because);
		if (rows[i].policy != NULL)
			cr_expect_str_eq(options.policy, rows[i].policy, "%s", rows[i].because);
		cr_expect_eq(options.strategy, rows[i].strategy, "%s", rows[i].because);
		cr_expect_eq(options.dry_run, rows[i].dry_run, "%s", rows[i].because);
		cr_expect_eq(options.help, rows[i].help, "%s", rows[i].because);
	}
}

static const struct {
	const char *words[ARGUMENTS_MAX];
	const char *error;
} wrong[] = {
	{ { "prestart", "prestart" }, "unexpected argument \"prestart\"" },
	{ { "prestart", "" }, "unexpected argument \"\"" },
	{ { "--polcy", "/p" }, "unknown option \"--polcy\" (did you mean \"--policy\"?)" },
	{ { "--dryrun" }, "unknown option \"--dryrun\" (did you mean \"--dry-run\"?)" },
	{ { "--dry" }, "unknown option \"--dry\" (see --help)" },
	{ { "-x" }, "unknown option \"-x\" (see --help)" },
	{ { "-h=" }, "option -h takes no value" },
	{ { "-" }, "unknown option \"-\" (see --help)" },
	{ { "--" }, "unknown option \"--\" (see --help)" },
	{ { "--=x" }, "unknown option \"--=x\" (see --help)" },
	{ { "--something-else" }, "unknown option \"--something-else\" (see --help)" },
	{ { "--\x1b[1m" }, "unknown option \"--\\x1b[1m\" (see --help)" },
	{ { "prestart", "--policy" }, "option --policy needs a value (FILE)" },
	{ { "prestart", "--strategy" }, "option --strategy needs a value (STRATEGY)" },
	{ { "prestart", "--dry-run=yes" }, "option --dry-run takes no value" },
	{ { "--help=" }, "option --help takes no value" },
	{ { "prestart", "--rewrite" }, "option \"--rewrite\" belongs behind the door runtime" },
	{ { "--runtime=/r", "runtime" },
		"option \"--runtime=/r\" belongs behind the door runtime" },
	{ { "runtime", "--runtime" }, "option --runtime needs a value (PATH)" },
	{ { "runtime", "--runtime", "runc" },
		"option --runtime: must be an absolute path, is \"runc\"" },
	{ { "runtime", "--rewrite=yes" }, "option --rewrite takes no value" },
	{ { "--policy=" }, "option --policy: must be an absolute path, is \"\"" },
	{ { "--policy", "policy.json" },
		"option --policy: must be an absolute path, is \"policy.json\"" },
	{ { "--policy", "--dry-run" },
		"option --policy: must be an absolute path, is \"--dry-run\"" },
	{ { "--strategy=hide" }, "option --strategy: must be off, mask or facade, is \"hide\"" },
	{ { "--strategy", "" }, "option --strategy: must be off, mask or facade, is \"\"" },
};

Test(options, refused)
{
	for (size_t i = 0; i < array_count(wrong); i++) {
		struct options options;
		struct error err = { 0 };

		cr_expect_eq(parse(&options, wrong[i].words, &err), -1, "%s", wrong[i].error);
		cr_expect_eq(err.code, ERROR_INPUT, "%s", wrong[i].error);
		cr_expect_str_eq(
			err.text, wrong[i].error, "\"%s\" is not \"%s\"", err.text, wrong[i].error);
	}
}

Test(options, a_long_word_is_told_in_part)
{
	struct options options;
	struct error err = { 0 };
	char word[2000];
	const char *const words[ARGUMENTS_MAX] = { word };

	memset(word, '-', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	cr_expect_eq(parse(&options, words, &err), -1);
	cr_expect_lt(strlen(err.text), sizeof(err.text));
	cr_expect_eq(strncmp(err.text, "unknown option \"-----", 21), 0, "%s", err.text);
}

/* Behind the door "runtime": ours first, then all is the runtime's. */
static const struct {
	const char *words[ARGUMENTS_MAX];
	const char *runtime, *policy;
	bool rewrite;
	size_t rest;
	const char *because;
} behind[] = {
	{ { "runtime" }, NULL, NULL, false, 0, "nothing" },
	{ { "runtime", "--version" }, NULL, NULL, false, 1, "the runtime's version, not ours" },
	{ { "runtime", "--help" }, NULL, NULL, false, 1, "the runtime's help" },
	{ { "runtime", "--root", "/r", "create", "--rewrite" }, NULL, NULL, false, 4,
		"behind its first word all is the runtime's" },
	{ { "runtime", "--runtime", "/r", "--rewrite", "create" }, "/r", NULL, true, 1, "ours" },
	{ { "runtime", "--runtime=/r", "--policy=/p", "run", "x" }, "/r", "/p", false, 2,
		"with =" },
	{ { "--policy", "/p", "runtime", "state", "x" }, NULL, "/p", false, 2, "before the door" },
	{ { "runtime", "--rewrite", "--", "--rewrite" }, NULL, NULL, true, 1, "-- ends ours" },
	{ { "runtime", "--dry-run", "x" }, NULL, NULL, false, 2, "not an option of this door" },
	{ { "runtime", "" }, NULL, NULL, false, 1, "an empty word" },
};

Test(options, behind_the_runtime_door)
{
	for (size_t i = 0; i < array_count(behind); i++) {
		struct options options;
		struct error err = { 0 };
		size_t count = 0;

		while (behind[i].words[count] != NULL)
			count++;
		cr_assert_eq(parse(&options, behind[i].words, &err), 0, "%s: %s", behind[i].because,
			err.text);
		cr_expect_str_eq(options.door, "runtime", "%s", behind[i].because);
		cr_expect_eq(options.rewrite, behind[i].rewrite, "%s", behind[i].because);
		cr_assert_eq(options.runtime == NULL, behind[i].runtime == NULL, "%s",
			behind[i].because);
		cr_assert_eq(
			options.policy == NULL, behind[i].policy == NULL, "%s", behind[i].because);
		cr_assert_not_null(options.rest, "%s", behind[i].because);
		cr_assert_eq(options.rest_count, behind[i].rest, "%s: %zu", behind[i].because,
			options.rest_count);
		for (size_t j = 0; j < options.rest_count; j++)
			cr_expect_str_eq(options.rest[j],
				behind[i].words[count - options.rest_count + j], "%s",
				behind[i].because);
	}
}
