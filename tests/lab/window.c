/* SPDX-License-Identifier: Apache-2.0 */
/* window PID ROUNDS GAP: how long a container reaches a daemon of the host that has just begun to
 * listen. Each round removes /run/nscd, makes it anew and, GAP microseconds later, listens in it;
 * meanwhile a process in PID's mount namespace dials without pause. Prints, for each round, the
 * microseconds from listen(2) to the first connect(2) after it that is refused; 0 where none got
 * through. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define DIRECTORY "/run/nscd"
#define PATIENCE_US 10000000 /* a round that is never refused has failed */
#define PAUSE_US 300000      /* longer than what runmask watch waits between two passes */
#define SETTLE_US 20000

static struct shared {
	_Atomic long long listening, refused; /* 0: not yet */
	_Atomic long reached;                 /* connections since it listens */
} *shared;

static void die(const char *what)
{
	fprintf(stderr, "window: %s: %s\n", what, strerror(errno));
	exit(1);
}

static long long now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static int dial(void)
{
	struct sockaddr_un address = { AF_UNIX, "/var/run/nscd/socket" };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int result = connect(fd, (struct sockaddr *)&address, sizeof(address));

	close(fd);
	return result;
}

static void probe(const char *pid)
{
	char path[64];
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(path, sizeof(path), "/proc/%s/ns/mnt", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNS) < 0)
		die(path);
	for (;;) {
		long long began = now_us(), listening = shared->listening;

		if (dial() == 0)
			shared->reached++;
		else if (listening != 0 && began >= listening && shared->refused == 0)
			shared->refused = now_us();
	}
}

static int listen_anew(long gap)
{
	struct sockaddr_un address = { AF_UNIX, DIRECTORY "/socket" };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	shared->listening = 0;
	usleep(SETTLE_US); /* what the prober has begun is over */
	shared->refused = shared->reached = 0;
	unlink(address.sun_path);
	if (rmdir(DIRECTORY) < 0 && errno != ENOENT)
		die("rmdir " DIRECTORY);
	if (mkdir(DIRECTORY, 0755) < 0)
		die("mkdir " DIRECTORY);
	usleep((useconds_t)gap);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
		listen(fd, 4096) < 0)
		die("listening in " DIRECTORY);
	shared->listening = now_us();
	return fd;
}

/* What the prober's connections fill is emptied; the processor is left to others. */
static void serve(int fd)
{
	int client;

	usleep(1000);
	while ((client = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
		close(client);
}

static void one_round(long gap)
{
	int fd = listen_anew(gap);
	long long window;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (shared->refused == 0) {
		serve(fd);
		if (now_us() - shared->listening > PATIENCE_US) {
			fprintf(stderr, "window: never refused\n");
			exit(1);
		}
	}
	window = shared->reached == 0 ? 0 : shared->refused - shared->listening;
	printf("%lld\n", window);
	/* a pass that the socket itself set off is over before the next round */
	usleep((useconds_t)(PAUSE_US + rand() % 50000 + 2 * window));
	close(fd);
}

int main(int argc, char **argv)
{
	pid_t child;

	if (argc != 4) {
		fprintf(stderr, "usage: window PID ROUNDS GAP\n");
		return 2;
	}
	shared = mmap(
		NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		die("mmap");
	child = fork();
	if (child == 0)
		probe(argv[1]);
	for (long i = atol(argv[2]); i > 0; i--)
		one_round(atol(argv[3]));
	kill(child, SIGKILL);
	return 0;
}
