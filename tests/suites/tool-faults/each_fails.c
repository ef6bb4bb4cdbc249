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
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT 30 /* seconds for a run, which takes milliseconds */
#define COUNT_FD 9

struct run {
	int status;
	long count;
	size_t out_length, err_length;
	char out[262144], err[65536];
};

static size_t fetch(int fd, char *text, size_t size)
{
	ssize_t length = pread(fd, text, size - 1, 0);

	text[length < 0 ? 0 : length] = '\0';
	close(fd);
	return length < 0 ? 0 : (size_t)length;
}

static void become(char **argv, const char *preload, const char *what, long number, const int *fds)
{
	char words[64];

	snprintf(words, sizeof(words), "%s %ld", what, number);
	setenv("REFUSE_ONE", words, 1);
	setenv("REFUSE_COUNT", "9", 1);
	setenv("LD_PRELOAD", preload, 1);
	if (freopen("/dev/null", "r", stdin) == NULL || dup2(fds[0], 1) < 0 ||
		dup2(fds[1], 2) < 0 || dup2(fds[2], COUNT_FD) < 0)
		_exit(126);
	alarm(LIMIT);
	execv(argv[0], argv);
	_exit(127);
}

static void start(struct run *run, char **argv, const char *preload, const char *what, long number)
{
	char count[32];
	int fds[3];
	pid_t pid;

	for (int i = 0; i < 3; i++) {
		fds[i] = memfd_create("said", MFD_CLOEXEC);
		if (fds[i] < 0)
			err(2, "memfd_create");
	}
	pid = fork();
	if (pid == 0)
		become(argv, preload, what, number, fds);
	if (pid < 0 || waitpid(pid, &run->status, 0) < 0)
		err(2, "%s", argv[0]);
	run->out_length = fetch(fds[0], run->out, sizeof(run->out));
	run->err_length = fetch(fds[1], run->err, sizeof(run->err));
	fetch(fds[2], count, sizeof(count));
	run->count = strtol(count, NULL, 10);
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

static bool each(char **argv, const char *preload, const char *what, const char *name, bool strict)
{
	static struct run usual, run;
	long faults = 0;

	start(&usual, argv, preload, what, 0);
	if (!WIFEXITED(usual.status) || WEXITSTATUS(usual.status) > 2 || usual.count == 0) {
		printf("FAIL %s: does not run by itself: %s\n", name, usual.err);
		return false;
	}
	for (long number = 1; number <= usual.count; number++) {
		const char *fault;

		start(&run, argv, preload, what, number);
		fault = judge(&run, &usual, strict);
		if (fault != NULL && faults++ == 0)
			printf("FAIL %s: %s %ld of %ld: %s (status 0x%x)\n%.400s%.400s\n", name,
				what, number, usual.count, fault, (unsigned int)run.status, run.err,
				run.out);
	}
	if (faults == 0)
		printf("ok   %s: %s, each of %ld\n", name, what, usual.count);
	else
		printf("# %s: %s: %ld such of %ld\n", name, what, faults, usual.count);
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
