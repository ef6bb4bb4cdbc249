/* SPDX-License-Identifier: Apache-2.0 */
/* policy_syntax: common mistakes in JSON by the bytes at the error, and the hint for each. */
#include "spec/policy_syntax.h"

#include <stdbool.h>
#include <string.h>

#include "base/buffer.h"
#include "base/string.h"

/* What people write, and what it must be. */
static const struct {
	const char *begin, *hint;
	bool behind_comma; /* only there: elsewhere a value or another bracket is missing */
} hints[] = {
	{ "#", "JSON has no comments: take it out", false },
	{ "//", "JSON has no comments: take it out", false },
	{ "/*", "JSON has no comments: take it out", false },
	{ "'", "names and words must stand in double quotes", false },
	{ "}", "no comma may stand behind the last entry", true },
	{ "]", "no comma may stand behind the last entry", true },
	{ "\xef\xbb\xbf", "save the file as UTF-8 without it", false },
};

/* What is left of a text; no NUL stands behind it. */
struct rest {
	const char *text, *end;
};

/* From the byte at the error's line and column. */
static struct rest at_error(struct rest rest, const struct error *syntax)
{
	for (size_t line = 1; line < syntax->line; line++) {
		const char *end = memchr(rest.text, '\n', (size_t)(rest.end - rest.text));

		if (end == NULL)
			break;
		rest.text = end + 1;
	}
	if (syntax->column > 0) {
		size_t left = (size_t)(rest.end - rest.text), column = syntax->column - 1;

		rest.text += column < left ? column : left;
	}
	return rest;
}

static bool begins_with(struct rest rest, const char *word)
{
	size_t length = strlen(word);

	return (size_t)(rest.end - rest.text) >= length && slice_is(rest.text, length, word);
}

static bool is_blank(char byte)
{
	static const char blanks[] = { ' ', '\t', '\r', '\n' };

	return memchr(blanks, byte, sizeof(blanks)) != NULL;
}

static bool is_object(struct rest rest)
{
	while (rest.text < rest.end && is_blank(*rest.text))
		rest.text++;
	return begins_with(rest, "{");
}

static bool is_behind_comma(struct rest whole, const char *at)
{
	while (at > whole.text && is_blank(at[-1]))
		at--;
	return at > whole.text && at[-1] == ',';
}

static const char *find_hint(struct rest whole, const struct error *syntax)
{
	struct rest at = at_error(whole, syntax);

	for (size_t i = 0; i < array_count(hints); i++)
		if (begins_with(at, hints[i].begin) &&
			(!hints[i].behind_comma || is_behind_comma(whole, at.text)))
			return hints[i].hint;
	return is_object(whole) ? NULL : POLICY_MUST_BE "; YAML is not read";
}

int policy_syntax_error(const char *file, const char *text, size_t length,
	const struct error *syntax, struct error *err)
{
	const char *hint = find_hint((struct rest){ text, text + length }, syntax);

	if (hint == NULL)
		return error_set(err, ERROR_POLICY, "%s:%s", file, syntax->text);
	return error_set(err, ERROR_POLICY, "%s:%s (%s)", file, syntax->text, hint);
}
