/* SPDX-License-Identifier: Apache-2.0 */
/* helper: a child that marks its progress in shared memory; the parent kills it when the mark does
 * not change in time, and starts another one. */
#include "scan/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "base/buffer.h"
#include "base/file.h"
#include "kernel/clock.h"

#define LIMIT_MS 2000
#define LIMIT_LEAST_MS 200
#define TICK_MS 100
#define END_MS 200 /* how long a killed helper is waited for */

/* Shared with the helper. */
struct shared {
	struct helper_mark mark;
	bool ended;
	struct error err;
};

struct helper {
	struct shared *shared;
	int out;
	/* When the last block of a size is freed, musl gives its memory back to the kernel, and
	 * asks for it anew for the next file and the next message. A block that stays spares that.
	 */
	void *kept[2];
};

void helper_at(struct helper *helper, pid_t pid, ino_t namespace, size_t index)
{
	struct helper_mark *mark = &helper->shared->mark;

	mark->pid = pid;
	mark->namespace = namespace;
	mark->index = index;
	__atomic_add_fetch(&mark->turn, 1, __ATOMIC_RELEASE);
}

struct helper_mark *helper_mark(struct helper *helper)
{
	return &helper->shared->mark;
}

int helper_send(struct helper *helper, const void *bytes, size_t length)
{
	uint32_t size = (uint32_t)length;
	char whole[PIPE_BUF];

	if (length <= sizeof(whole) - sizeof(size)) { /* the parent wakes up once */
		memcpy(whole, &size, sizeof(size));
		memcpy(whole + sizeof(size), bytes, length);
		return file_write_all(helper->out, whole, sizeof(size) + length);
	}
	if (file_write_all(helper->out, &size, sizeof(size)) < 0)
		return -1;
	return file_write_all(helper->out, bytes, length);
}

/* The parent's side of one helper. */
struct watched {
	struct shared *shared;
	pid_t child;
	int in;
	struct buffer text; /* messages that have not been heard yet */
	size_t heard;
};

/* What we were given by our caller (all that is not close-on-exec) is let go: one that is left
 * behind must not keep open the pipe that standard output may be. */
static void let_go(void)
{
	cleanup(directory_close) DIR *list = opendir("/proc/self/fd");
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	const struct dirent *entry;

	while (list != NULL && (entry = readdir(list)) != NULL) {
		int fd = atoi(entry->d_name), flags = fcntl(fd, F_GETFD);

		if (fd > 2 && flags >= 0 && !(flags & FD_CLOEXEC))
			close(fd);
	}
	for (int fd = 0; fd <= 2; fd++)
		if (null < 0 || dup2(null, fd) < 0)
			close(fd);
}

static void run_helper(const struct helper_job *job, struct shared *shared, int out)
{
	struct helper helper = { shared, out, { malloc(4096), malloc(1024) } };

	let_go();
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	job->work(job->closure, &helper, &shared->err);
	shared->ended = true;
	_exit(0);
}

static int start(struct watched *watched, const struct helper_job *job, struct error *err)
{
	cleanup(fd_close) int out = -1;
	int ends[2];

	watched->shared->err = (struct error){ 0 };
	watched->shared->ended = false;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_errno(err, "making a pipe");
	watched->in = ends[0];
	out = ends[1];
	watched->child = fork();
	if (watched->child < 0)
		return error_errno(err, "starting a helper");
	if (watched->child == 0)
		run_helper(job, watched->shared, out);
	return 0;
}

/* One that waits for a file system's answer may not even be killed: it is not waited for. */
static void end(struct watched *watched)
{
	if (watched->child > 0)
		kill(watched->child, SIGKILL);
	for (long long until = clock_ms() + END_MS; watched->child > 0 && clock_ms() < until;) {
		static const struct timespec moment = { .tv_nsec = 1000000 };

		if (waitpid(watched->child, NULL, WNOHANG) != 0)
			break;
		nanosleep(&moment, NULL);
	}
	watched->child = 0;
	fd_close(&watched->in);
	watched->text.length = watched->heard = 0;
}

static int hear_whole(struct watched *watched, const struct helper_job *job, struct error *err)
{
	struct buffer *text = &watched->text;
	uint32_t size;

	while (text->length - watched->heard >= sizeof(size)) {
		memcpy(&size, text->text + watched->heard, sizeof(size));
		if (text->length - watched->heard < sizeof(size) + size)
			break;
		if (job->hear(job->closure, text->text + watched->heard + sizeof(size), size, err) <
			0)
			return -1;
		watched->heard += sizeof(size) + size;
	}
	if (watched->heard == text->length)
		watched->heard = text->length = 0;
	return 0;
}

/* 1: more may come; 0: the helper has ended. */
static int hear(struct watched *watched, const struct helper_job *job, struct error *err)
{
	char bytes[16384];
	ssize_t count;

	do
		count = read(watched->in, bytes, sizeof(bytes));
	while (count < 0 && errno == EINTR);
	if (count < 0)
		return error_errno(err, "hearing a helper");
	if (count == 0)
		return 0;
	if (buffer_add(&watched->text, bytes, (size_t)count, err) < 0 ||
		hear_whole(watched, job, err) < 0)
		return -1;
	return 1;
}

static int has_ended(const struct watched *watched, struct error *err)
{
	if (!watched->shared->ended)
		return error_set(err, ERROR_SYSTEM, "a helper process ended without a word");
	if (watched->shared->err.code == ERROR_NONE)
		return 0;
	*err = watched->shared->err;
	return -1;
}

/* 0: it has ended well; 1: it is stuck. */
static int follow(
	struct watched *watched, const struct helper_job *job, int limit, struct error *err)
{
	unsigned int turn = watched->shared->mark.turn;
	long long since = clock_ms();

	for (;;) {
		struct pollfd in = { .fd = watched->in, .events = POLLIN };
		int ready = poll(&in, 1, TICK_MS), more = 1;
		unsigned int now = __atomic_load_n(&watched->shared->mark.turn, __ATOMIC_ACQUIRE);

		if (ready > 0)
			more = hear(watched, job, err);
		if (more <= 0)
			return more < 0 ? -1 : has_ended(watched, err);
		if (job->tick != NULL)
			job->tick(job->closure, &watched->shared->mark);
		if (now != turn || ready > 0)
			since = clock_ms();
		turn = now;
		if (clock_ms() - since > limit)
			return 1;
	}
}

static int run(struct watched *watched, const struct helper_job *job, struct error *err)
{
	for (int stuck = 0;; stuck++) {
		int limit = LIMIT_MS / (stuck + 1), result;

		if (start(watched, job, err) < 0)
			return -1;
		result = follow(watched, job, limit < LIMIT_LEAST_MS ? LIMIT_LEAST_MS : limit, err);
		end(watched);
		if (result <= 0)
			return result;
		if (job->stuck(job->closure, &watched->shared->mark, err) < 0)
			return -1;
	}
}

int helper_run(const struct helper_job *job, struct error *err)
{
	struct watched watched = { .in = -1 };
	int result;

	watched.shared = mmap(NULL, sizeof(*watched.shared), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (watched.shared == MAP_FAILED)
		return error_errno(err, "sharing memory with a helper");
	result = run(&watched, job, err);
	end(&watched);
	buffer_clear(&watched.text);
	munmap(watched.shared, sizeof(*watched.shared));
	return result;
}
