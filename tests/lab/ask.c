/* SPDX-License-Identifier: Apache-2.0 */
/* ask PATH: connects to a UNIX stream socket and prints what it says. Exit 1: nothing listens
 * there. */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char said[4096];
	ssize_t size;
	int fd;

	if (argc != 2 || strlen(argv[1]) >= sizeof(address.sun_path))
		errx(2, "usage: ask PATH");
	strcpy(address.sun_path, argv[1]);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		err(1, "%s", argv[1]);
	while ((size = read(fd, said, sizeof(said))) > 0)
		fwrite(said, 1, size, stdout);
	return size < 0;
}
