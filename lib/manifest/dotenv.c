/* SPDX-License-Identifier: Apache-2.0 */
/* dotenv: one line after the other, with values over several lines, as compose-go's parser
 * does. */
#include "manifest/dotenv.h"

#include <ctype.h>
#include <string.h>

#include "manifest/compose_variables.h"

struct reader {
	struct dotenv *dotenv;
	size_t total;                           /* bytes of all values so far */
	const struct manifest_context *context; /* the environment's */
	const char *at, *end;
	size_t line;
};

static int refuse(const struct reader *reader, struct error *err, const char *reason)
{
	return error_at(err, ERROR_INPUT, reader->line, 1, "%s", reason);
}

/* The environment's value, else that of a line above. */
static const char *variable(void *closure, const char *name)
{
	const struct reader *reader = closure;
	const struct manifest_context *context = reader->context;
	const char *value = context->variable != NULL ? context->variable(context->closure, name)
						      : NULL;

	return value != NULL ? value : dotenv_find(reader->dotenv, name);
}

/* Past blank lines and comments, to where a name begins. */
static bool next_statement(struct reader *reader)
{
	while (reader->at < reader->end) {
		if (*reader->at == '\n') {
			reader->line++;
		} else if (*reader->at == '#') {
			const char *newline = memchr(
				reader->at, '\n', (size_t)(reader->end - reader->at));

			reader->at = newline != NULL ? newline : reader->end;
			continue;
		} else if (!isspace((unsigned char)*reader->at)) {
			return true;
		}
		reader->at++;
	}
	return false;
}

static void skip_blanks(struct reader *reader)
{
	while (reader->at < reader->end && *reader->at != '\n' &&
		isspace((unsigned char)*reader->at))
		reader->at++;
}

/* "NAME=", "NAME:"; a name alone is the environment's own. False: it has no value here. */
static int read_name(struct reader *reader, struct buffer *name, bool *valued, struct error *err)
{
	static const char export[] = "export";
	size_t length = strlen(export);

	if ((size_t)(reader->end - reader->at) > length &&
		strncmp(reader->at, export, length) == 0 &&
		(reader->at[length] == ' ' || reader->at[length] == '\t')) {
		reader->at += length;
		skip_blanks(reader);
	}
	while (reader->at < reader->end &&
		(isalnum((unsigned char)*reader->at) ||
			(*reader->at != '\0' && strchr("_.-[]", *reader->at) != NULL)))
		if (buffer_add(name, reader->at++, 1, err) < 0)
			return -1;
	skip_blanks(reader);
	*valued = reader->at < reader->end && (*reader->at == '=' || *reader->at == ':');
	if (name->length == 0 || (!*valued && reader->at < reader->end && *reader->at != '\n'))
		return refuse(reader, err, "not a line of the form NAME=value");
	reader->at += *valued;
	return 0;
}

static int add_escape(struct buffer *value, char byte, struct error *err)
{
	static const char letters[] = "abfnrtv", bytes[] = "\a\b\f\n\r\t\v";
	const char *found = byte != '\0' ? strchr(letters, byte) : NULL;

	if (found != NULL)
		return buffer_add(value, &bytes[found - letters], 1, err);
	if (byte == '$') /* as variables_expand wants it */
		return buffer_add(value, "$$", 2, err);
	if (byte != '"' && byte != '\\' && buffer_add(value, "\\", 1, err) < 0)
		return -1;
	return buffer_add(value, &byte, 1, err);
}

static int read_quoted(struct reader *reader, struct buffer *value, struct error *err)
{
	size_t first = reader->line;
	char quote = *reader->at++;

	for (; reader->at < reader->end && *reader->at != quote; reader->at++) {
		bool escape = *reader->at == '\\' && reader->at + 1 < reader->end;
		int added;

		reader->line += *reader->at == '\n';
		if (escape && quote == '"')
			added = add_escape(value, *++reader->at, err);
		else
			added = buffer_add(value, reader->at, 1, err);
		if (added < 0)
			return -1;
	}
	if (reader->at == reader->end) {
		reader->line = first;
		return refuse(reader, err, "the quote is not closed");
	}
	reader->at++;
	return 0;
}

/* To the end of the line, or to " #". */
static int read_plain(struct reader *reader, struct buffer *value, struct error *err)
{
	const char *start = reader->at, *end = start;

	while (end < reader->end && *end != '\n' &&
		!(*end == '#' && isspace((unsigned char)end[-1])))
		end++;
	while (end > start && isspace((unsigned char)end[-1]))
		end--;
	if (buffer_add(value, start, (size_t)(end - start), err) < 0)
		return -1;
	while (reader->at < reader->end && *reader->at != '\n')
		reader->at++;
	return 0;
}

static int read_value(struct reader *reader, struct buffer *expanded, struct error *err)
{
	const struct manifest_context context = { .variable = variable, .closure = reader };
	cleanup(buffer_clear) struct buffer value = { 0 };
	struct error cause = { 0 };
	bool quoted, literal;

	skip_blanks(reader);
	quoted = reader->at < reader->end && (*reader->at == '"' || *reader->at == '\'');
	literal = quoted && *reader->at == '\'';
	if (buffer_add(&value, "", 0, err) < 0)
		return -1;
	if (quoted ? read_quoted(reader, &value, err) < 0 : read_plain(reader, &value, err) < 0)
		return -1;
	if (literal)
		return buffer_add(expanded, value.text, value.length, err);
	if (variables_expand(expanded, value.text, &context, NULL, &cause) == 0)
		return 0;
	if (cause.code != ERROR_INPUT)
		return error_set(err, (enum error_code)cause.code, "%s", cause.text);
	return refuse(reader, err, "the variables in the value cannot be read");
}

static int read_statement(struct reader *reader, struct error *err)
{
	cleanup(buffer_clear) struct buffer name = { 0 }, value = { 0 };
	bool valued;

	if (read_name(reader, &name, &valued, err) < 0)
		return -1;
	if (!valued)
		return 0;
	if (buffer_add(&value, "", 0, err) < 0 || read_value(reader, &value, err) < 0)
		return -1;
	reader->total += value.length;
	if (reader->total > EXPANDED_MAX)
		return refuse(reader, err, "its values are too long");
	return variable_set(&reader->dotenv->variables, name.text, value.text, err);
}

int dotenv_parse(struct dotenv *dotenv, const struct manifest_context *context, const char *text,
	size_t length, struct error *err)
{
	static const char mark[] = "\xef\xbb\xbf";
	struct reader reader = {
		.dotenv = dotenv, .context = context, .at = text, .end = text + length, .line = 1
	};

	if (length > DOTENV_LIMIT)
		return refuse(&reader, err, "larger than 1 MiB");
	if (length > 0 && memchr(text, '\0', length) != NULL)
		return refuse(&reader, err, "contains a NUL byte");
	if (length >= strlen(mark) && memcmp(text, mark, strlen(mark)) == 0)
		reader.at += strlen(mark);
	while (next_statement(&reader))
		if (read_statement(&reader, err) < 0)
			return -1;
	return 0;
}

const char *dotenv_find(const struct dotenv *dotenv, const char *name)
{
	return variable_find(&dotenv->variables, name);
}

void dotenv_clear(struct dotenv *dotenv)
{
	variable_set_clear(&dotenv->variables);
}
