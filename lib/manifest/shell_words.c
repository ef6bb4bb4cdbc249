/* SPDX-License-Identifier: Apache-2.0 */
/* shell_words: a lexer without a grammar: words, operators, and commands inside commands by
 * recursion. */
#include <ctype.h>
#include <string.h>

#include "base/string.h"
#include "manifest/shell_lexer.h"

static void command_clear(struct shell_command *command)
{
	for (size_t i = 0; i < command->count; i++)
		text_clear(&command->words[i].text);
	command->count = 0;
}

static void lexer_clear(struct lexer *lexer)
{
	command_clear(&lexer->command);
	free(lexer->command.words);
	buffer_clear(&lexer->word);
}

int lexer_peek(const struct lexer *lexer, size_t ahead)
{
	return lexer->at + ahead < lexer->source->end ? (unsigned char)lexer->at[ahead] : '\0';
}

void lexer_step(struct lexer *lexer)
{
	if (*lexer->at == '\n') {
		lexer->line++;
		lexer->line_start = lexer->at + 1;
	}
	lexer->at++;
}

void lexer_skip_to(struct lexer *lexer, const char *to)
{
	while (lexer->at < to)
		lexer_step(lexer);
}

void lexer_begin_word(struct lexer *lexer)
{
	if (lexer->reading)
		return;
	lexer->reading = true;
	lexer->word.length = 0;
	lexer->next = (struct shell_word){
		.line = lexer->line,
		.column = (unsigned int)(lexer->at - lexer->line_start) + 1,
	};
}

int lexer_add(struct lexer *lexer, const char *bytes, size_t length, struct error *err)
{
	lexer_begin_word(lexer);
	if (lexer->word.length + length > SHELL_WORD_MAX)
		return error_at(err, ERROR_INPUT, lexer->line, 1, "a word longer than %u KiB",
			SHELL_WORD_MAX >> 10);
	return buffer_add(&lexer->word, bytes, length, err);
}

int lexer_end_word(struct lexer *lexer, struct error *err)
{
	struct shell_word *word;

	if (!lexer->reading)
		return 0;
	lexer->reading = false;
	if (lexer->word.length == 0 && !lexer->next.quoted)
		return 0;
	word = array_add(&lexer->command.words, &lexer->command.count, sizeof(*word), err);
	if (!word)
		return -1;
	*word = lexer->next;
	word->text = text_copy_bytes(
		lexer->word.text ? lexer->word.text : "", lexer->word.length, err);
	return word->text ? 0 : -1;
}

/* A command of assignments alone sets variables for those that follow. */
static int take_assignments(struct lexer *lexer, struct error *err)
{
	static const char *const keywords[] = { "export", "readonly", "local", "declare" };
	const struct shell_command *command = &lexer->command;
	size_t first = command->count > 0 &&
		word_find(command->words[0].text, keywords, array_count(keywords)) >= 0;

	for (size_t i = first; i < command->count; i++) {
		char *text = command->words[i].text, *equals = strchr(text, '=');
		size_t length = strspn(text,
			"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
			"0123456789");

		if (!equals || length == 0 || text + length != equals)
			return 0;
		*equals = '\0';
		if (variable_set(lexer->source->variables, text, equals + 1, err) < 0)
			return -1;
		*equals = '=';
	}
	return 0;
}

static int end_command(struct lexer *lexer, struct error *err)
{
	int result;

	if (lexer_end_word(lexer, err) < 0)
		return -1;
	if (lexer->command.count == 0)
		return 0;
	result = take_assignments(lexer, err);
	if (result == 0)
		result = lexer->source->visit(lexer->source->closure, &lexer->command, err);
	command_clear(&lexer->command);
	return result;
}

static int double_quoted(struct lexer *lexer, struct error *err)
{
	lexer_begin_word(lexer);
	lexer->next.quoted = true;
	lexer_step(lexer);
	while (lexer->at < lexer->source->end && *lexer->at != '"') {
		char byte = *lexer->at;
		int result = 0;

		lexer_step(lexer);
		if (byte == '$') {
			result = lexer_dollar(lexer, err);
		} else if (byte == '`') {
			result = lexer_substitution(lexer, '`', '`', err);
		} else if (byte == '\\' && lexer_peek(lexer, 0) != '\0' &&
			strchr("$`\"\\\n", lexer_peek(lexer, 0))) {
			byte = *lexer->at;
			lexer_step(lexer);
			result = byte == '\n' ? 0 : lexer_add(lexer, &byte, 1, err);
		} else {
			result = lexer_add(lexer, &byte, 1, err);
		}
		if (result < 0)
			return -1;
	}
	if (lexer->at < lexer->source->end)
		lexer_step(lexer);
	return 0;
}

static int single_quoted(struct lexer *lexer, struct error *err)
{
	lexer_begin_word(lexer);
	lexer->next.quoted = true;
	lexer_step(lexer);
	while (lexer->at < lexer->source->end && *lexer->at != '\'') {
		if (lexer_add(lexer, lexer->at, 1, err) < 0)
			return -1;
		lexer_step(lexer);
	}
	if (lexer->at < lexer->source->end)
		lexer_step(lexer);
	return 0;
}

/* A backslash joins lines, also where blanks follow it by mistake: that is what its writer meant.
 */
static int backslash(struct lexer *lexer, struct error *err)
{
	size_t blanks = 1;

	while (lexer_peek(lexer, blanks) == ' ' || lexer_peek(lexer, blanks) == '\t' ||
		lexer_peek(lexer, blanks) == '\r')
		blanks++;
	if (lexer_peek(lexer, blanks) == '\n' || lexer->at + blanks == lexer->source->end) {
		lexer_skip_to(lexer, lexer->at + blanks);
		if (lexer->at < lexer->source->end)
			lexer_step(lexer);
		return blanks > 1 ? lexer_end_word(lexer, err) : 0;
	}
	lexer_step(lexer);
	if (lexer_add(lexer, lexer->at, 1, err) < 0)
		return -1;
	lexer_step(lexer);
	return 0;
}

static int unquoted_dollar(struct lexer *lexer, struct error *err)
{
	int result;

	lexer_begin_word(lexer);
	lexer_step(lexer);
	lexer->unquoted = true;
	result = lexer_dollar(lexer, err);
	lexer->unquoted = false;
	return result;
}

/* Where "{a,b}", which bash makes several words of, closes; else NULL. */
static const char *brace_list_end(const struct lexer *lexer)
{
	const char *at = lexer->at + 1;

	while (at < lexer->source->end && !strchr(" \t\r\n;&|(){}\"'", *at))
		at++;
	return at < lexer->source->end && *at == '}' &&
			memchr(lexer->at, ',', (size_t)(at - lexer->at))
		? at
		: NULL;
}

static int next(struct lexer *lexer, struct error *err)
{
	char byte = *lexer->at;

	switch (byte) {
	case '\\':
		return backslash(lexer, err);
	case '\'':
		return single_quoted(lexer, err);
	case '"':
		return double_quoted(lexer, err);
	case '$':
		return unquoted_dollar(lexer, err);
	case '`':
		lexer_begin_word(lexer);
		lexer_step(lexer);
		return lexer_substitution(lexer, '`', '`', err);
	case '{':
		if (brace_list_end(lexer))
			return lexer_unknown_to(lexer, brace_list_end(lexer), err);
		break;
	case '#':
		if (lexer->reading)
			break;
		while (lexer->at < lexer->source->end && *lexer->at != '\n')
			lexer_step(lexer);
		return 0;
	case ' ':
	case '\t':
	case '\r':
		lexer_step(lexer);
		return lexer_end_word(lexer, err);
	case '\n':
	case ';':
	case '&':
	case '|':
	case '(':
	case ')':
		lexer_step(lexer);
		return end_command(lexer, err);
	default:
		break;
	}
	if (lexer_add(lexer, &byte, 1, err) < 0)
		return -1;
	lexer_step(lexer);
	return 0;
}

int shell_visit(const struct shell_text *text, size_t depth, struct error *err)
{
	cleanup(lexer_clear) struct lexer lexer = {
		.source = text,
		.at = text->text,
		.line = text->line,
		.line_start = text->text,
		.depth = depth,
	};

	while (lexer.at < text->end)
		if (next(&lexer, err) < 0)
			return -1;
	return end_command(&lexer, err);
}
