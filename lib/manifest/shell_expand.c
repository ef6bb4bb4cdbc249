/* SPDX-License-Identifier: Apache-2.0 */
/* shell_expand: replaces what follows a "$" by its value, where the text assigns it; otherwise
 * marks it as unknown. */
#include <ctype.h>
#include <string.h>

#include "base/string.h"
#include "manifest/shell_lexer.h"

#define NAME_MAX_LENGTH 128

static int add_unknown(struct lexer *lexer, const char *name, size_t length, struct error *err)
{
	if (lexer_add(lexer, (const char[]){ WORD_UNKNOWN }, 1, err) < 0 ||
		lexer_add(lexer, name, length, err) < 0)
		return -1;
	return lexer_add(lexer, (const char[]){ WORD_KNOWN }, 1, err);
}

int lexer_unknown_to(struct lexer *lexer, const char *end, struct error *err)
{
	if (add_unknown(lexer, lexer->at + 1, (size_t)(end - lexer->at) - 1, err) < 0)
		return -1;
	lexer_skip_to(lexer, end + 1);
	return 0;
}

/* Where the bracket that was opened before at closes; quotes and inner ones are passed over. */
static const char *closing(const char *at, const char *end, char open, char close)
{
	size_t depth = 1;
	char quote = '\0';

	for (; at < end; at++) {
		if (*at == '\\' && quote != '\'' && at + 1 < end)
			at++;
		else if (quote != '\0')
			quote = *at == quote ? '\0' : quote;
		else if (*at == '\'' || *at == '"')
			quote = *at;
		else if (*at == open && open != close)
			depth++;
		else if (*at == close && --depth == 0)
			return at;
	}
	return NULL;
}

static int visit_inner(struct lexer *lexer, const char *end, struct error *err)
{
	struct shell_text inner = *lexer->source;

	inner.text = lexer->at;
	inner.end = end;
	inner.line = lexer->line;
	return lexer->depth < SHELL_DEPTH_MAX ? shell_visit(&inner, lexer->depth + 1, err) : 0;
}

/* "$(pwd)" is the directory. What stands in other substitutions is looked at as commands. */
int lexer_substitution(struct lexer *lexer, char open, char close, struct error *err)
{
	const char *end = closing(lexer->at, lexer->source->end, open, close);
	const char *directory = lexer->source->context->directory;
	int result;

	if (!end)
		end = lexer->source->end;
	lexer_begin_word(lexer);
	if (directory && slice_is(lexer->at, (size_t)(end - lexer->at), "pwd"))
		result = lexer_add(lexer, directory, strlen(directory), err);
	else
		result = visit_inner(lexer, end, err) < 0 ? -1 : add_unknown(lexer, "", 0, err);
	lexer_skip_to(lexer, end < lexer->source->end ? end + 1 : end);
	return result;
}

/* A value: outside of quotes its blanks end words, but not those of "NAME=$VALUE". */
static int add_value(struct lexer *lexer, const char *value, struct error *err)
{
	if (!lexer->unquoted ||
		(lexer->word.length > 0 && memchr(lexer->word.text, '=', lexer->word.length)))
		return lexer_add(lexer, value, strlen(value), err);
	for (; *value != '\0'; value++)
		if (isspace((unsigned char)*value) ? lexer_end_word(lexer, err) < 0
						   : lexer_add(lexer, value, 1, err) < 0)
			return -1;
	return 0;
}

/* A variable's value, as far as it is known: assigned above, the directory, the home. */
static int add_variable(struct lexer *lexer, const char *name, size_t length, struct error *err)
{
	const struct manifest_context *context = lexer->source->context;
	char copy[NAME_MAX_LENGTH];
	const char *value = NULL;

	if (length < sizeof(copy)) {
		memcpy(copy, name, length);
		copy[length] = '\0';
		value = variable_find(lexer->source->variables, copy);
		if (!value && (strcmp(copy, "PWD") == 0 || strcmp(copy, "CURDIR") == 0))
			value = context->directory;
		if (!value && strcmp(copy, "HOME") == 0)
			value = context->home;
	}
	return value ? add_value(lexer, value, err) : add_unknown(lexer, name, length, err);
}

static size_t name_length(const struct lexer *lexer, const char *at)
{
	size_t length = 0;

	while (at + length < lexer->source->end &&
		(isalnum((unsigned char)at[length]) || at[length] == '_'))
		length++;
	return length;
}

/* A lone option, such as "-it", with which the others count as much as without it. One that covers
 * something, asks for the hook or ends the options changes what they mean. */
static bool is_harmless_option(const char *word, const char *end)
{
	static const char *const telling[] = { "tmpfs", "/run", "mask" };
	size_t length = (size_t)(end - word);

	for (size_t i = 0; i < array_count(telling); i++)
		if (memmem(word, length, telling[i], strlen(telling[i])))
			return false;
	return length > 1 && word[0] == '-' && !slice_is(word, length, "--");
}

/* Of "NAME:+word": the word where the text sets the variable; and where it does not, a harmless
 * option. */
static const char *alternative(
	const char *value, const char *word, const char *end, char **plain, struct error *err)
{
	bool option = is_harmless_option(word, end);

	for (const char *at = word; at < end; at++)
		if (strchr("$`\"'\\", *at) || (!value && isspace((unsigned char)*at)))
			return NULL;
	if (value && value[0] == '\0')
		return "";
	return value || option ? *plain = text_copy_bytes(word, (size_t)(end - word), err) : NULL;
}

/* The value of "NAME:-word" and its like: what the text assigns; else a default of plain text, on
 * the heap in *plain. NULL: not known here, or memory ran out. */
static const char *with_operator(const struct lexer *lexer, const char *name, const char *word,
	const char *end, char **plain, struct error *err)
{
	const char *value = variable_find(lexer->source->variables, name);

	if (word[0] == ':' && end - word > 1)
		word++;
	if (word[0] == '+' && value && word[-1] != ':') /* set, if only to nothing */
		value = "set";
	if (word[0] == '+')
		return alternative(value, word + 1, end, plain, err);
	if (word[0] != '-' && (!value || word[0] != '?'))
		return NULL;
	if (value && value[0] != '\0')
		return value;
	for (const char *at = ++word; at < end; at++)
		if (strchr("$`\"'\\", *at))
			return NULL;
	return *plain = text_copy_bytes(word, (size_t)(end - word), err);
}

/* "${NAME}"; with an operator only what is known counts. */
static int braced(struct lexer *lexer, struct error *err)
{
	const char *end = closing(lexer->at, lexer->source->end, '{', '}');
	const char *name = lexer->at, *word;
	size_t length = name_length(lexer, name);
	char copy[NAME_MAX_LENGTH] = "";
	cleanup(text_clear) char *plain = NULL;
	const char *value;
	int result;

	if (!end)
		end = lexer->source->end;
	if (length < sizeof(copy))
		memcpy(copy, name, length);
	word = name + length;
	if (word == end) {
		result = add_variable(lexer, name, length, err);
	} else {
		value = with_operator(lexer, copy, word, end, &plain, err);
		if (word[0] == '[') /* of an array: "NAME[@]" */
			length = (size_t)(end - name);
		result = value ? add_value(lexer, value, err)
			       : add_unknown(lexer, name, length, err);
	}
	lexer_skip_to(lexer, end < lexer->source->end ? end + 1 : end);
	return result;
}

/* Behind a "$". */
int lexer_dollar(struct lexer *lexer, struct error *err)
{
	const char *name = lexer->at;
	size_t length;

	if (lexer->source->make && lexer_peek(lexer, 0) == '$') {
		lexer_step(lexer);
		name = lexer->at;
	} else if (lexer->source->make &&
		(lexer_peek(lexer, 0) == '(' || lexer_peek(lexer, 0) == '{')) {
		char open = *lexer->at, close = open == '(' ? ')' : '}';
		const char *end = closing(lexer->at + 1, lexer->source->end, open, close);

		length = name_length(lexer, lexer->at + 1);
		if (end && lexer->at + 1 + length == end) {
			name = lexer->at + 1;
			lexer_begin_word(lexer);
			lexer_skip_to(lexer, end + 1);
			return add_variable(lexer, name, length, err);
		}
		lexer_step(lexer);
		return lexer_substitution(lexer, open, close, err);
	}
	lexer_begin_word(lexer);
	if (lexer_peek(lexer, 0) == '(') {
		lexer_step(lexer);
		return lexer_substitution(lexer, '(', ')', err);
	}
	if (lexer_peek(lexer, 0) == '{') {
		lexer_step(lexer);
		return braced(lexer, err);
	}
	length = name_length(lexer, name);
	if (length == 0 && lexer_peek(lexer, 0) != '\0' &&
		strchr("@*#?$!-", lexer_peek(lexer, 0))) {
		name = lexer->at;
		lexer_step(lexer);
		return add_unknown(lexer, name, 1, err);
	}
	if (length == 0 && lexer->unquoted &&
		(lexer_peek(lexer, 0) == '\'' || lexer_peek(lexer, 0) == '"'))
		return 0; /* $'…': a way of quoting */
	if (length == 0)
		return lexer_add(lexer, "$", 1, err);
	lexer_skip_to(lexer, name + length);
	return add_variable(lexer, name, length, err);
}
