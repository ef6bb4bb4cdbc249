/* SPDX-License-Identifier: Apache-2.0 */
/* runtime: an OCI runtime's command line in, the real runtime in our place. Where it is about to
 * read a bundle, the bundle's config.json is edited first; everything else passes at once.
 * Arguments, environment, stdin, open files, signals and privileges are the runtime's and stay
 * untouched. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "edit_spec.h"
#include "rewrite/bundle.h"
#include "rewrite/runtime_args.h"
#include "rewrite/runtime_find.h"
#include "rewrite/runtime_log.h"
#include "spec/load.h"

/* A command that is not known can start nothing where there is no config.json. */
static bool starts_nothing(const struct arguments *arguments)
{
	cleanup(fd_close) int bundle = open(arguments->bundle, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct inode_info info;

	return arguments->doubtful &&
		(bundle < 0 ||
			(stat_at(bundle, "config.json", AT_SYMLINK_NOFOLLOW, &info) < 0 &&
				errno == ENOENT));
}

static int prepare(const struct options *options, const struct arguments *arguments,
	struct outcome *outcome, struct error *err)
{
	cleanup(bundle_clear) struct bundle bundle = BUNDLE_NONE;
	cleanup(buffer_clear) struct buffer changed = { 0 };
	struct spec_job job = {
		.options = options,
		.means = options->rewrite ? MEANS_MOUNTS : MEANS_HOOK,
	};

	if (arguments->config != NULL)
		return error_set(err, ERROR_INPUT,
			"option --config \"%s\": only the bundle's own config.json can be changed",
			arguments->config);
	if (bundle_read(&bundle, arguments->bundle, err) < 0)
		return -1;
	job.bundle = bundle.directory;
	job.changed = &changed;
	job.text = bundle.config.text;
	job.length = bundle.config.length;
	if (edit_spec(&job, outcome, err) < 0)
		return -1;
	if (changed.length == 0 || bundle_replace(&bundle, &changed, err) == 0)
		return 0;
	if (!job.lenient)
		return -1;
	spec_warn(outcome, err);
	return 0;
}

/* Returns only when it fails. */
static void become(const struct options *options, struct error *err)
{
	cleanup(text_clear) char *path = NULL, *named = NULL;
	char **argv = calloc(options->rest_count + 2, sizeof(*argv));

	if (argv == NULL) {
		error_errno(err, "%zu arguments", options->rest_count);
		return;
	}
	if (options->runtime == NULL)
		named = policy_runtime(options->policy);
	if (runtime_find(&path, options->runtime != NULL ? options->runtime : named, err) == 0) {
		argv[0] = path;
		memcpy(argv + 1, options->rest, options->rest_count * sizeof(*argv));
		execv(path, argv);
		error_errno(err, "executing \"%s\"", path);
	}
	if (named != NULL)
		error_wrap(err, "%s: key runtime", policy_name(options->policy));
	free(argv);
}

int runtime(const struct options *options, const struct door *door, struct outcome *outcome,
	struct error *err)
{
	struct arguments arguments;

	(void)door;
	arguments_parse(&arguments, options->rest_count, options->rest);
	if (arguments.starts && !starts_nothing(&arguments)) {
		snprintf(outcome->id, sizeof(outcome->id), "%s", arguments.id);
		if (prepare(options, &arguments, outcome, err) < 0)
			error_wrap(err, "container %s", arguments.id);
	}
	if (err->code == ERROR_NONE) {
		outcome_tell(outcome, "oci-runmask");
		*outcome->sentence = '\0';
		become(options, err);
	}
	runtime_log_append(&arguments, err->text);
	return -1;
}
