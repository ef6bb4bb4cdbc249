/* SPDX-License-Identifier: Apache-2.0 */
/* wrap: breaks text into lines of at most PAGE_WIDTH characters, and indents it. Pure. */
#pragma once

#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"

#define PAGE_WIDTH 80

/* In characters; what a terminal shows double is rare in names and paths. */
size_t text_width(const char *text);

/* The length in bytes of the first width characters of the text, or of all where it is shorter. */
size_t text_width_bytes(const char *text, size_t width);

/* Breaks the sentence into lines of the given indent; foreign characters are escaped. */
int text_wrap(struct buffer *out, int indent, const char *text, struct error *err) must_check;

/* Adds the lines as they are, each indented; foreign characters are escaped. */
int text_indent(struct buffer *out, int indent, const char *lines, struct error *err) must_check;
