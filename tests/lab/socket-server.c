/* SPDX-License-Identifier: Apache-2.0 */
/*
 * socket-server PATH WORDS [COUNTS]
 *
 * A daemon with a UNIX stream socket, as docker is one. It removes PATH and binds it anew at each
 * start, so that a restart makes a new inode: that is what kills a bind of the socket alone. Each
 * connection is told WORDS; with COUNTS a line is appended to that file for each.
 *
 * The socket listens when the program comes back; the daemon's pid is then on stdout.
 */
#include "daemon.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(address.sun_path))
		errx(2, "%s: too long for a socket", path);
	strcpy(address.sun_path, path);
	unlink(path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
		chmod(path, 0666) < 0 || listen(fd, 64) < 0)
		err(2, "%s", path);
	return fd;
}

static void count(const char *counts)
{
	int fd = open(counts, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

	if (fd >= 0 && write(fd, "connect\n", 8) == 8)
		close(fd);
}

static void serve(int listener, const char *words, const char *counts)
{
	for (;;) {
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

		if (fd < 0)
			continue;
		if (counts != NULL)
			count(counts); /* before the answer: who has been answered has been counted
					*/
		dprintf(fd, "%s\n", words);
		close(fd);
	}
}

int main(int argc, char *argv[])
{
	int listener;

	if (argc < 3 || argc > 4)
		errx(2, "usage: socket-server PATH WORDS [COUNTS]");
	signal(SIGPIPE, SIG_IGN);
	listener = listen_at(argv[1]);
	listener = daemon_with(listener);
	serve(listener, argv[2], argc == 4 ? argv[3] : NULL);
}
