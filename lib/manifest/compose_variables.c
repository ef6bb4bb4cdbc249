/* SPDX-License-Identifier: Apache-2.0 */
/* compose_variables: one scan for "$"; a word behind an operator may hold variables itself. */
#include "manifest/compose_variables.h"

#include <ctype.h>
#include <string.h>

struct expansion {
	struct buffer *expanded;
	const struct manifest_context *context;
	char *unset; /* NULL, or room for VARIABLE_NAME_MAX bytes and the NUL */
	struct error *err;
};

/* What stands between the name and the closing brace: an operator and a word. */
struct operation {
	char letter;         /* '-', '?', '+', or NUL: none */
	bool empty_as_unset; /* a colon before it */
	const char *word;    /* to word + length */
	size_t length;
};

static int invalid(const struct expansion *expansion, const char *at)
{
	return error_set(expansion->err, ERROR_INPUT,
		"\"%.40s\": no such form of a variable (a dollar sign itself is written \"$$\")",
		at);
}

static size_t name_length(const char *text, const char *end)
{
	const char *at = text;

	if (at == end || isdigit((unsigned char)*at))
		return 0;
	while (at < end && (isalnum((unsigned char)*at) || *at == '_'))
		at++;
	return (size_t)(at - text);
}

/* The brace that closes the one before text, or NULL. */
static const char *closing_brace(const char *text, const char *end)
{
	size_t depth = 1;

	for (; text < end; text++) {
		if (text[0] == '$' && text + 1 < end && (text[1] == '{' || text[1] == '$')) {
			depth += text[1] == '{';
			text++;
		} else if (text[0] == '}' && --depth == 0) {
			return text;
		}
	}
	return NULL;
}

static bool operation_parse(struct operation *operation, const char *text, const char *end)
{
	*operation = (struct operation){ .word = text };
	if (text == end)
		return true;
	operation->empty_as_unset = *text == ':';
	text += operation->empty_as_unset;
	if (text == end || strchr("-?+", *text) == NULL)
		return false;
	operation->letter = *text;
	operation->word = text + 1;
	operation->length = (size_t)(end - operation->word);
	return true;
}

static const char *value_of(const struct expansion *expansion, const char name[])
{
	const struct manifest_context *context = expansion->context;

	return context->variable != NULL ? context->variable(context->closure, name) : NULL;
}

static int add(const struct expansion *expansion, const char *text, size_t length)
{
	if (expansion->expanded->length + length > EXPANDED_MAX)
		return error_set(expansion->err, ERROR_INPUT,
			"its variables stand for more than %u KiB", EXPANDED_MAX >> 10);
	return buffer_add(expansion->expanded, text, length, expansion->err);
}

static int expand(const struct expansion *expansion, const char *text, size_t length, size_t depth);

/* ${NAME:?word}: the word says what is wrong. */
static int refuse(const struct expansion *expansion, const char *name,
	const struct operation *operation, size_t depth)
{
	cleanup(buffer_clear) struct buffer words = { 0 };
	struct expansion inner = *expansion;

	inner.expanded = &words;
	if (expand(&inner, operation->word, operation->length, depth + 1) < 0)
		return -1;
	return error_set(expansion->err, ERROR_INPUT, "the variable %s must be set%s%s", name,
		words.length > 0 ? ": " : "", words.length > 0 ? words.text : "");
}

static int replace(const struct expansion *expansion, const char *name,
	const struct operation *operation, size_t depth)
{
	const char *value = value_of(expansion, name);
	bool set = value != NULL && !(operation->empty_as_unset && value[0] == '\0');
	bool word = operation->letter == '+' ? set : operation->letter == '-' && !set;

	if (word)
		return expand(expansion, operation->word, operation->length, depth + 1);
	if (operation->letter == '+')
		return 0;
	if (set)
		return add(expansion, value, strlen(value));
	if (operation->letter == '?')
		return refuse(expansion, name, operation, depth);
	if (expansion->unset != NULL && expansion->unset[0] == '\0')
		strcpy(expansion->unset, name);
	return 0;
}

/* Expands what begins at the dollar sign; *at goes behind it. */
static int expand_one(
	const struct expansion *expansion, const char **at, const char *end, size_t depth)
{
	const char *dollar = *at, *start = dollar + 1, *close = NULL;
	struct operation operation = { 0 };
	char name[VARIABLE_NAME_MAX + 1];
	size_t length;

	if (start < end && *start == '$') {
		*at = start + 1;
		return add(expansion, "$", 1);
	}
	if (start < end && *start == '{') {
		start++;
		close = closing_brace(start, end);
		if (close == NULL)
			return invalid(expansion, dollar);
	}
	length = name_length(start, close != NULL ? close : end);
	if (length == 0 || length > VARIABLE_NAME_MAX)
		return invalid(expansion, dollar);
	if (close != NULL && !operation_parse(&operation, start + length, close))
		return invalid(expansion, dollar);
	memcpy(name, start, length);
	name[length] = '\0';
	*at = close != NULL ? close + 1 : start + length;
	return replace(expansion, name, &operation, depth);
}

static int expand(const struct expansion *expansion, const char *text, size_t length, size_t depth)
{
	const char *at = text, *end = text + length;

	if (depth > VARIABLE_DEPTH_MAX)
		return error_set(expansion->err, ERROR_INPUT, "variables nested too deeply");
	while (at < end) {
		const char *dollar = memchr(at, '$', (size_t)(end - at));

		if (add(expansion, at, (size_t)((dollar != NULL ? dollar : end) - at)) < 0)
			return -1;
		if (dollar == NULL)
			return 0;
		at = dollar;
		if (expand_one(expansion, &at, end, depth) < 0)
			return -1;
	}
	return 0;
}

int variables_expand(struct buffer *expanded, const char *text,
	const struct manifest_context *context, char unset[VARIABLE_NAME_MAX + 1],
	struct error *err)
{
	struct expansion expansion = {
		.expanded = expanded,
		.context = context,
		.unset = unset,
		.err = err,
	};

	if (buffer_add(expanded, "", 0, err) < 0) /* so that there is a text, be it empty */
		return -1;
	return expand(&expansion, text, strlen(text), 0);
}
