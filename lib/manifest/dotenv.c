/* SPDX-License-Identifier: Apache-2.0 */
#include "manifest/dotenv.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"

#define DOTENV_LIMIT ((size_t)1 << 20)

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

/* What stands after "=", in quotes or plain; a comment needs a blank before it. Values in single
 * quotes are as they are; \n, \" and \\ are known in double ones. */
static int add_value(struct buffer *out, const char *at, struct error *err)
{
	const char quote = *at == '"' || *at == '\'' ? *at++ : '\0';
	size_t start = out->length;

	for (; *at && *at != quote; at++) {
		char byte = *at;

		if (!quote && byte == '#' && (at[-1] == ' ' || at[-1] == '\t'))
			break;
		if (quote == '"' && byte == '\\' && at[1])
			byte = *++at == 'n' ? '\n' : *at;
		if (buffer_add(out, &byte, 1, err) < 0)
			return -1;
	}
	while (!quote && out->length > start && isspace((unsigned char)out->text[out->length - 1]))
		out->length--;
	return buffer_add(out, "", 1, err);
}

static int add_line(struct buffer *out, const char *line, struct error *err)
{
	size_t length;

	line = skip_blanks(line);
	if (strncmp(line, "export ", strlen("export ")) == 0)
		line = skip_blanks(line + strlen("export "));
	length = strcspn(line, "= \t#");
	if (length == 0 || *skip_blanks(line + length) != '=')
		return 0;
	if (buffer_add(out, line, length, err) < 0 || buffer_add(out, "", 1, err) < 0)
		return -1;
	return add_value(out, skip_blanks(skip_blanks(line + length) + 1), err);
}

/* A .env that cannot be read says nothing. */
static void dotenv_load(struct dotenv *dotenv)
{
	cleanup(buffer_clear) struct buffer path = { 0 }, text = { 0 }, out = { 0 };
	struct error err = { 0 };
	char *rest, *line;

	dotenv->loaded = true;
	if (!dotenv->directory || buffer_print(&path, &err, "%s/.env", dotenv->directory) < 0)
		return;
	if (file_read_at(&text, AT_FDCWD, path.text, DOTENV_LIMIT, &err) < 0)
		return;
	for (rest = text.text; rest && (line = strsep(&rest, "\n"));)
		if (add_line(&out, line, &err) < 0)
			return;
	dotenv->text = take(out.text);
	dotenv->length = out.length;
}

const char *dotenv_variable(void *closure, const char *name)
{
	struct dotenv *dotenv = closure;
	const char *value = getenv(name), *end;

	if (value)
		return value;
	if (!dotenv->loaded)
		dotenv_load(dotenv);
	if (!dotenv->text)
		return NULL;
	end = dotenv->text + dotenv->length;
	for (const char *at = dotenv->text; at < end;) {
		const char *found = at + strlen(at) + 1;

		if (strcmp(at, name) == 0)
			value = found; /* the last one wins */
		at = found + strlen(found) + 1;
	}
	return value;
}

void dotenv_clear(struct dotenv *dotenv)
{
	free(dotenv->text);
	*dotenv = (struct dotenv){ 0 };
}
