/* SPDX-License-Identifier: Apache-2.0 */
/* runtime_args: parses global options, the command and its options, from one table for each place,
 * with the words of all runtimes. */
#include "rewrite/runtime_args.h"

#include <stdint.h>
#include <string.h>

#include "base/buffer.h"
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

static const char *const starting[] = { "create", "run", "restore" };

/* All other commands of runc 1.3, crun 1.28, youki 0.5, runsc 2025 and kata-runtime 3. */
static const char *const passing[] = { "boot", "check", "checkpoint", "completion", "cpu-features",
	"debug", "delete", "direct-volume", "do", "env", "events", "exec", "export-metrics",
	"factory", "features", "flags", "gofer", "h", "help", "info", "init", "install", "iptables",
	"kata-check", "kata-env", "kill", "list", "metric-server", "metrics", "mitigate", "mounts",
	"nvproxy", "pause", "portforward", "ps", "read-control", "resume", "spec", "start", "state",
	"statefile", "symbolize", "syscalls", "tar", "trace", "umount", "uninstall", "update",
	"usage", "verity-prepare", "version", "wait", "write-control" };

static const char *const global_flags[] = { "debug", "systemd-cgroup", "s", "help", "h", "version",
	"v" };

static const char *const command_flags[] = { "detach", "d", "keep", "no-pivot", "no-new-keyring",
	"no-subreaper", "help", "h", "?", "usage", "file-locks", "tcp-established", "ext-unix-sk",
	"shell-job", "auto-dedup", "lazy-pages", "no-mount-fallback", "systemd-cgroup" };

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

/* Takes the option at argv[at]; its value may be the next word. Returns how many words it has. */
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

/* How an option is read: without a value behind it, with one, or either may be. */
enum reading { READING_FLAG, READING_VALUE, READING_EITHER };

static enum reading option_reading(
	const char *word, const struct option *option, const char *const *flags, size_t count)
{
	if (strchr(word, '=') != NULL)
		return READING_FLAG;
	if (option != NULL)
		return READING_VALUE;
	for (size_t i = 0; i < count; i++)
		if (is_name(option_name(word), flags[i]))
			return READING_FLAG;
	return READING_EITHER;
}

/* A word that may be the command. Does it settle the matter? */
static bool take_command(struct arguments *arguments, size_t *index, size_t at, const char *word)
{
	bool starts = word_find(word, starting, array_count(starting)) >= 0;
	bool known = starts || word_find(word, passing, array_count(passing)) >= 0;

	/* a known one counts more than one that is not, and the first more than a later one */
	if (starts || arguments->command == NULL || (known && arguments->doubtful)) {
		arguments->command = word;
		arguments->starts = starts || !known;
		arguments->doubtful = !known;
		*index = at;
	}
	return starts;
}

/* Returns the command's index, count when there is none. Where it is not known whether an option
 * has a value, the command may be in several places. */
static size_t parse_globals(struct arguments *arguments, size_t count, char *const *argv)
{
	bool here = true, next = false; /* may the global part go on with this word, the next? */
	bool dashes = false;
	size_t index = count;

	for (size_t at = 0; at < count; at++) {
		bool behind = false;

		if (here && !dashes && strcmp(argv[at], "--") == 0) {
			dashes = next = true;
		} else if (here && !dashes && is_option(argv[at])) {
			const struct option *option = option_find(
				argv[at], global_options, array_count(global_options));
			enum reading reading = option_reading(
				argv[at], option, global_flags, array_count(global_flags));

			if (option != NULL)
				option_take(arguments, option, at, count, argv);
			next = next || reading != READING_VALUE;
			behind = reading != READING_FLAG;
		} else if (here && take_command(arguments, &index, at, argv[at])) {
			return at;
		}
		here = next;
		next = behind;
	}
	return index;
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

/* One option of a command that starts. Returns how many words it has. */
static size_t parse_option(
	struct arguments *arguments, size_t at, size_t count, char *const *argv, bool maybe_value)
{
	const struct option *option = option_find(
		argv[at], command_options, array_count(command_options));

	if (option != NULL)
		return option_take(arguments, option, at, count, argv);
	if (asks_for_help(argv[at]) && !maybe_value)
		arguments->starts = false;
	parse_joined(arguments, argv[at]);
	return 1;
}

static void parse_command(
	struct arguments *arguments, size_t first, size_t count, char *const *argv)
{
	bool options = true, maybe_value = false;

	for (size_t at = first; at < count;) {
		if (options && strcmp(argv[at], "--") == 0) {
			options = false;
			at++;
		} else if (options && is_option(argv[at])) {
			size_t words = parse_option(arguments, at, count, argv, maybe_value);

			maybe_value = words == 1 &&
				option_reading(argv[at], NULL, command_flags,
					array_count(command_flags)) == READING_EITHER;
			at += words;
		} else {
			arguments->id = argv[at++];
			maybe_value = false;
		}
	}
	if (arguments->id == NULL)
		arguments->starts = false; /* of nothing */
}

void arguments_parse(struct arguments *arguments, size_t count, char *const *argv)
{
	size_t at;

	*arguments = (struct arguments){ .bundle = "." };
	at = parse_globals(arguments, count, argv);
	if (at < count && arguments->starts)
		parse_command(arguments, at + 1, count, argv);
}
