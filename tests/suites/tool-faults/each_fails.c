/* SPDX-License-Identifier: Apache-2.0 */
/*
 * each_fails PRELOAD strict|report|files NAME PROGRAM ARGS...
 *
 * Runs PROGRAM once for each of its allocations, with that one failing, and once for each of its
 * looks at a file. It must end, and by itself, with 0, 1 or 2; with 2 it must say why. "strict":
 * memory that ends is 2, or does not matter: then all that is said is as ever. A "report" may go on
 * with what it could not see. "files": no allocation fails. One line on stdout for each of the two,
 * "ok …" or "FAIL …".
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "refuse_one.h"

/* The program, waiting before its main: each number that it is sent makes a child of it run, in
 * which the call of that number fails. */
struct server {
	pid_t pid;
	int fd;      /* numbers to it, statuses from it */
	int said[3]; /* of the last run: stdout, stderr, how many calls there were */
};

struct run {
	int status;
	long count;
	size_t out_length, err_length;
	char out[262144], err[65536];
};

static void rewind_file(int fd)
{
	if (ftruncate(fd, 0) < 0 || lseek(fd, 0, SEEK_SET) < 0)
		err(2, "what was said");
}

static void become(char **argv, const char *preload, const char *what, const int *fds)
{
	static const int numbers[] = { 1, 2, REFUSE_COUNT_FD, REFUSE_SERVER_FD };
	int high[4];

	setenv("REFUSE_ONE", what, 1);
	setenv("LD_PRELOAD", preload, 1);
	if (freopen("/dev/null", "r", stdin) == NULL)
		_exit(126);
	/* above them all first: dup2 of a number to itself would leave it to be closed by exec */
	for (int i = 0; i < 4; i++)
		high[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, REFUSE_SERVER_FD + 1);
	for (int i = 0; i < 4; i++)
		if (high[i] < 0 || dup2(high[i], numbers[i]) < 0)
			_exit(126);
	execv(argv[0], argv);
	_exit(127);
}

/* Starts the program, which waits before its main: see refuse_one.c. */
static void server_start(struct server *server, char **argv, const char *preload, const char *what)
{
	int pair[2], fds[4];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		err(2, "socketpair");
	for (int i = 0; i < 3; i++) {
		server->said[i] = fds[i] = memfd_create("said", MFD_CLOEXEC);
		if (fds[i] < 0)
			err(2, "memfd_create");
	}
	fds[3] = pair[1];
	server->pid = fork();
	if (server->pid == 0)
		become(argv, preload, what, fds);
	if (server->pid < 0)
		err(2, "fork");
	close(pair[1]);
	server->fd = pair[0];
}

static void server_end(struct server *server)
{
	close(server->fd);
	waitpid(server->pid, NULL, 0);
	for (int i = 0; i < 3; i++)
		close(server->said[i]);
}

static size_t fetch(int fd, char *text, size_t size)
{
	ssize_t length = pread(fd, text, size - 1, 0);

	text[length < 0 ? 0 : length] = '\0';
	return length < 0 ? 0 : (size_t)length;
}

/* One run; false: the program does not answer. */
static bool run_one(struct run *run, const struct server *server, long number)
{
	char count[32];

	for (int i = 0; i < 3; i++)
		rewind_file(server->said[i]);
	if (send(server->fd, &number, sizeof(number), MSG_NOSIGNAL) != sizeof(number) ||
		recv(server->fd, &run->status, sizeof(run->status), 0) != sizeof(run->status))
		return false;
	run->out_length = fetch(server->said[0], run->out, sizeof(run->out));
	run->err_length = fetch(server->said[1], run->err, sizeof(run->err));
	fetch(server->said[2], count, sizeof(count));
	run->count = strtol(count, NULL, 10);
	return true;
}

static bool same(const struct run *a, const struct run *b)
{
	return a->status == b->status && a->out_length == b->out_length &&
		a->err_length == b->err_length && memcmp(a->out, b->out, a->out_length) == 0 &&
		memcmp(a->err, b->err, a->err_length) == 0;
}

/* A row of doctor's that could not be looked at, and below it, indented, a reason. */
static bool doctor_says_why(const char *out)
{
	static const char mark[] = "?     ";
	const char *row = strncmp(out, mark, strlen(mark)) == 0 ? out : strstr(out, "\n?     ");
	const char *next = row != NULL ? strchr(row + 1, '\n') : NULL;

	return next != NULL && strncmp(next + 1, "      ", 6) == 0 && next[7] > ' ';
}

/* The words, or the JSON, of a verb that could not do it. */
static bool says_why(const struct run *run)
{
	return run->err_length > 0 || doctor_says_why(run->out) ||
		strstr(run->out, "\"message\":") != NULL ||
		strstr(run->out, "\"unknown\"") != NULL || strstr(run->out, "unseen") != NULL ||
		strstr(run->out, "could not be looked at") != NULL;
}

/* NULL: as it must be. */
static const char *judge(const struct run *run, const struct run *usual, bool strict)
{
	if (!WIFEXITED(run->status))
		return WTERMSIG(run->status) == SIGALRM ? "it does not end" : "it crashed";
	if (same(run, usual))
		return NULL;
	if (WEXITSTATUS(run->status) > 2)
		return "another exit status";
	if (WEXITSTATUS(run->status) == 2 && !says_why(run))
		return "refused without a word";
	if (strict && WEXITSTATUS(run->status) != 2)
		return "it went on with something else";
	return NULL;
}

static long count_faults(
	const struct server *server, const char *what, const char *name, bool strict)
{
	static struct run usual, run;
	long faults = 0;

	if (!run_one(&usual, server, 0) || !WIFEXITED(usual.status) ||
		WEXITSTATUS(usual.status) > 2 || usual.count == 0) {
		printf("FAIL %s: does not run by itself: %s\n", name, usual.err);
		return 1;
	}
	for (long number = 1; number <= usual.count; number++) {
		const char *fault = run_one(&run, server, number) ? judge(&run, &usual, strict)
								  : "its server has ended";

		if (fault != NULL && faults++ == 0)
			printf("FAIL %s: %s %ld of %ld: %s (status 0x%x)\n%.400s%.400s\n", name,
				what, number, usual.count, fault, (unsigned int)run.status, run.err,
				run.out);
	}
	if (faults == 0)
		printf("ok   %s: %s, each of %ld\n", name, what, usual.count);
	else
		printf("# %s: %s: %ld such of %ld\n", name, what, faults, usual.count);
	return faults;
}

static bool each(char **argv, const char *preload, const char *what, const char *name, bool strict)
{
	struct server server;
	long faults;

	server_start(&server, argv, preload, what);
	faults = count_faults(&server, what, name, strict);
	server_end(&server);
	return faults == 0;
}

int main(int argc, char **argv)
{
	bool well = true;

	if (argc < 5)
		errx(2, "usage: each_fails PRELOAD strict|report|files NAME PROGRAM ARGS...");
	if (strcmp(argv[2], "files") != 0)
		well = each(argv + 4, argv[1], "memory", argv[3], strcmp(argv[2], "strict") == 0);
	return each(argv + 4, argv[1], "file", argv[3], false) && well ? 0 : 1;
}
