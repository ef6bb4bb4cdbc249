/* SPDX-License-Identifier: Apache-2.0 */
/* run: one process, from spawn to reap. */
#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PIPE_SIZE (1 << 20)

static char *const environment[] = { "LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

/* A pipe, as runtimes give it; filled and closed beforehand, so that no writer is measured. */
static int input_pipe(const struct run *run)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		give_up("pipe: %s", strerror(errno));
	if (run->input_length > 65536 && fcntl(ends[1], F_SETPIPE_SZ, PIPE_SIZE) < 0)
		give_up("a pipe of %d bytes: %s", PIPE_SIZE, strerror(errno));
	if (fcntl(ends[1], F_SETFL, O_NONBLOCK) < 0 ||
		write(ends[1], run->input, run->input_length) != (ssize_t)run->input_length)
		give_up("filling the pipe: %s", strerror(errno));
	close(ends[1]);
	return ends[0];
}

/* What the programs say goes here, and is shown only when one fails. */
static int said_fd(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("said", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, 0) < 0 || lseek(fd, 0, SEEK_SET) < 0)
		give_up("memfd: %s", strerror(errno));
	return fd;
}

static void expect(const struct run *run, int status)
{
	char said[2048];
	ssize_t length;

	if (WIFEXITED(status) && WEXITSTATUS(status) == run->expected)
		return;
	length = pread(said_fd(), said, sizeof(said), 0);
	give_up("%s: wait status %#x: %.*s", run->argv[0], (unsigned int)status,
		length > 0 ? (int)length : 0, said);
}

static pid_t start(const struct run *run, int input, int said)
{
	const struct sched_param none = { 0 };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	pid_t pid;
	int result;

	posix_spawnattr_init(&attributes);
	posix_spawnattr_setschedpolicy(&attributes, SCHED_OTHER);
	posix_spawnattr_setschedparam(&attributes, &none);
	posix_spawnattr_setflags(&attributes, run->ordinary ? POSIX_SPAWN_SETSCHEDULER : 0);

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, said, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, said, STDERR_FILENO);
	result = posix_spawn(&pid, run->argv[0], &actions, &attributes, run->argv, environment);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	if (result != 0)
		give_up("%s: %s", run->argv[0], strerror(result));
	return pid;
}

static uint64_t microseconds(struct timeval time)
{
	return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_usec;
}

struct cost run_timed(const struct run *run)
{
	int input = input_pipe(run), said = said_fd(), status = 0;
	struct rusage usage;
	uint64_t began = now(), ended;
	pid_t pid = start(run, input, said);

	while (wait4(pid, &status, 0, &usage) < 0 && errno == EINTR)
		continue;
	ended = now();
	close(input);
	expect(run, status);
	return (struct cost){
		.nanoseconds = ended - began,
		.cpu = microseconds(usage.ru_utime) + microseconds(usage.ru_stime),
		.faults = usage.ru_minflt,
	};
}

static long high_water(pid_t pid)
{
	char path[64], line[256];
	long kilobytes = 0;
	FILE *status;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	status = fopen(path, "re");
	while (status != NULL && fgets(line, sizeof(line), status) != NULL)
		if (sscanf(line, "VmHWM: %ld", &kilobytes) == 1)
			break;
	if (status != NULL)
		fclose(status);
	return kilobytes;
}

static pid_t start_traced(const struct run *run, int input, int said)
{
	pid_t pid = fork();

	if (pid < 0)
		give_up("fork: %s", strerror(errno));
	if (pid > 0)
		return pid;
	dup2(input, STDIN_FILENO);
	dup2(said, STDOUT_FILENO);
	dup2(said, STDERR_FILENO);
	if (run->ordinary)
		sched_setscheduler(0, SCHED_OTHER, &(struct sched_param){ 0 });
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	execve(run->argv[0], run->argv, environment);
	_exit(127);
}

/* The signal to hand on to a process that stopped, and what was learnt at an end. */
static int traced_stop(pid_t pid, int status, long *highest)
{
	int signal = WSTOPSIG(status);

	if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8)) {
		long kilobytes = high_water(pid);

		*highest = kilobytes > *highest ? kilobytes : *highest;
	}
	return signal == SIGTRAP || signal == SIGSTOP ? 0 : signal;
}

long run_memory(const struct run *run)
{
	const long options = PTRACE_O_TRACEEXIT | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
		PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
	int input = input_pipe(run), said = said_fd(), status;
	pid_t first = start_traced(run, input, said), pid;
	long highest = 0;

	if (waitpid(first, &status, 0) < 0 || !WIFSTOPPED(status) ||
		ptrace(PTRACE_SETOPTIONS, first, NULL, options) < 0)
		give_up("tracing %s: %s", run->argv[0], strerror(errno));
	ptrace(PTRACE_CONT, first, NULL, NULL);
	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		if (WIFSTOPPED(status)) {
			long signal = traced_stop(pid, status, &highest);

			ptrace(PTRACE_CONT, pid, NULL, signal);
		} else if (pid == first) {
			break;
		}
	}
	close(input);
	expect(run, status);
	return highest;
}
