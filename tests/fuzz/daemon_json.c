/* SPDX-License-Identifier: Apache-2.0 */
/* Docker's daemon.json, as setup edits it: what is written is JSON, a second time changes nothing,
 * and undo leaves nothing of ours. */
#include "text.h"

#include "json/json.h"
#include "setup/edit.h"

#define PROGRAM "/usr/libexec/oci/hooks.d/oci-runmask-runtime"

static int undo(struct buffer *out, const char *text, size_t length)
{
	struct error err = { 0 };
	int result = edit_docker_undo(out, text, length, &err);

	succeeds_or_says(result, &err);
	return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(text_clear) char *text = text_of(data, size);
	cleanup(buffer_clear) struct buffer first = { 0 }, again = { 0 }, out = { 0 }, gone = { 0 };
	struct error err = { 0 }, second = { 0 };
	struct json whole;
	int result;

	size = strlen(text);
	result = edit_docker(&first, text, size, PROGRAM, &err);
	succeeds_or_says(result, &err);
	if (undo(&gone, text, size) < 0)
		expect(result < 0);
	if (result < 0)
		return 0;
	expect(json_validate(first.text, first.length, &whole, &err) == 0);
	result = edit_docker(&again, first.text, first.length, PROGRAM, &second);
	succeeds_or_says(result, &second);
	expect(result == 0 && again.length == first.length &&
		memcmp(again.text, first.text, first.length) == 0);
	expect(undo(&out, first.text, first.length) == 0);
	expect(json_validate(out.text, out.length, &whole, &err) == 0);
	return 0;
}
