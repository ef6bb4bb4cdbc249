/* SPDX-License-Identifier: Apache-2.0 */
/* manifest_variables: the table of the compose specification, and its edges. */
#include "manifest/compose_variables.h"

#include "manifest_test.h"

#define INVALID(at)                                                                                \
	"error: \"" at "\": no such form of a variable (a dollar sign itself is written \"$$\")"

Test(manifest_variables, every_form)
{
	static const struct {
		const char *because, *text, *expected, *unset;
	} rows[] = {
		{ "no variable", "/var/run", "/var/run", "" },
		{ "an empty text", "", "", "" },
		{ "without braces, up to the end of the name", "$RUN/x$RUN-y",
			"/var/run/x/var/run-y", "" },
		{ "with braces", "a${RUN}b", "a/var/runb", "" },
		{ "names may begin with a low line", "$_x1", "underscore", "" },
		{ "a dollar sign", "$$RUN$$", "$RUN$", "" },
		{ "not set", "a${NO}b$NOTHER", "ab", "NO" },
		{ "set and empty is set", "a${EMPTY}b", "ab", "" },
		{ ":- when set", "${RUN:-x}", "/var/run", "" },
		{ ":- when empty", "${EMPTY:-x}", "x", "" },
		{ ":- when not set", "${NO:-x}", "x", "" },
		{ "- when empty", "${EMPTY-x}", "", "" },
		{ "- when not set", "${NO-x}", "x", "" },
		{ "- with nothing behind it", "${NO-}", "", "" },
		{ "? when empty", "a${EMPTY?x}", "a", "" },
		{ ":? when set", "${RUN:?x}", "/var/run", "" },
		{ ":? when empty", "${EMPTY:?x $RUN}",
			"error: the variable EMPTY must be set: x /var/run", "" },
		{ "? when not set, without a word", "${NO?}", "error: the variable NO must be set",
			"" },
		{ ":+ when set", "${RUN:+x}", "x", "" },
		{ ":+ when empty", "${EMPTY:+x}", "", "" },
		{ "+ when empty", "${EMPTY+x}", "x", "" },
		{ "+ when not set", "${NO+x}", "", "" },
		{ "words inside words", "${NO:-a${NO:-b${RUN}c}d}e", "ab/var/runcde", "" },
		{ "a dollar sign in a word", "${NO:-$$}", "$", "" },
		{ "a value is not looked into", "$DOLLAR", "$RUN", "" },
		{ "a word with an operator", "${NO:--}", "-", "" },
		{ "an error inside a refusal", "${NO?${}}", INVALID("${}}"), "" },
		{ "an error inside a word", "${NO-$}", INVALID("$}"), "" },
		{ "a dollar sign at the end", "x$", INVALID("$"), "" },
		{ "a dollar sign before no name", "$1", INVALID("$1"), "" },
		{ "no name in the braces", "${}", INVALID("${}"), "" },
		{ "no closing brace", "${RUN", INVALID("${RUN"), "" },
		{ "no closing brace outside", "${NO:-${RUN}", INVALID("${NO:-${RUN}"), "" },
		{ "an unknown operator", "${RUN/x}", INVALID("${RUN/x}"), "" },
		{ "a colon alone", "${RUN:}", INVALID("${RUN:}"), "" },
		{ "a blank in the name", "${RUN }", INVALID("${RUN }"), "" },
	};
	struct manifest_context context = test_context("compose.yaml");

	for (size_t i = 0; i < array_count(rows); i++) {
		cleanup(buffer_clear) struct buffer told = { 0 };
		char unset[VARIABLE_NAME_MAX + 1] = "", sentence[600];
		struct error err = { 0 };
		int result = variables_expand(&told, rows[i].text, &context, unset, &err);

		snprintf(sentence, sizeof(sentence), "%s%s", result < 0 ? "error: " : "",
			result < 0 ? err.text : told.text);
		cr_expect_str_eq(sentence, rows[i].expected, "%s: \"%s\" gives \"%s\"",
			rows[i].because, rows[i].text, sentence);
		cr_expect_str_eq(unset, rows[i].unset, "%s", rows[i].because);
	}
}

Test(manifest_variables, limits)
{
	struct manifest_context context = test_context("compose.yaml");
	char nested[512] = "", name[VARIABLE_NAME_MAX + 8] = "${";
	cleanup(buffer_clear) struct buffer told = { 0 };
	struct error err = { 0 };

	for (int i = 0; i < VARIABLE_DEPTH_MAX + 1; i++)
		strcat(nested, "${A-");
	for (int i = 0; i < VARIABLE_DEPTH_MAX + 1; i++)
		strcat(nested, "}");
	cr_expect_eq(variables_expand(&told, nested, &context, NULL, &err), -1);
	cr_expect_str_eq(err.text, "variables nested too deeply");

	memset(name + 2, 'A', VARIABLE_NAME_MAX + 1);
	strcat(name, "}");
	err = (struct error){ 0 };
	cr_expect_eq(variables_expand(&told, name, &context, NULL, &err), -1, "a name too long");

	context.variable = NULL;
	cr_expect_eq(
		variables_expand(&told, "$RUN", &context, NULL, &err), 0, "no variable is known");
	cr_expect_str_eq(told.text, "");
}
