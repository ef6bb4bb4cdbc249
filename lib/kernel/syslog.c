/* SPDX-License-Identifier: Apache-2.0 */
/* syslog: formats "<PRIORITY>oci-runmask: SENTENCE id=… door=…" (RFC 3164, without time and host)
 * and sends it to /dev/log. */
#include "kernel/syslog.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/string.h"

#define FACILITY_DAEMON (3 << 3)

int log_open(void)
{
	static const struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "/dev/log" };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static bool plain(const char *value)
{
	for (; *value != '\0'; value++)
		if (*value <= ' ' || *value == '"' || *value == '\\' || *value == 0x7f)
			return false;
	return true;
}

/* " key=value" into text, at most size bytes with the NUL; returns what it added. */
static size_t add_value(char *text, size_t size, const char *key, const char *value)
{
	size_t used = (size_t)snprintf(text, size, " %s=", key);
	bool quoted;

	if (value == NULL)
		value = "";
	quoted = !plain(value);
	if (quoted && used + 2 < size)
		text[used++] = '"';
	for (size_t length = strlen(value), taken; length > 0 && used + 6 < size; length -= taken) {
		if (*value == '"' || *value == '\\')
			text[used++] = '\\';
		used += character_escape(text + used, value, length, &taken);
		value += taken;
	}
	if (quoted)
		text[used++] = '"';
	text[used] = '\0';
	return used;
}

void log_send(int log, enum log_level level, const char *sentence, const struct log_tail *tail)
{
	const struct {
		const char *key, *value;
	} values[] = {
		{ "id", tail->id },
		{ "door", tail->door },
		{ "strategy", tail->strategy },
		{ "channel", tail->channel },
		{ "result", tail->result },
	};
	char text[2048];
	size_t used;

	if (log < 0)
		return;
	used = (size_t)snprintf(
		text, 1024, "<%d>oci-runmask: %s", FACILITY_DAEMON | level, sentence);
	if (used > 1023)
		used = 1023;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		used += add_value(text + used, 200, values[i].key, values[i].value);
	/* MSG_DONTWAIT: a reader that has stopped must not block the container */
	if (send(log, text, used, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return;
}
