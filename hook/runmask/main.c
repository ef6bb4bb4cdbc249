/* SPDX-License-Identifier: Apache-2.0 */
/* main: runmask finds containers that see the host's name service, in files and on this host. This
 * file chooses the verb, parses options, and has all functions that print. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runmask/verb.h"

#ifndef VERSION
#define VERSION "unknown"
#endif

static const struct verb {
	const char *name;
	int (*run)(int argc, char **argv, struct error *err);
	const char *summary;
} verbs[] = {
	{ "check", verb_check, "judges files before they are deployed" },
	{ "scan", verb_scan, "looks at the running containers" },
	{ "fix", verb_fix, "masks running containers without a restart" },
	{ "watch", verb_watch, "keeps running, and masks containers that get exposed" },
	{ "setup", verb_setup, "writes the hook into an engine's configuration" },
	{ "doctor", verb_doctor, "checks this host and this installation" },
	{ "policy", verb_policy, "validates a policy, prints the one in force" },
};

static const char usage_head[] =
	"Usage: runmask VERB [OPTION...] [FILE...]\n"
	"\n"
	"Finds containers that ask the host's nscd because they bind the host's /run. It\n"
	"says why names do not resolve in them, and what to do about it.\n"
	"\n"
	"Verbs:\n";

static const char usage_tail[] =
	"\n"
	"  runmask VERB --help  explains a verb, with an example\n"
	"  runmask --version    prints the version\n"
	"\n"
	"Example:\n"
	"  runmask check docker-compose.yml\n"
	"  docker inspect $(docker ps -q) | runmask check -\n"
	"\n"
	"Exit code: 0 nothing found, 1 something found, 2 something could not be done.\n";

int say(const struct buffer *text, struct error *err)
{
	if (text->length > 0 && fwrite(text->text, 1, text->length, stdout) != text->length)
		return error_errno(err, "writing to standard output");
	return fflush(stdout) == 0 ? 0 : error_errno(err, "writing to standard output");
}

void complain(const char *line)
{
	fflush(stdout);
	fprintf(stderr, "%s\n", line);
}

void say_progress(const char *line)
{
	fprintf(stderr, "\r\033[K%s", line ? line : "");
	fflush(stderr);
}

bool say_in_colour(void)
{
	const char *forbidden = getenv("NO_COLOR"), *terminal = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(forbidden && *forbidden) &&
		!(terminal && strcmp(terminal, "dumb") == 0);
}

static int verb_help(const struct verb_usage *usage, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };

	if (buffer_print(&text, err, "Usage: runmask %s\n\n%s\nOptions:\n", usage->synopsis,
		    usage->about) < 0)
		return -1;
	for (size_t i = 0; i < usage->option_count; i++) {
		const struct option *option = &usage->options[i];
		const char *argument = option->argument ? option->argument : "";

		if (buffer_print(&text, err, "  %s %-*s %s\n", option->name,
			    (int)(strlen(option->name) < 16 ? 16 - strlen(option->name) : 0),
			    argument, option->help) < 0)
			return -1;
	}
	if (buffer_print(&text, err, "  --help            this text\n\nExample:\n%s",
		    usage->example) < 0)
		return -1;
	return say(&text, err);
}

int verb_begin(const struct verb_usage *usage, int argc, char **argv, struct verb_words *words,
	struct error *err)
{
	struct command_line line = { argv, argc, 1 };
	bool ended = false;

	*words = (struct verb_words){ .words = argv + 1 };
	for (; line.at < argc; line.at++) {
		const char *word = argv[line.at];
		const struct option *option;

		if (ended || word[0] != '-' || word[1] == '\0') {
			words->words[words->count++] = argv[line.at];
			continue;
		}
		if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
			words->helped = verb_help(usage, err) == 0;
			return -1;
		}
		ended = strcmp(word, "--") == 0;
		if (ended)
			continue;
		option = option_find(usage->options, usage->option_count, word);
		if (option == NULL)
			return option_unknown(usage->options, usage->option_count, word, err);
		if (option_take(option, &line, err) < 0)
			return -1;
	}
	if (words->count == 0 || usage->takes_words)
		return 0;
	return error_set(
		err, ERROR_INPUT, "takes no \"%s\" (see runmask %s --help)", argv[1], argv[0]);
}

static int print_help(struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };

	if (buffer_print(&text, err, "%s", usage_head) < 0)
		return -1;
	for (size_t i = 0; i < array_count(verbs); i++)
		if (buffer_print(&text, err, "  %-8s %s\n", verbs[i].name, verbs[i].summary) < 0)
			return -1;
	if (buffer_print(&text, err, "%s", usage_tail) < 0)
		return -1;
	return say(&text, err);
}

static int print_version(struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };

	if (buffer_print(&text, err, "runmask %s\n", VERSION) < 0)
		return -1;
	return say(&text, err);
}

static int verb_unknown(const char *word, struct error *err)
{
	const char *names[array_count(verbs) + 2] = { "--help", "--version" }, *near;
	const char *kind = word[0] == '-' ? "option" : "verb";

	for (size_t i = 0; i < array_count(verbs); i++)
		names[i + 2] = verbs[i].name;
	near = error_nearest(word, names, array_count(names));
	if (near)
		return error_set(err, ERROR_INPUT, "unknown %s \"%s\" (did you mean \"%s\"?)", kind,
			word, near);
	return error_set(err, ERROR_INPUT, "unknown %s \"%s\" (see runmask --help)", kind, word);
}

static int run(int argc, char **argv, struct error *err)
{
	if (argc < 2)
		return error_set(err, ERROR_INPUT, "a verb is missing (see runmask --help)");
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
		strcmp(argv[1], "help") == 0)
		return print_help(err);
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0 ||
		strcmp(argv[1], "version") == 0)
		return print_version(err);
	for (size_t i = 0; i < array_count(verbs); i++) {
		int code;

		if (strcmp(verbs[i].name, argv[1]) != 0)
			continue;
		code = verbs[i].run(argc - 1, argv + 1, err);
		return code < 0 ? error_wrap(err, "%s", argv[1]) : code;
	}
	return verb_unknown(argv[1], err);
}

/* jansson drops what it has no memory for, and its callers would print the rest as if it were all.
 */
static void *memory_or_end(size_t size)
{
	void *memory = malloc(size);

	if (memory == NULL && size > 0) {
		complain("runmask: out of memory");
		_exit(VERB_FAILED);
	}
	return memory;
}

int main(int argc, char **argv)
{
	struct error err = { 0 };
	int code;

	json_set_alloc_funcs(memory_or_end, free);
	code = run(argc, argv, &err);

	if (code >= 0)
		return code;
	error_wrap(&err, "runmask");
	complain(err.text);
	return VERB_FAILED;
}
