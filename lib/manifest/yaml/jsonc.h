/* SPDX-License-Identifier: Apache-2.0 */
/* jsonc: turns JSON with comments (jsonc.org) into JSON, in place. Pure. */
#pragma once

#include <stddef.h>

/* Comments, and the commas before a closing bracket, become blanks: all else keeps its place. */
void blank_comments(char *text, size_t length);
