/* SPDX-License-Identifier: Apache-2.0 */
/* quadlet_drop_ins: finds the directories of drop-ins beside a quadlet. They are not read: Podman
 * merges them (since 5.0), so what is judged here is not all that is started. */
#include <string.h>

#include "base/buffer.h"
#include "base/path.h"
#include "manifest/planned_mount.h"
#include "manifest/quadlet.h"

/* Is there something of that name beside the file? A directory cannot be read as a file, so it
 * fails. */
static bool is_there(const struct manifest_context *context, const char *name)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct error unread = { 0 };

	return context->beside(context->closure, name, &text, &unread) < 0;
}

static int try_one(struct manifest *manifest, const struct manifest_context *context,
	const char *name, size_t length, const char *type, size_t line, struct error *err)
{
	cleanup(buffer_clear) struct buffer directory = { 0 }, sentence = { 0 };

	if (buffer_print(&directory, err, "%.*s%s.d", (int)length, name, type) < 0)
		return -1;
	if (!is_there(context, directory.text))
		return 0;
	if (buffer_print(&sentence, err,
		    "drop-ins (\"%s\") are not read: write what they say into this file to have it "
		    "judged",
		    directory.text) < 0)
		return -1;
	return manifest_problem_add(manifest, line, 1, sentence.text, err);
}

/* "a-b@c.container" has those of "a-b@c.container.d", "a-b@.container.d", "a-.container.d" and
 * "container.d". */
int quadlet_drop_ins(struct manifest *manifest, const struct manifest_context *context, size_t line,
	struct error *err)
{
	const char *name = context->file != NULL ? path_base(context->file) : "";
	const char *type = strrchr(name, '.');

	if (context->beside == NULL || type == NULL || type == name)
		return 0;
	if (try_one(manifest, context, name, (size_t)(type - name), type, line, err) < 0)
		return -1;
	for (const char *at = name; at < type; at++)
		if ((*at == '-' || *at == '@') && at + 1 < type &&
			try_one(manifest, context, name, (size_t)(at - name) + 1, type, line, err) <
				0)
			return -1;
	return try_one(manifest, context, "", 0, type + 1, line, err);
}
