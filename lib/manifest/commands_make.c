/* SPDX-License-Identifier: Apache-2.0 */
/* commands_make: the recipes of a Makefile, with the variables that it assigns. */
#include <ctype.h>
#include <string.h>

#include "base/string.h"
#include "manifest/commands.h"
#include "manifest/forms.h"

/* "NAME = value", ":=", "?=" at the beginning of a line; the value is one of words. */
static int make_variable(struct script *script, const char *at, const char *end, struct error *err)
{
	const char *name = at, *stop;
	cleanup(text_clear) char *copy = NULL, *value = NULL;

	while (at < end && (isalnum((unsigned char)*at) || *at == '_'))
		at++;
	stop = at;
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	while (at < end && strchr(":?", *at) && *at)
		at++;
	if (stop == name || at == end || *at != '=')
		return 0;
	at++;
	while (at < end && isspace((unsigned char)*at))
		at++;
	while (end > at && isspace((unsigned char)end[-1]))
		end--;
	if (memchr(at, '$', (size_t)(end - at)) || memchr(at, '\\', (size_t)(end - at)))
		return 0;
	copy = text_copy_bytes(name, (size_t)(stop - name), err);
	value = copy ? text_copy_bytes(at, (size_t)(end - at), err) : NULL;
	return value ? variable_set(&script->variables, copy, value, err) : -1;
}

/* A recipe begins with a tab, or stands behind a ";"; "define" holds lines of one; other tools of
 * this kind take blanks. The values of variables are looked at, too. */
static bool is_recipe(const char *at, const char *end, bool defines)
{
	size_t length = (size_t)(end - at);

	return *at == '\t' || defines || memchr(at, '=', length) || memchr(at, ';', length) ||
		has_command_line(at, length);
}

/* Variables first: make reads them all before it runs. */
int script_makefile(struct script *script, const char *text, const char *end, struct error *err)
{
	size_t line = 1, lines;
	bool defines = false;

	for (const char *at = text, *next; at < end; at = next) {
		next = script_logical_end(at, end, &lines);
		if (*at != '\t' && make_variable(script, at, next, err) < 0)
			return -1;
	}
	for (const char *at = text, *next; at < end; at = next, line += lines) {
		struct shell_text recipe;

		next = script_logical_end(at, end, &lines);
		if (script_begins(at, next, "define "))
			defines = true;
		else if (script_begins(at, next, "endef"))
			defines = false;
		else if (is_recipe(at, next, defines)) {
			recipe = script_text(script, at, next, line);
			recipe.make = true;
			while (recipe.text < next && *recipe.text && strchr("\t @-+", *recipe.text))
				recipe.text++;
			if (shell_visit(&recipe, 0, err) < 0)
				return -1;
		}
	}
	return 0;
}
