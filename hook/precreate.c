/* SPDX-License-Identifier: Apache-2.0 */
/* precreate: Podman's own stage, on the host and before the runtime: a config.json on stdin in, the
 * changed one on stdout out, written once and at the end. */
#include <errno.h>
#include <fcntl.h>

#include "base/buffer.h"
#include "base/file.h"
#include "edit_spec.h"
#include "kernel/capabilities.h"

static int write_out(const char *text, size_t length, struct error *err)
{
	if (file_write_all(STDOUT_FILENO, text, length) < 0)
		return error_errno(err, "writing config.json to stdout");
	return 0;
}

/* Podman writes absolute paths, and says nowhere what the bundle is. A relative one is doubt. */
int precreate(const struct options *options, const struct door *door, struct outcome *outcome,
	struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 }, changed = { 0 };
	struct spec_job job = {
		.options = options, .means = MEANS_EITHER, .bundle = BUNDLE_UNKNOWN
	};

	(void)door;
	if (chdir("/") < 0)
		return error_errno(err, "changing to /");
	if (privilege_step(PRIVILEGE_READ, err) < 0)
		return -1;
	if (stream_read(&text, STDIN_FILENO, CONFIG_LIMIT, err) < 0)
		return error_wrap(err, "config.json on stdin");
	job.changed = &changed;
	job.text = text.text;
	job.length = text.length;
	if (edit_spec(&job, outcome, err) < 0)
		return -1;
	if (changed.length > 0)
		return write_out(changed.text, changed.length, err);
	return write_out(text.text, text.length, err);
}
