/* SPDX-License-Identifier: Apache-2.0 */
/* syslog: one datagram to /dev/log, since crun does not show what a hook prints. It never blocks:
 * what the reader has no room for is lost. */
#pragma once

/* Severities of syslog(3). */
enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_NOTICE = 5,
	LOG_LEVEL_INFO = 6
};

/* A connected socket, which the caller closes, or -1 when syslog cannot be reached, which is not an
 * error. To be called before a container is entered: afterwards /dev/log may be the container's. */
int log_open(void);

/* The fields behind the sentence, as " key=value"; borrowed. NULL is an empty value. Values with
 * white space, quotes or control characters are quoted and escaped. */
struct log_tail {
	const char *id, *door, *strategy, *channel, *result;
};

/* Sends the sentence (cut to 1 KiB) and the fields (each cut to 200 bytes). log: of log_open; with
 * -1, or when sending fails, nothing happens. */
void log_send(int log, enum log_level level, const char *sentence, const struct log_tail *tail);
