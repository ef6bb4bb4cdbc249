/* SPDX-License-Identifier: Apache-2.0 */
/* commands_unit: the commands of a systemd service (systemd.service(5)): ExecStart= and its kin,
 * with the variables of Environment=. */
#include <ctype.h>
#include <string.h>

#include "base/buffer.h"
#include "base/string.h"
#include "base/unit_file.h"
#include "manifest/commands.h"
#include "manifest/quadlet_specifiers.h"

#define ENVIRONMENT "Environment="

/* Environment="A=b" C=d */
static int read_environment(struct script *script, const char *value, struct error *err)
{
	cleanup(buffer_clear) struct buffer expanded = { 0 };
	cleanup(text_list_clear) struct text_list words = { 0 };

	if (specifiers_expand(&expanded, value, script->context, err) < 0 ||
		unit_words(expanded.text, &words, err) < 0)
		return -1;
	for (size_t i = 0; i < words.count; i++) {
		char *rest = words.texts[i], *name = strsep(&rest, "=");

		if (rest != NULL && variable_set(&script->variables, name, rest, err) < 0)
			return -1;
	}
	return 0;
}

/* The lines of one assignment as the shell's reader takes them: comments between them are blank. */
static int add_lines(struct buffer *lines, const char *at, const char *end, struct error *err)
{
	for (const char *next; at < end; at = next) {
		const char *word = at;
		bool comment;

		next = script_line_end(at, end);
		while (word < next && (*word == ' ' || *word == '\t'))
			word++;
		comment = word < next && (*word == '#' || *word == ';');
		if (buffer_add(lines, comment ? "\\\n" : at, comment ? 2 : (size_t)(next - at),
			    err) < 0)
			return -1;
	}
	return 0;
}

static int read_command(
	struct script *script, const char *at, const char *end, size_t line, struct error *err)
{
	cleanup(buffer_clear) struct buffer lines = { 0 }, expanded = { 0 };
	struct shell_text command;

	while (at < end && *at != '\n' && strchr("-@:+!|", *at) != NULL)
		at++;
	if (buffer_add(&lines, "", 0, err) < 0 || add_lines(&lines, at, end, err) < 0 ||
		specifiers_expand(&expanded, lines.text, script->context, err) < 0)
		return -1;
	command = script_text(script, expanded.text, expanded.text + expanded.length, line);
	return shell_visit(&command, 0, err);
}

/* Behind "ExecStart=", "ExecStartPre = " and the like; NULL: none of them. */
static const char *command_of(const char *at, const char *end)
{
	if (!script_begins(at, end, "Exec"))
		return NULL;
	while (at < end && isalpha((unsigned char)*at))
		at++;
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	if (at == end || *at != '=')
		return NULL;
	do
		at++;
	while (at < end && (*at == ' ' || *at == '\t'));
	return at;
}

/* One logical line, which stands at..end in the text: a variable, or a command. */
typedef int line_reader(struct script *script, const char *logical, const char *at, const char *end,
	size_t line, struct error *err);

static int variable_line(struct script *script, const char *logical, const char *at,
	const char *end, size_t line, struct error *err)
{
	(void)at;
	(void)end;
	(void)line;
	if (strncmp(logical, ENVIRONMENT, strlen(ENVIRONMENT)) != 0)
		return 0;
	return read_environment(script, logical + strlen(ENVIRONMENT), err);
}

static int command_line(struct script *script, const char *logical, const char *at, const char *end,
	size_t line, struct error *err)
{
	const char *command;

	(void)logical;
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	command = command_of(at, end);
	return command != NULL ? read_command(script, command, end, line, err) : 0;
}

/* The variables first: they count for all commands. */
int script_unit(struct script *script, const char *text, const char *end, struct error *err)
{
	static line_reader *const readers[] = { variable_line, command_line };
	cleanup(buffer_clear) struct buffer logical = { 0 };

	for (size_t i = 0; i < array_count(readers); i++) {
		struct unit_reader reader = unit_reader(text, (size_t)(end - text));
		const char *at = text;
		bool more;

		for (;; at = reader.at) {
			if (unit_line(&reader, &logical, &more, err) < 0)
				return -1;
			if (!more)
				break;
			if (logical.length > 0 &&
				readers[i](script, logical.text, at, reader.at, reader.line, err) <
					0)
				return -1;
		}
	}
	return 0;
}
