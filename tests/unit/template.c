/* SPDX-License-Identifier: Apache-2.0 */
/* template: values put into texts. */
#include "base/template.h"

#include <criterion/criterion.h>
#include <string.h>

Test(template, values_are_put_in)
{
	static const char *const names[] = { "one", "two", "none" },
				 *const texts[] = { "1", "{one}", NULL };
	static const struct template_values values = { names, texts, 3 };
	static const struct {
		const char *text, *filled, *because;
	} rows[] = {
		{ "", "", "nothing" },
		{ "no braces", "no braces", "no braces" },
		{ "{one}", "1", "a name alone" },
		{ "a{one}b{one}", "a1b1", "names between words" },
		{ "{two}", "{one}", "what is put in is not looked at again" },
		{ "{none}.", ".", "NULL is empty" },
		{ "{three} {one}", "{three} 1", "an unknown name stands for itself" },
		{ "{on} {ones}", "{on} {ones}", "names are whole" },
		{ "{{one}}", "{1}", "a brace before a brace" },
		{ "{ {one", "{ {one", "no end" },
		{ "{}", "{}", "no name" },
		{ "{\"a\": {one}", "{\"a\": 1", "JSON around it" },
	};

	for (size_t i = 0; i < array_count(rows); i++) {
		cleanup(buffer_clear) struct buffer out = { 0 };
		struct error err = { 0 };

		cr_assert_eq(
			template_add(&out, rows[i].text, strlen(rows[i].text), &values, &err), 0);
		cr_expect_str_eq(
			out.length > 0 ? out.text : "", rows[i].filled, "%s", rows[i].because);
	}
}

Test(template, ends_at_its_length)
{
	static const char *const names[] = { "one" }, *const texts[] = { "1" };
	static const struct template_values values = { names, texts, 1 };
	cleanup(buffer_clear) struct buffer out = { 0 };
	struct error err = { 0 };

	cr_assert_eq(template_add(&out, "a{one}b", 5, &values, &err), 0);
	cr_expect_str_eq(out.text, "a{one");
}
