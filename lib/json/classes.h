/* SPDX-License-Identifier: Apache-2.0 */
/* classes: a table of what each byte may be in JSON text (RFC 8259). Bytes from 0x80 on have no
 * class: they are parts of UTF-8 sequences. Inside lib/json only. */
#pragma once

#include <stdbool.h>

enum class {
	SPACE = 1 << 0,
	PLAIN = 1 << 1, /* stands for itself in a string */
	DIGIT = 1 << 2,
	HEX = 1 << 3,
	ESCAPE = 1 << 4, /* may follow a backslash, u apart */
};

static const unsigned char classes[256] = {
	['\t'] = SPACE,
	['\n'] = SPACE,
	['\r'] = SPACE,
	[' '] = SPACE | PLAIN,
	['!'] = PLAIN,
	['"'] = ESCAPE,
	['#' ... '.'] = PLAIN,
	['/'] = PLAIN | ESCAPE,
	['0' ... '9'] = PLAIN | DIGIT | HEX,
	[':' ... '@'] = PLAIN,
	['A' ... 'F'] = PLAIN | HEX,
	['G' ... '['] = PLAIN,
	['\\'] = ESCAPE,
	[']' ... '`'] = PLAIN,
	['a'] = PLAIN | HEX,
	['b'] = PLAIN | HEX | ESCAPE,
	['c' ... 'e'] = PLAIN | HEX,
	['f'] = PLAIN | HEX | ESCAPE,
	['g' ... 'm'] = PLAIN,
	['n'] = PLAIN | ESCAPE,
	['o' ... 'q'] = PLAIN,
	['r'] = PLAIN | ESCAPE,
	['s'] = PLAIN,
	['t'] = PLAIN | ESCAPE,
	['u' ... 0x7f] = PLAIN,
};

static inline bool is(char character, enum class wanted)
{
	return (classes[(unsigned char)character] & wanted) != 0;
}
