/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup host:NAME ahost:NAME user:NAME group:NAME ...
 *
 * What a program of this libc is told, a line for each word: "host redis 172.20.0.5", and "-" for
 * a name that is not known. host is gethostbyname, ahost getaddrinfo, and the others what getpwnam
 * and getgrnam say (the number). Built for glibc and, static, for musl.
 */
#include <arpa/inet.h>
#include <err.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static void say_host(const char *name)
{
	struct hostent *entry = gethostbyname(name);
	char text[INET6_ADDRSTRLEN] = "-";

	if (entry != NULL)
		inet_ntop(entry->h_addrtype, entry->h_addr_list[0], text, sizeof(text));
	printf("host %s %s\n", name, text);
}

static void say_ahost(const char *name)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found;
	char text[NI_MAXHOST] = "-";

	if (getaddrinfo(name, NULL, &hints, &found) == 0) {
		getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof(text), NULL, 0,
			NI_NUMERICHOST);
		freeaddrinfo(found);
	}
	printf("ahost %s %s\n", name, text);
}

static void say_number(const char *kind, const char *name, const void *entry, unsigned number)
{
	if (entry == NULL)
		printf("%s %s -\n", kind, name);
	else
		printf("%s %s %u\n", kind, name, number);
}

static void say_user(const char *name)
{
	struct passwd *entry = getpwnam(name);

	say_number("user", name, entry, entry == NULL ? 0 : entry->pw_uid);
}

static void say_group(const char *name)
{
	struct group *entry = getgrnam(name);

	say_number("group", name, entry, entry == NULL ? 0 : entry->gr_gid);
}

static const struct {
	const char *prefix;
	void (*say)(const char *name);
} kinds[] = {
	{ "host:", say_host },
	{ "ahost:", say_ahost },
	{ "user:", say_user },
	{ "group:", say_group },
};

static void say(const char *word)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t length = strlen(kinds[i].prefix);

		if (strncmp(word, kinds[i].prefix, length) == 0) {
			kinds[i].say(word + length);
			return;
		}
	}
	errx(2, "%s: not host:, ahost:, user: or group:", word);
}

int main(int argc, char *argv[])
{
	for (int i = 1; i < argc; i++)
		say(argv[i]);
	return 0;
}
