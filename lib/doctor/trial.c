/* SPDX-License-Identifier: Apache-2.0 */
/* trial: makes a bundle on a tmpfs in a mount namespace of its own, and runs the hook on it. */
#include "doctor/trial.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

#define ARGS_MAX 14
#define CONFIG_MAX ((size_t)1 << 20)

/* A container that binds the host's /run, which is what the hook is for. */
const char trial_config[] =
	"{\"ociVersion\":\"1.0.2\",\"root\":{\"path\":\"rootfs\"},"
	"\"process\":{\"args\":[\"true\"],\"cwd\":\"/\"},"
	"\"mounts\":[{\"destination\":\"/run\",\"type\":\"bind\",\"source\":\"/run\","
	"\"options\":[\"rbind\",\"rprivate\"]}],"
	"\"linux\":{\"namespaces\":[{\"type\":\"mount\"}]}}\n";

struct trial {
	const char *program;
	const char *argv[ARGS_MAX + 4];
	const char *place; /* of the bundle: a directory that the trial's tmpfs covers */
	int (*make)(const struct trial *trial, struct run_answer *answer, struct error *err);
};

/* A directory of the host under which the program is not. */
static const char *find_place(const char *program)
{
	static const char *const places[] = { "/mnt", "/media", "/srv", "/opt", "/tmp" };
	struct stat status;

	for (size_t i = 0; i < array_count(places); i++)
		if (stat(places[i], &status) == 0 && S_ISDIR(status.st_mode) &&
			strncmp(program, places[i], strlen(places[i])) != 0)
			return places[i];
	return NULL;
}

static int make_bundle(const char *place, struct error *err)
{
	cleanup(fd_close) int file = -1;

	if (unshare(CLONE_NEWNS) < 0)
		return error_errno(err, "making a mount namespace");
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
		mount("tmpfs", place, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m") < 0 ||
		chdir(place) < 0 || mkdir("rootfs", 0755) < 0 || mkdir("rootfs/run", 0755) < 0 ||
		mkdir("rootfs/var", 0755) < 0 || symlink("/run", "rootfs/var/run") < 0)
		return error_errno(err, "making a bundle in a mount namespace");
	file = open("config.json", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file < 0 ||
		write(file, trial_config, strlen(trial_config)) != (ssize_t)strlen(trial_config))
		return error_errno(err, "writing config.json");
	return 0;
}

/* What a runtime has done when it calls its hooks; the working directory is the bundle. */
static int make_container(struct error *err)
{
	if (unshare(CLONE_NEWNS) < 0 || mount("rootfs", "rootfs", NULL, MS_BIND, NULL) < 0 ||
		mount("/run", "rootfs/run", NULL, MS_BIND | MS_REC, NULL) < 0 ||
		mount("none", "rootfs/run", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return error_errno(err, "binding /run in a mount namespace");
	return 0;
}

/* Starts a process in a container's namespace, and waits until the mounts there are made. Its pid,
 * or -1. */
static pid_t start_container(struct error *err)
{
	cleanup(fd_close) int ready = -1;
	int ends[2];
	char byte;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_errno(err, "making a pipe");
	ready = ends[0];
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (make_container(err) < 0 || write(ends[1], "1", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ends[1]);
	if (child < 0 || read(ready, &byte, 1) == 1)
		return child < 0 ? error_errno(err, "starting a process") : child;
	waitpid(child, NULL, 0);
	return error_set(err, ERROR_SYSTEM, "binding /run in a mount namespace failed");
}

static int run_hook(
	const struct trial *trial, pid_t container, struct run_answer *answer, struct error *err)
{
	char state[512];
	const struct run run = { trial->program, trial->argv, state };

	snprintf(state, sizeof(state),
		"{\"ociVersion\":\"1.0.2\",\"id\":\"runmask-doctor\",\"status\":\"creating\","
		"\"pid\":%d,\"bundle\":\"%s\"}",
		(int)container, trial->place);
	return run_program(&run, answer, err);
}

/* In a process of its own: createContainer is called inside the container, precreate before there
 * is one, the others outside. */
static int try_hook(const struct trial *trial, struct run_answer *answer, struct error *err)
{
	const struct run precreate = { trial->program, trial->argv, trial_config };
	const char *door = trial->argv[1];
	pid_t container = 0;
	int result;

	if (make_bundle(trial->place, err) < 0)
		return -1;
	if (strcmp(door, "precreate") == 0)
		return run_program(&precreate, answer, err);
	if (strcmp(door, "createContainer") == 0)
		return make_container(err) < 0 ? -1 : run_hook(trial, 1, answer, err);
	container = start_container(err);
	if (container < 0)
		return -1;
	result = run_hook(trial, container, answer, err);
	kill(container, SIGKILL);
	waitpid(container, NULL, 0);
	return result;
}

/* A command that no runtime knows: the door treats it like create, since a bundle is there, and the
 * real runtime refuses it. */
static int try_door(const struct trial *trial, struct run_answer *answer, struct error *err)
{
	const struct run run = { trial->program, trial->argv, NULL };

	return make_bundle(trial->place, err) < 0 ? -1 : run_program(&run, answer, err);
}

/* The result goes through a pipe: whether it worked, the exit code, what was said, and
 * config.json as it is then. */
struct report {
	int result, exit_code;
	size_t said;
};

static void __attribute__((noreturn)) report(const struct trial *trial, int output)
{
	cleanup(run_answer_clear) struct run_answer answer = { 0 };
	cleanup(buffer_clear) struct buffer config = { 0 };
	struct error err = { 0 }, unread = { 0 };
	struct report head;
	const char *text;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	head.result = trial->make(trial, &answer, &err);
	head.exit_code = answer.exit_code;
	text = head.result < 0 ? err.text : answer.said.text != NULL ? answer.said.text : "";
	head.said = strlen(text);
	if (head.result == 0 &&
		file_read_at(&config, AT_FDCWD, "config.json", CONFIG_MAX, &unread) < 0)
		config.length = 0;
	if (file_write_all(output, &head, sizeof(head)) < 0 ||
		file_write_all(output, text, head.said) < 0 ||
		file_write_all(output, config.text, config.length) < 0)
		_exit(1);
	_exit(0);
}

static int read_report(
	int input, struct run_answer *answer, struct buffer *config, struct error *err)
{
	cleanup(buffer_clear) struct buffer rest = { 0 };
	struct report head;

	if (read(input, &head, sizeof(head)) != (ssize_t)sizeof(head) ||
		buffer_read(&rest, input, 0, (size_t)4 << 20, err) < 0 || rest.length < head.said)
		return error_set(err, ERROR_SYSTEM, "the trial ended without a result");
	if (head.result < 0)
		return error_set(err, ERROR_SYSTEM, "%s", rest.text);
	answer->exit_code = head.exit_code;
	if (buffer_add(&answer->said, rest.text, head.said, err) < 0)
		return -1;
	return config == NULL
		? 0
		: buffer_add(config, rest.text + head.said, rest.length - head.said, err);
}

static int carry_out(const struct trial *trial, struct run_answer *answer, struct buffer *config,
	struct error *err)
{
	cleanup(fd_close) int input = -1;
	int ends[2], result;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_errno(err, "making a pipe");
	input = ends[0];
	child = fork();
	if (child == 0)
		report(trial, ends[1]);
	close(ends[1]);
	if (child < 0)
		return error_errno(err, "starting a process");
	result = read_report(input, answer, config, err);
	waitpid(child, NULL, 0);
	return result;
}

static int cannot(struct error *err)
{
	return error_set(err, ERROR_SYSTEM, "it cannot be tried with these args");
}

int trial_run(const char *program, const struct text_list *args, struct run_answer *answer,
	struct error *err)
{
	struct trial trial = { program, { NULL }, find_place(program), try_hook };

	if (trial.place == NULL || args->count < 2 || args->count > ARGS_MAX)
		return cannot(err);
	for (size_t i = 0; i < args->count; i++)
		trial.argv[i] = args->texts[i];
	trial.argv[args->count] = "--dry-run";
	return carry_out(&trial, answer, NULL, err);
}

int trial_door(const char *program, const struct text_list *args, struct buffer *config,
	struct run_answer *answer, struct error *err)
{
	struct trial trial = { program, { program }, find_place(program), try_door };

	if (trial.place == NULL || args->count > ARGS_MAX)
		return cannot(err);
	for (size_t i = 0; i < args->count; i++)
		trial.argv[i + 1] = args->texts[i];
	trial.argv[args->count + 1] = "runmask-doctor"; /* the command, and an id */
	trial.argv[args->count + 2] = "runmask-doctor";
	return carry_out(&trial, answer, config, err);
}
