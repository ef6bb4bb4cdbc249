/* SPDX-License-Identifier: Apache-2.0 */
/* syslog: one datagram to syslog, since crun does not show what a hook prints. It never waits: the
 * socket is connected before a container is entered (afterwards /dev/log may be the container's),
 * and what the reader has no room for is lost. */
#pragma once

enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_NOTICE = 5,
	LOG_LEVEL_INFO = 6
};

/* A connected socket, or -1 when syslog cannot be reached. */
int log_open(void);

/* Sends the sentence and the fixed tail. Texts may be NULL (an empty value). Values with white
 * space, quotes or control characters are quoted and escaped. */
struct log_tail {
	const char *id, *door, *strategy, *channel, *result;
};
void log_send(int log, enum log_level level, const char *sentence, const struct log_tail *tail);
