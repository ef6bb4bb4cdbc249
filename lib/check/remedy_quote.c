/* SPDX-License-Identifier: Apache-2.0 */
/* remedy_quote: quotes a foreign value as its kind of file needs. */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "check/remedy_table.h"

static bool is_plain(const struct remedy_dialect *dialect, const char *text)
{
	if (dialect->always || *text == '\0' || strchr("-@:,%+=", *text))
		return false;
	for (; *text; text++)
		if (!isalnum((unsigned char)*text) && !strchr(dialect->plain, *text))
			return false;
	return true;
}

/* One character inside a quoted value. */
static int add_quoted(
	struct buffer *out, const struct remedy_dialect *dialect, char byte, struct error *err)
{
	if (strchr(dialect->doubled, byte))
		return buffer_print(out, err, "%c%c", byte, byte);
	if ((unsigned char)byte < ' ' || byte == 0x7f)
		return dialect->quote == '"' ? buffer_print(out, err, "\\u%04x", byte)
					     : buffer_add(out, "?", 1, err);
	if (dialect->quote == '\'' && byte == '\'')
		return buffer_add(out, "'\\''", 4, err);
	if (dialect->quote == '"' && (byte == '"' || byte == '\\'))
		return buffer_print(out, err, "\\%c", byte);
	return buffer_add(out, &byte, 1, err);
}

int dialect_add(struct buffer *out, const struct remedy_dialect *dialect, const char *text,
	struct error *err)
{
	bool quoted = dialect->quote && !is_plain(dialect, text);

	if (quoted && buffer_add(out, &dialect->quote, 1, err) < 0)
		return -1;
	for (; *text; text++)
		if (add_quoted(out, dialect, *text, err) < 0)
			return -1;
	return quoted ? buffer_add(out, &dialect->quote, 1, err) : 0;
}
