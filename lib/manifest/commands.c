/* SPDX-License-Identifier: Apache-2.0 */
/* commands: "docker run", "docker create", "podman run", "nerdctl run" and their like in shell
 * scripts. What of an option is not known here makes its line one that could not be judged; the
 * others go on. */
#define _GNU_SOURCE 1 /* memmem, strcasestr */

#include <ctype.h>
#include <string.h>

#include "base/path.h"
#include "base/string.h"
#include "manifest/command_options.h"
#include "manifest/commands.h"
#include "manifest/forms.h"
#include "manifest/planned_mount.h"
#include "manifest/request.h"

static bool is_engine(const char *word)
{
	static const char *const engines[] = { "docker", "podman", "nerdctl" };

	return word_find(path_base(word), engines, array_count(engines)) >= 0;
}

static bool is_verb(const char *word)
{
	return strcmp(word, "run") == 0 || strcmp(word, "create") == 0;
}

/* A variable in the place of the engine: "$(DOCKER) run", "$ENGINE run -v …". */
static bool is_unknown_engine(const struct shell_command *command, size_t at)
{
	const char *text = command->words[at].text;

	return text[0] == WORD_UNKNOWN && strchr(text, WORD_KNOWN) == text + strlen(text) - 1 &&
		at + 2 < command->count && strcmp(command->words[at + 1].text, "run") == 0 &&
		command->words[at + 2].text[0] == '-';
}

#define RUNTIME_OPTION "--runtime" /* of podman itself, too */

/* Where the options of run begin behind the engine's own; 0: no such command. */
static size_t options_of(const struct shell_command *command, size_t engine)
{
	static const char *const valued[] = { "-H", "--host", "-c", "--context", "--config", "-l",
		"--log-level", "--namespace", "-n", "--connection", "--root", "--runroot",
		"--storage-driver", "--cgroup-manager", "--url", "--identity", "--address", "-a",
		RUNTIME_OPTION, "--tlscacert", "--tlscert", "--tlskey", "--tmpdir", "--conmon",
		"--events-backend", "--hooks-dir", "--cdi-spec-dir", "--network-config-dir",
		"--network-cmd-path", "--module", "--ssh", "--storage-opt", "--volumepath",
		"--imagestore", "--out", "--default-mounts-file", "--runtime-flag", "--snapshotter",
		"--data-root", "--hosts-dir", "--cni-path", "--cni-netconfpath",
		"--host-gateway-ip", "-r" };

	for (size_t i = engine + 1; i < command->count; i++) {
		const char *word = command->words[i].text;

		if (is_verb(word))
			return i + 1;
		if (word_find(word, valued, array_count(valued)) >= 0)
			i++;
		else if (word[0] != '-' && strcmp(word, "container") != 0)
			return 0;
	}
	return 0;
}

/* "podman --runtime NAME run". */
static void read_engine(
	struct manifest_container *container, const struct shell_word *words, size_t count)
{
	const size_t length = strlen(RUNTIME_OPTION);

	for (size_t i = 0; i < count; i++) {
		if (strncmp(words[i].text, RUNTIME_OPTION, length) != 0)
			continue;
		if (words[i].text[length] == '=')
			request_runtime(container, words[i].text + length + 1);
		else if (words[i].text[length] == '\0' && i + 1 < count)
			request_runtime(container, words[i + 1].text);
	}
}

static int read_run(struct script *script, const struct shell_command *command, size_t engine,
	size_t options, struct error *err)
{
	struct command_run run = {
		.manifest = script->manifest,
		.context = script->context,
		.first = script->first,
		.volumes = &script->volumes,
		.words = command->words + options,
		.count = command->count - options,
		.begins = &command->words[engine],
	};
	size_t before = script->manifest->container_count;
	const struct shell_word *blamed = run.begins;
	struct error cause = { 0 };

	if (command_run_read(&run, &blamed, &cause) == 0) {
		read_engine(&script->manifest->containers[before], command->words + engine + 1,
			options - engine - 1);
		return 0;
	}
	while (script->manifest->container_count > before)
		manifest_container_clear(
			&script->manifest->containers[--script->manifest->container_count]);
	if (cause.code != ERROR_INPUT)
		return error_set(err, (enum error_code)cause.code, "%s", cause.text);
	return manifest_problem_add(
		script->manifest, blamed->line, blamed->column, cause.text, err);
}

/* sh -c '…', ssh HOST '…': what a word says is a script itself. */
static int visit_words(struct script *script, const struct shell_command *command,
	shell_visitor *visit, struct error *err)
{
	static const char *const shells[] = { "sh", "bash", "ash", "dash", "zsh", "ssh", "su",
		"eval" };
	bool runs = false;

	for (size_t i = 0; i < command->count; i++) {
		const struct shell_word *word = &command->words[i];
		const struct shell_text inner = {
			.text = word->text,
			.end = word->text + strlen(word->text),
			.line = word->line,
			.context = script->context,
			.variables = &script->variables,
			.visit = visit,
			.closure = script,
		};

		if (word_find(path_base(word->text), shells, array_count(shells)) >= 0)
			runs = true;
		else if (runs && word->quoted && strchr(word->text, ' ') &&
			shell_visit(&inner, SHELL_DEPTH_MAX - 1, err) < 0)
			return -1;
	}
	return 0;
}

static int visit(void *closure, const struct shell_command *command, struct error *err)
{
	static const char *const prints[] = { "echo", "printf", "cat", "grep", "alias", "which" };
	struct script *script = closure;

	if (command->count > 0 &&
		word_find(command->words[0].text, prints, array_count(prints)) >= 0)
		return 0;
	for (size_t i = 0; i < command->count; i++) {
		size_t options = 0;
		bool created = false;

		if (is_engine(command->words[i].text)) {
			if (script_volume(script, command, i, &created, err) < 0)
				return -1;
			options = created ? 0 : options_of(command, i);
		}
		if (is_unknown_engine(command, i))
			options = i + 2;
		if (options > 0)
			return read_run(script, command, i, options, err);
	}
	return visit_words(script, command, visit, err);
}

struct shell_text script_text(struct script *script, const char *text, const char *end, size_t line)
{
	return (struct shell_text){
		.text = text,
		.end = end,
		.line = line,
		.context = script->context,
		.variables = &script->variables,
		.visit = visit,
		.closure = script,
	};
}

const char *script_line_end(const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', (size_t)(end - at));

	return newline ? newline + 1 : end;
}

/* A line that goes on in the next ends in a backslash. */
static bool goes_on(const char *at, const char *end)
{
	while (end > at && isspace((unsigned char)end[-1]))
		end--;
	return end > at && end[-1] == '\\';
}

const char *script_logical_end(const char *at, const char *end, size_t *lines)
{
	const char *next = script_line_end(at, end);

	for (*lines = 1; next < end && goes_on(at, next); (*lines)++) {
		at = next;
		next = script_line_end(at, end);
	}
	return next;
}

bool script_begins(const char *at, const char *end, const char *words)
{
	size_t length = strlen(words);

	return (size_t)(end - at) >= length && memcmp(at, words, length) == 0;
}

const char *script_past_prompt(const char *at, const char *end)
{
	const char *word = at;

	while (word < end && (*word == ' ' || *word == '\t' || *word == '>'))
		word++;
	if (end - word < 2 || (*word != '$' && *word != '#' && *word != '%') || word[1] != ' ')
		return word;
	if (*word == '#' && !script_begins(word + 2, end, "docker ") &&
		!script_begins(word + 2, end, "podman ") &&
		!script_begins(word + 2, end, "nerdctl "))
		return word;
	return word + 2;
}

static bool ends_in(const char *name, const char *const *endings, size_t count)
{
	const char *dot = strrchr(name, '.');

	return dot && word_find(dot + 1, endings, count) >= 0;
}

enum script_kind script_kind(const char *file, const char *text, size_t length)
{
	static const char *const shells[] = { "sh", "bash", "zsh", "ksh" };
	static const char *const makes[] = { "mk", "mak" };
	static const char *const makefiles[] = { "Makefile", "makefile", "GNUmakefile", "Justfile",
		"justfile" };
	static const char *const markdowns[] = { "md", "markdown" };
	const char *name = file ? path_base(file) : "";
	const char *first = script_line_end(text, text + length);

	if (ends_in(name, markdowns, array_count(markdowns)))
		return SCRIPT_MARKDOWN;
	if (ends_in(name, makes, array_count(makes)) ||
		word_find(name, makefiles, array_count(makefiles)) >= 0)
		return SCRIPT_MAKE;
	if (ends_in(name, shells, array_count(shells)))
		return SCRIPT_SHELL;
	if (length > 2 && text[0] == '#' && text[1] == '!' &&
		memmem(text, (size_t)(first - text), "sh", 2))
		return SCRIPT_SHELL;
	return SCRIPT_NONE;
}

/* Is a line there that begins with an engine's run? For texts of no other known kind. */
bool has_command_line(const char *text, size_t length)
{
	static const char *const commands[] = { "docker run ", "docker create ", "podman run ",
		"podman create ", "nerdctl run " };
	const char *end = text + length;

	for (const char *at = text; at < end; at = script_line_end(at, end)) {
		const char *word = script_past_prompt(at, end);

		if (script_begins(word, end, "sudo "))
			word += strlen("sudo ");
		for (size_t i = 0; i < array_count(commands); i++)
			if (script_begins(word, end, commands[i]))
				return true;
	}
	return false;
}

int manifest_commands(struct manifest *manifest, const struct manifest_context *context,
	enum script_kind kind, const char *text, size_t length, struct error *err)
{
	struct script script = {
		.manifest = manifest, .context = context, .first = manifest->container_count
	};
	struct shell_text whole = script_text(&script, text, text + length, 1);
	int result = 0;

	switch (kind) {
	case SCRIPT_MARKDOWN:
		result = script_markdown(&script, text, length, err);
		break;
	case SCRIPT_MAKE:
		result = script_makefile(&script, text, text + length, err);
		break;
	case SCRIPT_UNIT:
		result = script_unit(&script, text, text + length, err);
		break;
	case SCRIPT_SHELL:
	case SCRIPT_NONE:
		result = shell_visit(&whole, 0, err);
		break;
	}
	variable_set_clear(&script.variables);
	variable_set_clear(&script.volumes);
	if (result < 0)
		return -1;
	if (manifest->container_count > script.first || manifest->problem_count > 0)
		return 0;
	manifest->fit = FIT_FOREIGN;
	return error_set(err, ERROR_INPUT,
		"no line of it starts a container (docker, podman or nerdctl run or create)");
}
