/* SPDX-License-Identifier: Apache-2.0 */
/* commands_markdown: the commands in the fenced and the indented blocks of Markdown. */
#include <ctype.h>
#include <string.h>

#include "base/string.h"
#include "manifest/commands.h"
#include "manifest/forms.h"

/* The length of a fence's marks, "```" or "~~~", that a line begins with. */
static size_t fence_of(const char *at, const char *end, char *mark)
{
	size_t length = 0;

	while (at < end && (*at == ' ' || *at == '\t' || *at == '>'))
		at++;
	if (at == end || (*at != '`' && *at != '~'))
		return 0;
	*mark = *at;
	while (at + length < end && at[length] == *mark)
		length++;
	return length >= 3 ? length : 0;
}

/* Shells of Windows go on in the next line with another mark. */
static void join_lines(char *text, char *end)
{
	for (char *at = text; at < end; at = text + (script_line_end(at, end) - text)) {
		char *last = text + (script_line_end(at, end) - text);

		while (last > at && isspace((unsigned char)last[-1]))
			last--;
		if (last - at > 1 && (last[-1] == '`' || last[-1] == '^') && last[-2] == ' ')
			last[-1] = '\\';
	}
}

/* Prompts become blanks, so that words keep their columns. */
static void blank_prompts(char *at, const char *end)
{
	memset(at, ' ', (size_t)(script_past_prompt(at, end) - at));
	while ((at += script_line_end(at, end) - at) < end)
		for (; *at == ' ' || *at == '\t' || *at == '>'; at++)
			*at = ' ';
}

/* Where "<your directory>" closes, which stands for what the reader puts there; else NULL. */
static char *placeholder_end(char *at, const char *end)
{
	static const char within[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789_-./| ";
	char *close = at + 1;

	if (at + 1 == end || !isalpha((unsigned char)at[1]))
		return NULL;
	while (close < end && *close != '\0' && strchr(within, *close))
		close++;
	return close < end && *close == '>' && close[-1] != ' ' ? close : NULL;
}

static void mark_placeholders(char *at, const char *end)
{
	for (; at < end; at++) {
		char *close = *at == '<' ? placeholder_end(at, end) : NULL;

		if (!close)
			continue;
		for (char *blank = at; blank < close; blank++)
			if (*blank == ' ')
				*blank = '_';
		*at = WORD_UNKNOWN;
		*close = WORD_KNOWN;
	}
}

/* Four blanks or a tab make a block without a fence; so do lists, so only a command counts. */
static bool is_indented_command(const char *at, const char *end)
{
	return (*at == '\t' || (end - at > 4 && memcmp(at, "    ", 4) == 0)) &&
		has_command_line(at, (size_t)(end - at));
}

int script_markdown(struct script *script, const char *text, size_t size, struct error *err)
{
	cleanup(text_clear) char *copy = text_copy_bytes(text, size, err);
	size_t line = 1, lines, fence = 0;
	char mark = '\0', other = '\0';
	char *end;

	if (!copy)
		return -1;
	end = copy + size;
	join_lines(copy, end);
	for (char *at = copy, *next; at < end; at = next, line += lines) {
		size_t length = fence_of(at, script_line_end(at, end), fence > 0 ? &other : &mark);
		struct shell_text command;

		next = at + (script_line_end(at, end) - at);
		lines = 1;
		if (fence > 0 ? length >= fence && other == mark : length > 0) {
			fence = fence > 0 ? 0 : length;
			continue;
		}
		if (fence == 0 && !is_indented_command(at, next))
			continue;
		next = at + (script_logical_end(at, end, &lines) - at);
		blank_prompts(at, next);
		mark_placeholders(at, next);
		command = script_text(script, at, next, line);
		if (shell_visit(&command, 0, err) < 0)
			return -1;
	}
	return 0;
}
