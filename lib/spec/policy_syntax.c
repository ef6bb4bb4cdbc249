/* SPDX-License-Identifier: Apache-2.0 */
/* policy_syntax: common mistakes in JSON by the bytes at the error, and the hint for each. */
#include "spec/policy_syntax.h"

#include <string.h>

#include "base/buffer.h"

/* What people write, and what it must be. */
static const struct {
	const char *begin, *hint;
} hints[] = {
	{ "#", "JSON has no comments: take it out" },
	{ "//", "JSON has no comments: take it out" },
	{ "/*", "JSON has no comments: take it out" },
	{ "'", "names and words must stand in double quotes" },
	{ "}", "no comma may stand behind the last entry" },
	{ "]", "no comma may stand behind the last entry" },
	{ "\xef\xbb\xbf", "save the file as UTF-8 without it" },
};

/* The byte at the error's line and column. */
static const char *at_error(const char *text, const struct error *syntax)
{
	for (size_t line = 1; line < syntax->line; line++) {
		const char *end = strchr(text, '\n');

		if (end == NULL)
			break;
		text = end + 1;
	}
	return syntax->column > 0 ? text + strnlen(text, syntax->column - 1) : text;
}

static const char *find_hint(const char *text, const struct error *syntax)
{
	const char *at = at_error(text, syntax);

	for (size_t i = 0; i < array_count(hints); i++)
		if (strncmp(at, hints[i].begin, strlen(hints[i].begin)) == 0)
			return hints[i].hint;
	return text[strspn(text, " \t\r\n")] != '{' ? POLICY_MUST_BE "; YAML is not read" : NULL;
}

int policy_syntax_error(
	const char *file, const char *text, const struct error *syntax, struct error *err)
{
	const char *hint = find_hint(text, syntax);

	if (hint == NULL)
		return error_set(err, ERROR_POLICY, "%s:%s", file, syntax->text);
	return error_set(err, ERROR_POLICY, "%s:%s (%s)", file, syntax->text, hint);
}
