/* SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/runtime_args.h"

#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "base/string.h"

#define NOWHERE SIZE_MAX

/* An option with a value, and where that goes. */
struct option {
	const char *name;
	size_t offset; /* in struct arguments; NOWHERE: only to be stepped over */
};

#define INTO(member) offsetof(struct arguments, member)

static const struct option global_options[] = {
	{ "log", INTO(log) },
	{ "log-format", INTO(log_format) },
	{ "root", NOWHERE },
	{ "criu", NOWHERE },
	{ "rootless", NOWHERE },
	{ "cgroup-manager", NOWHERE }, /* crun */
	{ "log-level", NOWHERE },
};

static const struct option command_options[] = {
	{ "bundle", INTO(bundle) },
	{ "b", INTO(bundle) },
	{ "config", INTO(config) }, /* crun */
	{ "f", INTO(config) },
	{ "console-socket", NOWHERE },
	{ "pid-file", NOWHERE },
	{ "preserve-fds", NOWHERE },
	{ "image-path", NOWHERE },
	{ "work-path", NOWHERE },
	{ "manage-cgroups-mode", NOWHERE },
	{ "empty-ns", NOWHERE },
	{ "lsm-profile", NOWHERE },
	{ "lsm-mount-context", NOWHERE },
};

/* To tell a command from the value of an option that nobody here knows. */
static const char *const commands[] = { "checkpoint", "create", "debug", "delete", "do", "events",
	"exec", "features", "help", "info", "init", "kill", "list", "pause", "ps", "restore",
	"resume", "run", "spec", "start", "state", "update", "version", "wait" };

static const char *const starting[] = { "create", "run", "restore" };

static const char *const flags[] = { "debug", "systemd-cgroup", "help", "h", "version", "v" };

/* A command that only explains itself. */
static const char *const helping[] = { "help", "h", "?", "usage" };

static bool is_option(const char *word)
{
	return word[0] == '-' && word[1] != '\0';
}

/* The name behind one dash or two: Go's flags take both. */
static const char *option_name(const char *word)
{
	return word + (word[1] == '-' ? 2 : 1);
}

static bool is_name(const char *name, const char *wanted)
{
	size_t length = strcspn(name, "=");

	return strlen(wanted) == length && strncmp(name, wanted, length) == 0;
}

static const struct option *option_find(
	const char *word, const struct option *options, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_name(option_name(word), options[i].name))
			return &options[i];
	return NULL;
}

static void option_set(struct arguments *arguments, const struct option *option, const char *value)
{
	if (option->offset != NOWHERE)
		memcpy((char *)arguments + option->offset, &value, sizeof(value));
}

/* Takes the option at argv[at], whose value may be the next word. Returns how many words it has. */
static size_t option_take(struct arguments *arguments, const struct option *option, size_t at,
	size_t count, char *const *argv)
{
	const char *equals = strchr(argv[at], '=');

	if (equals != NULL) {
		option_set(arguments, option, equals + 1);
		return 1;
	}
	if (at + 1 == count)
		return 1;
	option_set(arguments, option, argv[at + 1]);
	return 2;
}

/* Does the word behind an option that is not in the table belong to it? */
static bool takes_next(const char *word, const char *next)
{
	for (size_t i = 0; i < array_count(flags); i++)
		if (is_name(option_name(word), flags[i]))
			return false;
	return strchr(word, '=') == NULL && !is_option(next) &&
		word_find(next, commands, array_count(commands)) < 0;
}

/* Returns the command's index, count when there is none. */
static size_t parse_globals(struct arguments *arguments, size_t count, char *const *argv)
{
	size_t at = 0;

	while (at < count && is_option(argv[at])) {
		const struct option *option = option_find(
			argv[at], global_options, array_count(global_options));

		if (strcmp(argv[at], "--") == 0)
			return at + 1;
		if (option != NULL)
			at += option_take(arguments, option, at, count, argv);
		else
			at += at + 1 < count && takes_next(argv[at], argv[at + 1]) ? 2 : 1;
	}
	return at;
}

static bool asks_for_help(const char *word)
{
	return is_option(word) && word_find(option_name(word), helping, array_count(helping)) >= 0;
}

/* crun's -bDIR and -fFILE; -file-locks is runc's. */
static void parse_joined(struct arguments *arguments, const char *word)
{
	if (strncmp(word, "-b", 2) == 0)
		arguments->bundle = word + 2;
	else if (strncmp(word, "-f", 2) == 0 && !is_name(word, "-file-locks"))
		arguments->config = word + 2;
}

static void parse_command(
	struct arguments *arguments, size_t first, size_t count, char *const *argv)
{
	for (size_t at = first; at < count;) {
		const struct option *option = NULL;

		if (strcmp(argv[at], "--") == 0)
			break;
		if (is_option(argv[at]))
			option = option_find(
				argv[at], command_options, array_count(command_options));
		if (option != NULL) {
			at += option_take(arguments, option, at, count, argv);
		} else {
			if (asks_for_help(argv[at]))
				arguments->starts = false;
			parse_joined(arguments, argv[at]);
			at++;
		}
	}
	if (first < count && !is_option(argv[count - 1]))
		arguments->id = argv[count - 1];
	else
		arguments->starts = false; /* of nothing */
}

void arguments_parse(struct arguments *arguments, size_t count, char *const *argv)
{
	size_t at;

	*arguments = (struct arguments){ .bundle = "." };
	at = parse_globals(arguments, count, argv);
	if (at >= count)
		return;
	arguments->command = argv[at];
	arguments->starts = word_find(argv[at], starting, array_count(starting)) >= 0;
	if (arguments->starts)
		parse_command(arguments, at + 1, count, argv);
}
