/* SPDX-License-Identifier: Apache-2.0 */
/* hook_run: the hook as a runtime starts it, from its state on stdin to its end. */
#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the programs say goes into these. */
static int said[2] = { -1, -1 };

static void empty(int *fd)
{
	if (*fd < 0)
		*fd = memfd_create("said", MFD_CLOEXEC);
	if (*fd < 0 || ftruncate(*fd, 0) < 0 || lseek(*fd, 0, SEEK_SET) < 0)
		give_up("memfd: %s", strerror(errno));
}

static void fetch(int fd, char *text, size_t size)
{
	ssize_t length = pread(fd, text, size - 1, 0);

	text[length < 0 ? 0 : length] = '\0';
}

/* At createContainer the pid is one of the container's own namespace. */
static int state_pipe(const struct stand_in *stand_in, bool inside)
{
	char state[512];
	int ends[2],
		length = snprintf(state, sizeof(state),
			"{\"ociVersion\": \"1.0.2\", \"id\": \"stand-in\", \"status\": "
			"\"creating\", "
			"\"pid\": %d, \"bundle\": \"%s\"}",
			inside ? 1 : (int)stand_in->pid, stand_in->stage->directory);

	if (pipe2(ends, O_CLOEXEC) < 0 || write(ends[1], state, (size_t)length) != length)
		give_up("pipe: %s", strerror(errno));
	close(ends[1]);
	return ends[0];
}

static void become_hook(const struct hook_run *run, int input, int namespace)
{
	char *environment[] = { (char *)"LC_ALL=C", (char *)"PATH=/usr/sbin:/usr/bin:/sbin:/bin",
		(char *)run->variable, NULL };

	setpgid(0, 0);
	if (namespace >= 0 && setns(namespace, CLONE_NEWNS) < 0)
		_exit(126);
	dup2(input, STDIN_FILENO);
	dup2(said[0], STDOUT_FILENO);
	dup2(said[1], STDERR_FILENO);
	execve(run->argv[0], (char *const *)run->argv, environment);
	_exit(126);
}

static void wait_for(struct hook_run *run, pid_t pid)
{
	struct pollfd ended = { .fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN };

	if (ended.fd < 0)
		give_up("pidfd_open: %s", strerror(errno));
	run->late = poll(&ended, 1, run->limit) != 1;
	if (run->late)
		kill(-pid, SIGKILL);
	close(ended.fd);
	while (waitpid(pid, &run->status, 0) < 0 && errno == EINTR)
		continue;
}

void hook_run(struct hook_run *run, const struct stand_in *stand_in, bool inside)
{
	int input = state_pipe(stand_in, inside), unread = 0;
	pid_t pid;

	empty(&said[0]);
	empty(&said[1]);
	pid = fork();
	if (pid < 0)
		give_up("fork: %s", strerror(errno));
	if (pid == 0)
		become_hook(run, input, inside ? stand_in->namespace : -1);
	wait_for(run, pid);
	if (WIFEXITED(run->status) && WEXITSTATUS(run->status) == 126)
		give_up("%s cannot be started", run->argv[0]);
	if (ioctl(input, FIONREAD, &unread) < 0)
		give_up("FIONREAD: %s", strerror(errno));
	run->unread = (size_t)unread;
	close(input);
	fetch(said[0], run->printed, sizeof(run->printed));
	fetch(said[1], run->said, sizeof(run->said));
}

bool one_line(const char *line)
{
	const char *newline = strchr(line, '\n');

	if (strncmp(line, "oci-runmask: ", 13) != 0 || newline == NULL || newline[1] != '\0')
		return false;
	for (; line < newline; line++)
		if ((unsigned char)*line < ' ' || *line == 0x7f)
			return false;
	return true;
}
