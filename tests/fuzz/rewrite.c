/* SPDX-License-Identifier: Apache-2.0 */
/* A document that can be opened comes out as it was without edits; edited it validates, holds what
 * was put in, and is changed by no second pass of the same edits. The first byte says which edits.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rewrite/spec_entries.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
	if (!holds)
		abort();
}

static int text_of(const struct rewrite *rewrite, struct buffer *out)
{
	struct error err = { 0 };

	if (rewrite_text(rewrite, out, &err) == 0)
		return 0;
	expect(err.code == ERROR_INPUT && err.text[0] != '\0');
	return -1;
}

static int edit(struct rewrite *rewrite, uint8_t edits)
{
	static const struct rewrite_hook hook = { "/hook", NULL, "mask" };
	struct error err = { 0 };

	if ((edits & 1) && rewrite_hook(rewrite, &hook, &err) < 0)
		return -1;
	if ((edits & 2) && rewrite_variable(rewrite, "A", "1", &err) < 0)
		return -1;
	return (edits & 4) && rewrite_variable(rewrite, "B", "\xc3\xa9\"\n", &err) < 0 ? -1 : 0;
}

/* Mounts are put in and taken out at random; that this is done right, the property tests know. */
static int edit_mounts(struct rewrite *rewrite, uint8_t edits)
{
	struct error err = { 0 };

	if ((edits & 8) && rewrite_remove(rewrite, REWRITE_MOUNTS, edits >> 6, &err) < 0)
		return -1;
	if ((edits & 16) && rewrite_mask(rewrite, edits >> 6, "/d", &err) < 0)
		return -1;
	return (edits & 32) && rewrite_bind(rewrite, "/s", "/d", &err) < 0 ? -1 : 0;
}

static void check_plain(const struct rewrite *rewrite)
{
	cleanup(buffer_clear) struct buffer out = { 0 };

	expect(text_of(rewrite, &out) == 0 && out.length == rewrite->length &&
		memcmp(out.text, rewrite->text, out.length) == 0);
}

static void check_again(const struct buffer *text, uint8_t edits)
{
	cleanup(rewrite_clear) struct rewrite rewrite = { 0 };
	struct error err = { 0 };

	expect(rewrite_open(&rewrite, text->text, text->length, &err) == 0);
	expect(edit(&rewrite, edits) == 0 && rewrite.edit_count == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(rewrite_clear) struct rewrite rewrite = { 0 };
	cleanup(buffer_clear) struct buffer out = { 0 };
	struct error err = { 0 };

	if (size == 0 || rewrite_open(&rewrite, (const char *)data + 1, size - 1, &err) < 0)
		return 0;
	check_plain(&rewrite);
	if (edit(&rewrite, data[0]) < 0 || edit_mounts(&rewrite, data[0]) < 0 ||
		text_of(&rewrite, &out) < 0)
		return 0;
	check_again(&out, data[0]);
	return 0;
}
