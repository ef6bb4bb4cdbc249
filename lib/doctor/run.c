/* SPDX-License-Identifier: Apache-2.0 */
/* run: fork and exec with a pipe for the answer, poll against a deadline, kill at its end. */
#include "doctor/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "kernel/clock.h"

#define TIME_LIMIT_MS 10000
#define OUTPUT_LIMIT ((size_t)256 << 10)
#define CANNOT_START 127

/* A file without a name that holds the input: a pipe could be too small for it. */
static int open_input(const char *input)
{
	int fd;

	if (input == NULL)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	fd = memfd_create("input", MFD_CLOEXEC);
	if (fd >= 0 &&
		(write(fd, input, strlen(input)) != (ssize_t)strlen(input) ||
			lseek(fd, 0, SEEK_SET) < 0))
		fd_close(&fd);
	return fd;
}

static void __attribute__((noreturn)) become(const struct run *run, int input, int output)
{
	static char *const environment[] = {
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C",
		NULL
	};

	setpgid(0, 0);
	if (dup2(input, 0) >= 0 && dup2(output, 1) >= 0 && dup2(output, 2) >= 0)
		execve(run->path, (char *const *)(uintptr_t)run->argv, environment);
	_exit(CANNOT_START);
}

/* All that it says, to its end or the time's. The pipe does not block: a signal may end poll before
 * there is anything to read. */
static int listen_to(int output, long long end, struct buffer *said, struct error *err)
{
	int result = buffer_add(said, "", 0, err);

	while (result == 0) {
		struct pollfd waits = { .fd = output, .events = POLLIN };
		long long left = end - clock_ms();
		char part[4096];
		ssize_t length;

		if (left <= 0 || poll(&waits, 1, (int)left) == 0)
			break;
		length = read(output, part, sizeof(part));
		if (length == 0)
			break;
		if (length > 0 && said->length < OUTPUT_LIMIT)
			result = buffer_add(said, part, (size_t)length, err);
		else if (length < 0 && errno != EINTR && errno != EAGAIN)
			result = error_errno(err, "reading what it says");
	}
	return result;
}

/* Waits for the end, which the end of its output does not promise; false when the time is over. */
static bool wait_for(pid_t child, int *status, long long end)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	pid_t ended;

	while ((ended = waitpid(child, status, WNOHANG)) == 0 && clock_ms() < end)
		nanosleep(&moment, NULL);
	if (ended == child)
		return true;
	kill(-child, SIGKILL);
	kill(child, SIGKILL);
	while (waitpid(child, status, 0) < 0 && errno == EINTR)
		continue;
	return false;
}

static int exit_code_of(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int run_program(const struct run *run, struct run_answer *answer, struct error *err)
{
	cleanup(fd_close) int input = open_input(run->input);
	cleanup(fd_close) int output = -1, writer = -1;
	long long end = clock_ms() + TIME_LIMIT_MS;
	int ends[2], status, result;
	bool in_time;
	pid_t child;

	if (input < 0 || pipe2(ends, O_CLOEXEC) < 0)
		return error_errno(err, "preparing to run \"%s\"", run->path);
	output = ends[0];
	writer = ends[1];
	child = fork();
	if (child < 0)
		return error_errno(err, "running \"%s\"", run->path);
	if (child == 0)
		become(run, input, writer);
	fd_close(&writer);
	if (fcntl(output, F_SETFL, O_NONBLOCK) < 0)
		result = error_errno(err, "preparing to run \"%s\"", run->path);
	else
		result = listen_to(output, end, &answer->said, err);
	in_time = wait_for(child, &status, end);
	answer->exit_code = in_time ? exit_code_of(status) : RUN_TIMED_OUT;
	return result;
}

void run_answer_clear(struct run_answer *answer)
{
	buffer_clear(&answer->said);
}

const char *run_first_line(struct run_answer *answer)
{
	char *text = answer->said.text;

	if (text == NULL)
		return "";
	text[strcspn(text, "\n")] = '\0';
	for (size_t length = strlen(text); length > 0 && strchr(" \t\r", text[length - 1]);)
		text[--length] = '\0';
	return text;
}
