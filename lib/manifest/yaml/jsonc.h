/* SPDX-License-Identifier: Apache-2.0 */
/* jsonc: JSON with comments. Pure. */
#pragma once

#include <stddef.h>

/* Comments, and the commas before a closing bracket, become blanks: all else keeps its place. */
void blank_comments(char *text, size_t length);
