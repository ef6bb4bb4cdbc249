/* SPDX-License-Identifier: Apache-2.0 */
/* runtime_args: command lines of runtimes, as engines write them. Rows are split at blanks. */
#include "rewrite/runtime_args.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/buffer.h"

#define WORDS_MAX 24

static const struct {
	const char *line;
	const char *command;
	bool starts;
	const char *id, *bundle, *log, *format, *because;
} rows[] = {
	{ "", NULL, false, NULL, ".", NULL, NULL, "nothing" },
	{ "--version", NULL, false, NULL, ".", NULL, NULL, "a word for itself" },
	{ "features", "features", false, NULL, ".", NULL, NULL, "no container" },
	{ "--root /r --log /b/log.json --log-format json create --bundle /b --pid-file /b/init.pid "
	  "ID",
		"create", true, "ID", "/b", "/b/log.json", "json", "containerd's shim" },
	{ "--debug --root /r create --bundle /b ID", "create", true, "ID", "/b", NULL, NULL,
		"a daemon's runtimeArgs" },
	{ "--systemd-cgroup --log=/l --log-format=text run -b /b ID", "run", true, "ID", "/b", "/l",
		"text", "values behind =" },
	{ "--log file:/l create --bundle=/b --no-pivot ID", "create", true, "ID", "/b", "file:/l",
		NULL, "crun's log" },
	{ "run ID", "run", true, "ID", ".", NULL, NULL, "the working directory" },
	{ "restore --image-path /i --work-path /w --bundle /b --detach ID", "restore", true, "ID",
		"/b", NULL, NULL, "restore" },
	{ "restore -file-locks -bundle /b ID", "restore", true, "ID", "/b", NULL, NULL,
		"one dash, as Go's flags take it" },
	{ "-root /r -log=/l run -bundle=/b ID", "run", true, "ID", "/b", "/l", NULL,
		"one dash and =" },
	{ "run -b/b ID", "run", true, "ID", "/b", NULL, NULL, "crun's joined form" },
	{ "run --bundle /a --bundle /b ID", "run", true, "ID", "/b", NULL, NULL,
		"the last one wins" },
	{ "create --pid-file --bundle --bundle /b ID", "create", true, "ID", "/b", NULL, NULL,
		"a value that looks like an option" },
	{ "--log create create --bundle /b ID", "create", true, "ID", "/b", "create", NULL,
		"a value that looks like a command" },
	{ "--root create --log-format json --rootless true --criu /c start ID", "start", false,
		NULL, ".", NULL, "json", "globals with values" },
	{ "--cgroup-manager cgroupfs create --bundle /b ID", "create", true, "ID", "/b", NULL, NULL,
		"crun's own" },
	{ "--platform kvm --host-uds=open create --bundle /b ID", "create", true, "ID", "/b", NULL,
		NULL, "unknown options, with values" },
	{ "--strace create --bundle /b ID", "create", true, "ID", "/b", NULL, NULL,
		"an unknown option, without a value" },
	{ "-- create --bundle /b ID", "create", true, "ID", "/b", NULL, NULL,
		"-- before the command" },
	{ "create --bundle /b -- -b", "create", true, "-b", "/b", NULL, NULL,
		"behind -- options end, and runc takes an id that begins with -" },
	{ "run -- -x", "run", true, "-x", ".", NULL, NULL, "the same in the working directory" },
	{ "--newglobal state create --bundle /b ID", "create", true, "ID", "/b", NULL, NULL,
		"an option that is not known may have a value that looks like a command" },
	{ "--newglobal --other state create --bundle /b ID", "create", true, "ID", "/b", NULL, NULL,
		"two of them" },
	{ "--newglobal --root create --bundle /b ID", "create", true, "ID", "/b", NULL, NULL,
		"its value may look like an option that has one" },
	{ "--newglobal state ID", "state", false, NULL, ".", NULL, NULL,
		"no reading in which something starts" },
	{ "--newglobal kvm state ID", "state", false, NULL, ".", NULL, NULL,
		"a command that is known counts more" },
	{ "create --bundle /b --unknown -h x", "create", true, "x", "/b", NULL, NULL,
		"-h may be the value of what is not known" },
	{ "create --bundle /b --unknown=y -h x", "create", false, "x", "/b", NULL, NULL,
		"and not where the verb has its own" },
	{ "create --unknown ID --bundle /b", "create", true, "ID", "/b", NULL, NULL,
		"the last word may be an option's" },
	{ "launch --bundle /b ID", "launch", true, "ID", "/b", NULL, NULL,
		"a command that is not known" },
	{ "Create --bundle /b ID", "Create", true, "ID", "/b", NULL, NULL, "in another case" },
	{ "exec --process /p --detach ID --bundle /b", "exec", false, NULL, ".", NULL, NULL,
		"a command in a container" },
	{ "exec ID create --bundle /b", "exec", false, NULL, ".", NULL, NULL,
		"its words are not the runtime's" },
	{ "update --resources=- ID", "update", false, NULL, ".", NULL, NULL, "update" },
	{ "delete --force create", "delete", false, NULL, ".", NULL, NULL,
		"a container that is called create" },
	{ "--log", NULL, false, NULL, ".", NULL, NULL, "a value that is not there" },
	{ "--log /l", NULL, false, NULL, ".", "/l", NULL, "no command" },
	{ "create", "create", false, NULL, ".", NULL, NULL, "of nothing: the runtime says so" },
	{ "create --help", "create", false, NULL, ".", NULL, NULL, "help" },
	{ "run -h ID", "run", false, "ID", ".", NULL, NULL, "help with an id" },
	{ "run --bundle", "run", false, NULL, ".", NULL, NULL, "no bundle, no id" },
	{ "help create", "help", false, NULL, ".", NULL, NULL, "help on a command" },
	{ "- create", "-", true, "create", ".", NULL, NULL, "a dash is a word" },
};

static size_t split(char *line, char **words)
{
	size_t count = 0;

	for (char *word = strtok(line, " "); word != NULL; word = strtok(NULL, " ")) {
		cr_assert_lt(count, WORDS_MAX);
		words[count++] = word;
	}
	return count;
}

static void expect_text(
	const char *found, const char *wanted, const char *what, const char *because)
{
	cr_expect((found == NULL) == (wanted == NULL) &&
			(found == NULL || strcmp(found, wanted) == 0),
		"%s: %s is \"%s\", not \"%s\"", because, what, found != NULL ? found : "(none)",
		wanted != NULL ? wanted : "(none)");
}

Test(runtime_args, understood)
{
	for (size_t i = 0; i < array_count(rows); i++) {
		char line[256], *words[WORDS_MAX + 1] = { NULL };
		struct arguments arguments;

		cr_assert_lt(strlen(rows[i].line), sizeof(line));
		strcpy(line, rows[i].line);
		arguments_parse(&arguments, split(line, words), words);
		expect_text(arguments.command, rows[i].command, "command", rows[i].because);
		expect_text(arguments.id, rows[i].id, "id", rows[i].because);
		expect_text(arguments.bundle, rows[i].bundle, "bundle", rows[i].because);
		expect_text(arguments.log, rows[i].log, "log", rows[i].because);
		expect_text(arguments.log_format, rows[i].format, "log format", rows[i].because);
		expect_text(arguments.config, NULL, "config", rows[i].because);
		cr_expect_eq(arguments.starts, rows[i].starts, "%s", rows[i].because);
	}
}

Test(runtime_args, another_config)
{
	static const char *const lines[] = { "run --config /c ID", "run --config=/c ID",
		"run -f /c ID", "create -f/c ID" };

	for (size_t i = 0; i < array_count(lines); i++) {
		char line[64], *words[WORDS_MAX + 1] = { NULL };
		struct arguments arguments;

		strcpy(line, lines[i]);
		arguments_parse(&arguments, split(line, words), words);
		expect_text(arguments.config, "/c", "config", lines[i]);
		cr_expect(arguments.starts, "%s", lines[i]);
	}
}
