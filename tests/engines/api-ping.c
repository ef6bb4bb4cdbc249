/* SPDX-License-Identifier: Apache-2.0 */
/* api-ping PATH: asks Docker's API at a UNIX socket whether it is there, and prints its answer:
 * "OK". Exit 1: no server answers. In the images of the engines' tests it is the "ask" of probe,
 * since a daemon with an API says nothing of its own accord. */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	static const char question[] = "GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n";
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char answer[4096];
	const char *body;
	size_t length = 0;
	ssize_t size;
	int fd;

	if (argc != 2 || strlen(argv[1]) >= sizeof(address.sun_path))
		errx(2, "usage: api-ping PATH");
	strcpy(address.sun_path, argv[1]);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
		write(fd, question, strlen(question)) < 0)
		err(1, "%s", argv[1]);
	while ((size = read(fd, answer + length, sizeof(answer) - 1 - length)) > 0)
		length += (size_t)size;
	answer[length] = '\0';
	body = strstr(answer, "\r\n\r\n");
	if (!body)
		errx(1, "%s: no answer", argv[1]);
	puts(body + 4);
	return 0;
}
