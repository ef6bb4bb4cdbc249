/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nscd-ask SOCKET host:NAME user:NAME group:NAME ...
 *
 * What the daemon at SOCKET says, in lookup's format, in nscd's protocol (glibc, nscd-client.h) and
 * and asks no other source: a program of the libc would read the files when nscd is silent, and
 * the test would not notice. "?" is a daemon that does not answer.
 */
#include <arpa/inet.h>
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { PROTOCOL = 2, REPLY_WORDS = 1024 };

/* A reply is 32-bit words, then text; word 1 of each says whether the name was found. */
static const struct kind {
	const char *prefix;
	int32_t request;
	int number; /* which word is the uid or gid; 0: an address instead, behind the name */
} kinds[] = {
	{ "user:", 0, 4 },
	{ "group:", 2, 4 },
	{ "host:", 4, 0 },
};

static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct timeval patience = { .tv_sec = 5 };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd < 0 || strlen(path) >= sizeof(address.sun_path))
		return -1;
	strcpy(address.sun_path, path);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

static ssize_t converse(const char *path, int32_t request, const char *name, int32_t *reply)
{
	int32_t header[3] = { PROTOCOL, request, (int32_t)strlen(name) + 1 };
	size_t room = REPLY_WORDS * sizeof(*reply);
	size_t got = 0;
	ssize_t size;
	char message[512];
	int fd = connect_to(path);

	if (fd < 0 || sizeof(header) + header[2] > sizeof(message))
		return -1;
	memcpy(message, header, sizeof(header));
	memcpy(message + sizeof(header), name, header[2]);
	if (write(fd, message, sizeof(header) + header[2]) < 0)
		return -1;
	while (got < room && (size = read(fd, (char *)reply + got, room - got)) > 0)
		got += size;
	close(fd);
	return (ssize_t)got;
}

/*
 * Words 2 and 3 are the name's length and the number of aliases. Behind the header are the name,
 * the lengths of the aliases, and the addresses.
 */
static const char *address_of(const int32_t *reply, char *text, size_t size)
{
	const char *address = (const char *)(reply + 8) + reply[2] + reply[3] * sizeof(*reply);

	return inet_ntop(reply[4], address, text, size);
}

static void say(const char *path, const struct kind *kind, const char *name)
{
	int32_t reply[REPLY_WORDS] = { 0 };
	char text[INET6_ADDRSTRLEN] = "?";

	if (converse(path, kind->request, name, reply) >= (ssize_t)(8 * sizeof(*reply))) {
		if (reply[1] != 1)
			strcpy(text, "-");
		else if (kind->number != 0)
			snprintf(text, sizeof(text), "%d", reply[kind->number]);
		else
			address_of(reply, text, sizeof(text));
	}
	printf("%.*s %s %s\n", (int)strlen(kind->prefix) - 1, kind->prefix, name, text);
}

static const struct kind *kind_of(const char *word)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strncmp(word, kinds[i].prefix, strlen(kinds[i].prefix)) == 0)
			return &kinds[i];
	errx(2, "%s: not host:, user: or group:", word);
}

int main(int argc, char *argv[])
{
	if (argc < 2)
		errx(2, "usage: nscd-ask SOCKET KIND:NAME...");
	for (int i = 2; i < argc; i++) {
		const struct kind *kind = kind_of(argv[i]);

		say(argv[1], kind, argv[i] + strlen(kind->prefix));
	}
	return 0;
}
