/* SPDX-License-Identifier: Apache-2.0 */
/* jsonc: blanks comments and trailing commas in place, so that offsets stay. */
#include "manifest/yaml/jsonc.h"

#include <ctype.h>
#include <stdbool.h>

/* JSON with comments: these and the commas before a closing bracket become blanks, so that all else
 * keeps its place. */
void blank_comments(char *text, size_t length)
{
	char *comma = NULL;
	bool quoted = false;

	for (char *at = text, *end = text + length; at < end; at++) {
		if (quoted) {
			if (*at == '\\' && at + 1 < end)
				at++;
			else
				quoted = *at != '"';
			continue;
		}
		if (*at == '/' && at + 1 < end && at[1] == '/') {
			while (at < end && *at != '\n')
				*at++ = ' ';
		} else if (*at == '/' && at + 1 < end && at[1] == '*') {
			bool closed = false;

			for (; at < end && !closed; at++) {
				closed = *at == '*' && at + 1 < end && at[1] == '/';
				if (closed)
					*at++ = ' ';
				if (*at != '\n')
					*at = ' ';
			}
			at--;
		} else if (*at == ',') {
			comma = at;
		} else if (*at == '}' || *at == ']') {
			if (comma != NULL)
				*comma = ' ';
			comma = NULL;
		} else if (!isspace((unsigned char)*at)) {
			comma = NULL;
			quoted = *at == '"';
		}
	}
}
