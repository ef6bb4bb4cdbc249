/* SPDX-License-Identifier: Apache-2.0 */
/* decode: slices without escapes are copied, others go through jansson. */
#include "json/decode.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "json/text.h"

static void decref(json_t **value)
{
	json_decref(*value);
}

int decode_error(const struct json_source *document, struct json at, struct error *err,
	const char *format, ...)
{
	struct json_position where = json_position(document->text, at.text);
	char sentence[sizeof(err->text)];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	if (document->list != NULL)
		return error_at(err, document->code, where.line, where.column, "%s[%zu]: %s",
			document->list, document->index, sentence);
	return error_at(err, document->code, where.line, where.column, "%s", sentence);
}

static const char *kind_words(enum json_kind kind)
{
	static const char *const words[] = {
		[JSON_KIND_OBJECT] = "an object",
		[JSON_KIND_ARRAY] = "an array",
		[JSON_KIND_STRING] = "a string",
		[JSON_KIND_NUMBER] = "a number",
		[JSON_KIND_TRUE] = "true",
		[JSON_KIND_FALSE] = "false",
		[JSON_KIND_NULL] = "null",
	};

	return words[kind];
}

bool decode_missing(struct json value)
{
	return value.text == NULL || json_kind(value) == JSON_KIND_NULL;
}

int decode_kind(const struct json_source *document, struct json value, enum json_kind kind,
	const char *name, struct error *err)
{
	if (decode_missing(value) || json_kind(value) == kind)
		return 0;
	return decode_error(document, value, err, "%s: must be %s, is %s", name, kind_words(kind),
		kind_words(json_kind(value)));
}

static int refuse_nul(
	const struct json_source *document, struct json value, const char *name, struct error *err)
{
	return decode_error(document, value, err,
		"%s: must not hold \\u0000, behind which some runtimes read on and some do not",
		name);
}

int decode_word(
	const struct json_source *document, struct json value, const char *name, struct error *err)
{
	struct json_text text;
	int byte;

	if (decode_kind(document, value, JSON_KIND_STRING, name, err) < 0)
		return -1;
	if (decode_missing(value) || memchr(value.text, '\\', value.length) == NULL)
		return 0;
	text = json_text(value);
	while ((byte = json_text_next(&text)) > 0)
		continue;
	return byte < 0 ? 0 : refuse_nul(document, value, name, err);
}

/* A string or a number through jansson, to be released. The text has been validated: what jansson
 * still refuses in it are a NUL and a number that is too big. Anything else is a lack of memory,
 * and where that comes first jansson leaves the error's code as it was. */
static json_t *load(
	const struct json_source *document, struct json value, const char *name, struct error *err)
{
	json_error_t why = { .text = "" };
	json_t *loaded = json_loadb(value.text, value.length, JSON_DECODE_ANY, &why);
	enum json_error_code code = json_error_code(&why);

	if (loaded != NULL)
		return loaded;
	if (code == json_error_null_character)
		refuse_nul(document, value, name, err);
	else if (code == json_error_numeric_overflow)
		decode_error(document, value, err, "%s: %s", name, why.text);
	else
		error_set(err, ERROR_SYSTEM, "out of memory");
	return NULL;
}

int decode_text(const struct json_source *document, struct json value, const char *name,
	char **text, struct error *err)
{
	cleanup(decref) json_t *decoded = NULL;

	if (decode_kind(document, value, JSON_KIND_STRING, name, err) < 0)
		return -1;
	if (decode_missing(value)) {
		*text = NULL;
		return 0;
	}
	/* without an escape the text is what stands between the quotes: the scanner has seen to it
	 */
	if (memchr(value.text, '\\', value.length) == NULL) {
		*text = text_copy_bytes(value.text + 1, value.length - 2, err);
		return *text == NULL ? -1 : 0;
	}
	decoded = load(document, value, name, err);
	if (decoded == NULL)
		return -1;
	*text = text_copy_bytes(json_string_value(decoded), json_string_length(decoded), err);
	return *text == NULL ? -1 : 0;
}

int decode_integer(const struct json_source *document, struct json value, const char *name,
	int64_t *number, struct error *err)
{
	cleanup(decref) json_t *decoded = NULL;

	if (decode_kind(document, value, JSON_KIND_NUMBER, name, err) < 0)
		return -1;
	if (decode_missing(value))
		return 0;
	decoded = load(document, value, name, err);
	if (decoded == NULL)
		return -1;
	if (!json_is_integer(decoded))
		return decode_error(document, value, err, "%s: must be a whole number", name);
	*number = json_integer_value(decoded);
	return 0;
}
