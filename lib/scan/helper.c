/* SPDX-License-Identifier: Apache-2.0 */
/* helper: a child that marks its progress in shared memory; the parent kills it when the mark does
 * not change in time, and starts another one. Messages are gathered in that memory too, where they
 * outlive the helper, and go through the pipe when it is full: the parent wakes up once for many.
 */
#include "scan/helper.h"

#include <errno.h>
#include <fcntl.h>
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

/* In front of each message. */
struct head {
	uint32_t size;
	uint32_t number; /* from 1, in each helper */
};

/* Shared with the helper. */
struct shared {
	struct helper_mark mark;
	bool ended;
	struct error err;
	size_t filled;
	char outbox[32768]; /* messages that were not written to the pipe yet */
};

struct helper {
	struct shared *shared;
	int out;
	uint32_t number; /* of the last message */
	/* When the last block of a size is freed, musl gives its memory back to the kernel, and
	 * asks for it again for the next file and the next message. A block that stays spares that.
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

static int flush(struct helper *helper)
{
	struct shared *shared = helper->shared;

	if (file_write_all(helper->out, shared->outbox, shared->filled) < 0)
		return -1;
	__atomic_store_n(&shared->filled, 0, __ATOMIC_RELEASE);
	return 0;
}

int helper_send(struct helper *helper, const void *bytes, size_t length)
{
	struct shared *shared = helper->shared;
	const struct head head = { (uint32_t)length, ++helper->number };

	if (sizeof(head) + length > sizeof(shared->outbox) - shared->filled && flush(helper) < 0)
		return -1;
	if (sizeof(head) + length > sizeof(shared->outbox))
		return file_write_all(helper->out, &head, sizeof(head)) < 0
			? -1
			: file_write_all(helper->out, bytes, length);
	memcpy(shared->outbox + shared->filled, &head, sizeof(head));
	memcpy(shared->outbox + shared->filled + sizeof(head), bytes, length);
	/* after the bytes: what the parent finds is whole, whenever this process ends */
	__atomic_store_n(&shared->filled, shared->filled + sizeof(head) + length, __ATOMIC_RELEASE);
	return 0;
}

/* The parent's side of one helper. */
struct watched {
	struct shared *shared;
	pid_t child;
	int in;
	struct buffer text; /* messages that have not been heard yet */
	size_t heard;
	uint32_t number; /* of the last message that was heard */
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
	struct helper helper = { shared, out, 0, { malloc(4096), malloc(1024) } };

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
	watched->shared->filled = 0;
	watched->number = 0;
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
static void stop(struct watched *watched)
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
}

static void end(struct watched *watched)
{
	stop(watched);
	fd_close(&watched->in);
	watched->text.length = watched->heard = 0;
}

/* A helper that was killed behind a write has the same messages in its outbox still. */
static int hear_one(struct watched *watched, const struct helper_job *job, const struct head *head,
	struct error *err)
{
	const char *bytes = watched->text.text + watched->heard + sizeof(*head);

	watched->heard += sizeof(*head) + head->size;
	if (head->number <= watched->number)
		return 0;
	watched->number = head->number;
	return job->hear(job->closure, bytes, head->size, err);
}

static int hear_whole(struct watched *watched, const struct helper_job *job, struct error *err)
{
	struct buffer *text = &watched->text;
	struct head head;

	while (text->length - watched->heard >= sizeof(head)) {
		memcpy(&head, text->text + watched->heard, sizeof(head));
		if (text->length - watched->heard < sizeof(head) + head.size)
			break;
		if (hear_one(watched, job, &head, err) < 0)
			return -1;
	}
	if (watched->heard == text->length)
		watched->heard = text->length = 0;
	return 0;
}

/* 1: more may come; 0: the helper has ended. */
static int hear(struct watched *watched, const struct helper_job *job, struct error *err)
{
	char bytes[32768];
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

/* What it wrote between the last look and its end. */
static int hear_pipe(struct watched *watched, const struct helper_job *job, struct error *err)
{
	struct pollfd in = { .fd = watched->in, .events = POLLIN };
	int more = 1;

	while (more > 0 && poll(&in, 1, 0) > 0)
		more = hear(watched, job, err);
	return more < 0 ? -1 : 0;
}

/* What the helper left when it ended or was killed; half a message of the pipe is told there again.
 */
static int hear_outbox(struct watched *watched, const struct helper_job *job, struct error *err)
{
	const struct shared *shared = watched->shared;

	watched->text.length = watched->heard = 0;
	if (buffer_add(&watched->text, shared->outbox,
		    __atomic_load_n(&shared->filled, __ATOMIC_ACQUIRE), err) < 0)
		return -1;
	return hear_whole(watched, job, err);
}

static int has_ended(const struct watched *watched, struct error *err)
{
	if (!watched->shared->ended)
		return error_set(err, ERROR_SYSTEM, "helper process exited without a result");
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
		stop(watched);
		if (result >= 0 &&
			(hear_pipe(watched, job, err) < 0 || hear_outbox(watched, job, err) < 0))
			result = -1;
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
