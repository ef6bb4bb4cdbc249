/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dns-server ADDRESS NAME=IPV4...
 *
 * A name server that knows the names given, and of all others that they do not exist: at once, for
 * a libc waits for seconds for a server that does not answer. As with socket-server the daemon's
 * pid is on stdout when it listens.
 */
#include "daemon.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

enum { HEADER = 12, ANSWER = 16, TYPE_A = 1 };

static int bind_to(const char *text)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(53) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (inet_pton(AF_INET, text, &address.sin_addr) != 1)
		errx(2, "%s: not an address", text);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		err(2, "%s", text);
	return fd;
}

/* The question's name with dots, and where its type begins; NULL for what is not a question. */
static const unsigned char *question(const unsigned char *message, ssize_t size, char name[256])
{
	const unsigned char *at = message + HEADER, *end = message + size;
	size_t used = 0;

	while (at < end && *at != 0) {
		size_t length = *at++;

		if (length > 63 || at + length >= end || used + length + 2 > 256)
			return NULL;
		memcpy(name + used, at, length);
		used += length;
		name[used++] = '.';
		at += length;
	}
	if (used == 0 || at + 5 > end)
		return NULL;
	name[used - 1] = '\0';
	return at + 1;
}

static const char *known(const char *name, char *const *names)
{
	for (; *names != NULL; names++) {
		const char *is = strchr(*names, '=');

		if (is != NULL && strlen(name) == (size_t)(is - *names) &&
			strncasecmp(name, *names, is - *names) == 0)
			return is + 1;
	}
	return NULL;
}

static ssize_t answer(unsigned char *message, ssize_t size, char *const *names)
{
	/* A pointer to the question's name, A, IN, one second, four bytes. */
	static const unsigned char record[ANSWER] = { 0xc0, HEADER, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4 };
	char name[256];
	const unsigned char *type = size < HEADER ? NULL : question(message, size, name);
	const char *address;

	if (type == NULL)
		return -1;
	address = known(name, names);
	size = type + 4 - message;
	message[2] = 0x85; /* an answer, of authority; recursion as desired */
	message[3] = address == NULL ? 0x83 : 0x80; /* no such name */
	memset(message + 6, 0, 6);
	if (address == NULL || type[0] != 0 || type[1] != TYPE_A)
		return size;
	message[7] = 1;
	memcpy(message + size, record, sizeof(record));
	inet_pton(AF_INET, address, message + size + 12);
	return size + ANSWER;
}

static void serve(int fd, char *const *names)
{
	unsigned char message[512 + ANSWER];
	struct sockaddr_in from;

	for (;;) {
		socklen_t length = sizeof(from);
		ssize_t size = recvfrom(fd, message, 512, 0, (struct sockaddr *)&from, &length);

		if (size > 0 && (size = answer(message, size, names)) > 0)
			sendto(fd, message, size, 0, (struct sockaddr *)&from, length);
	}
}

int main(int argc, char *argv[])
{
	int fd;

	if (argc < 2)
		errx(2, "usage: dns-server ADDRESS NAME=IPV4...");
	fd = bind_to(argv[1]);
	fd = daemon_with(fd);
	serve(fd, argv + 2);
}
