/* SPDX-License-Identifier: Apache-2.0 */
/* precreate: Podman's own stage, on the host and before the runtime: a config.json on stdin in, the
 * changed one on stdout out, written once and at the end. */
#include <errno.h>
#include <fcntl.h>

#include "base/mem.h"
#include "kernel/capabilities.h"
#include "edit_spec.h"

static int write_out(const char *text, size_t length, struct error *err)
{
	for (size_t done = 0; done < length;) {
		ssize_t count = write(STDOUT_FILENO, text + done, length - done);

		if (count < 0 && errno != EINTR)
			return error_errno(err, "writing config.json to stdout");
		done += count > 0 ? (size_t)count : 0;
	}
	return 0;
}

/* The spec's paths are absolute here: Podman writes them so, and says nowhere what the bundle is.
 */
int precreate(const struct options *options, const struct door *door, struct outcome *outcome,
	struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 }, changed = { 0 };
	struct spec_job job = { .options = options, .means = AMEND_EITHER, .bundle = AT_FDCWD };

	(void)door;
	if (chdir("/") < 0)
		return error_errno(err, "changing to /");
	if (privilege_step(PRIVILEGE_READ, err) < 0)
		return -1;
	if (buffer_read(&text, STDIN_FILENO, 0, CONFIG_LIMIT, err) < 0)
		return error_wrap(err, "config.json on stdin");
	job.text = text.text;
	job.length = text.length;
	if (spec_judge(&job, &changed, outcome, err) < 0)
		return -1;
	if (changed.length > 0)
		return write_out(changed.text, changed.length, err);
	return write_out(text.text, text.length, err);
}
