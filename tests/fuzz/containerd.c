/* SPDX-License-Identifier: Apache-2.0 */
/* containerd's config.toml, as setup edits it: undo gives back every byte but a newline at the end,
 * and our handler is the only change that a comparison sees. */
#include "text.h"

#include "doctor/containerd.h"
#include "setup/edit.h"

#define PROGRAM "/usr/libexec/oci/hooks.d/oci-runmask-runtime"

static void undo_check(const char *before, const char *after)
{
	cleanup(buffer_clear) struct buffer out = { 0 };
	struct error err = { 0 };
	size_t length = strlen(before);

	succeeds_or_says(edit_containerd_undo(&out, after, &err), &err);
	if (strstr(before, "oci-runmask") != NULL || before[strspn(before, " \t\r\n")] == '\0')
		return;
	expect(err.code == ERROR_NONE && out.length - length <= 1);
	expect(memcmp(out.text, before, length) == 0);
}

static void compare_check(const char *before, const char *after)
{
	struct error err = { 0 };

	succeeds_or_says(edit_containerd_compare(&(struct containerd_dump){ "", before },
				 &(struct containerd_dump){ "", after }, &err),
		&err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(text_clear) char *text = text_of(data, size);
	cleanup(buffer_clear) struct buffer out = { 0 }, gone = { 0 };
	struct error err = { 0 }, of_undo = { 0 };
	int result = edit_containerd(&out, text, 2, PROGRAM, &err);

	succeeds_or_says(result, &err);
	succeeds_or_says(edit_containerd_undo(&gone, text, &of_undo), &of_undo);
	if (result < 0)
		return 0;
	undo_check(text, out.text);
	compare_check(text, out.text);
	compare_check("", text);
	compare_check("version = 2\n", text);
	compare_check(text, "version = 2\n");
	return 0;
}
