/* SPDX-License-Identifier: Apache-2.0 */
/* watch: the verb "watch": runs until it is stopped and masks what becomes exposed: by a daemon
 * that starts later, a directory made again, a container that started without the hook. */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>

#include "base/file.h"
#include "base/string.h"
#include "kernel/capabilities.h"
#include "runmask/verb.h"
#include "scan/watch.h"
#include "spec/load.h"

#ifndef VERSION
#define VERSION "unknown"
#endif

/* Where the metrics go: the directory is held, since the host's root becomes ours later. */
struct metrics_file {
	int directory;
	const char *name;
};

static int open_metrics(struct metrics_file *file, const char *path, struct error *err)
{
	const char *slash = strrchr(path, '/');
	cleanup(text_clear) char *directory = NULL;

	directory = slash == NULL
		? text_copy(".", err)
		: text_copy_bytes(path, slash == path ? 1 : (size_t)(slash - path), err);
	if (directory == NULL)
		return -1;
	file->name = slash == NULL ? path : slash + 1;
	if (file->name[0] == '\0')
		return error_set(err, ERROR_INPUT, "option --metrics: \"%s\" names no file", path);
	file->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return file->directory < 0 ? error_errno(err, "option --metrics: opening \"%s\"", directory)
				   : 0;
}

static int replace(const struct metrics_file *file, const struct buffer *text)
{
	cleanup(fd_close) int fd = -1;
	char name[NAME_MAX + 1];

	if ((size_t)snprintf(name, sizeof(name), ".%s.new", file->name) >= sizeof(name)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (unlinkat(file->directory, name, 0) < 0 && errno != ENOENT)
		return -1;
	fd = openat(file->directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0 || file_write_all(fd, text->text, text->length) < 0)
		return -1;
	return renameat(file->directory, name, file->directory, file->name);
}

static int write_metrics(void *closure, const struct metrics *metrics, struct error *err)
{
	const struct metrics_file *file = closure;
	cleanup(buffer_clear) struct buffer text = { 0 };

	if (file->directory < 0)
		return 0;
	if (metrics_print(&text, metrics, VERSION, err) < 0)
		return -1;
	return replace(file, &text) < 0 ? error_errno(err, "writing the metrics \"%s\"", file->name)
					: 0;
}

static int say_line(void *closure, const char *line, bool problem, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };

	(void)closure;
	if (buffer_print(&text, err, problem ? "runmask: watch: %s" : "%s\n", line) < 0)
		return -1;
	if (!problem)
		return say(&text, err);
	complain(text.text);
	return 0;
}

/* SIGTERM, SIGINT and SIGHUP as something that can be read. */
static int open_stop(int *stop, struct error *err)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &signals, NULL) < 0)
		return error_errno(err, "blocking signals");
	*stop = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	return *stop < 0 ? error_errno(err, "waiting for signals") : 0;
}

static int run(const struct policy *policy, struct metrics_file *file, struct error *err)
{
	cleanup(watch_clear) struct watch watch = WATCH_NONE;
	cleanup(fd_close) int stop = -1;
	int result;

	if (privilege_check(err) < 0 || open_stop(&stop, err) < 0)
		return -1;
	watch.policy = policy;
	watch.stop = stop;
	watch.say = say_line;
	watch.counted = write_metrics;
	watch.closure = file;
	result = watch_run(&watch, err);
	return result;
}

static const char about[] =
	"Keeps running, and masks containers that begin to reach the host's name service:\n"
	"because a daemon starts later, because a directory is made again, or because the\n"
	"container started without the hook. It masks only containers with a state and a\n"
	"bundle of an OCI runtime, and only what the hook would mask. It prints a line\n"
	"for each; SIGTERM ends it.\n"
	"\n"
	"Exit code: 0 ended by a signal, 2 refused or failed.\n";

static const char example[] =
	"  sudo systemctl enable --now runmask-watch\n"
	"  sudo runmask watch --metrics /var/lib/node_exporter/runmask.prom\n";

int verb_watch(int argc, char **argv, struct error *err)
{
	cleanup(policy_clear) struct policy policy = { 0 };
	struct metrics_file metrics = { .directory = -1 };
	const char *file = NULL, *path = NULL;
	const struct option options[] = {
		{ "--policy", "FILE", "use this policy, not the one in force", .value = &file },
		{ "--metrics", "FILE", "a text file for Prometheus, replaced after each change",
			.value = &path },
	};
	const struct verb_usage usage = {
		.synopsis = "watch [OPTION...]",
		.about = about,
		.example = example,
		.options = options,
		.option_count = array_count(options),
	};
	struct verb_words words;
	int result;

	if (verb_begin(&usage, argc, argv, &words, err) < 0)
		return verb_ended(&words);
	if (policy_load(&policy, file, err) < 0 ||
		(path != NULL && open_metrics(&metrics, path, err) < 0))
		return -1;
	result = run(&policy, &metrics, err);
	fd_close(&metrics.directory);
	return result < 0 ? -1 : VERB_FINE;
}
