/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log-reader PATH FILE    binds the datagram socket PATH, as syslogd does, and appends each message
 *                         to FILE as one line
 * log-reader PATH         binds it, fills its own queue and reads nothing: a reader that has
 * stopped
 *
 * As with socket-server the daemon's pid is on stdout when the socket is ready.
 */
#include "daemon.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static int bind_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(address.sun_path))
		errx(2, "%s: too long for a socket", path);
	strcpy(address.sun_path, path);
	unlink(path);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
		chmod(path, 0666) < 0)
		err(2, "%s", path);
	return fd;
}

/* How many fit is the kernel's affair (net.unix.max_dgram_qlen): send until it refuses. */
static void fill(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int sender = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	strcpy(address.sun_path, path);
	while (sendto(sender, "full", 4, 0, (struct sockaddr *)&address, sizeof(address)) == 4)
		;
	close(sender);
}

static void append(int fd, const char *file)
{
	char message[8192];

	for (;;) {
		ssize_t size = recv(fd, message, sizeof(message) - 1, 0);
		int out;

		if (size <= 0)
			continue;
		message[size++] = '\n';
		out = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
		if (out < 0 || write(out, message, size) != size)
			_exit(1);
		close(out);
	}
}

int main(int argc, char *argv[])
{
	int fd;

	if (argc < 2 || argc > 3)
		errx(2, "usage: log-reader PATH [FILE]");
	fd = bind_at(argv[1]);
	if (argc == 2)
		fill(argv[1]);
	fd = daemon_with(fd);
	while (argc == 2)
		pause();
	append(fd, argv[2]);
}
