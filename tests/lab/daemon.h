/* SPDX-License-Identifier: Apache-2.0 */
/* How the lab's servers become daemons; include it first. */
#pragma once
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

/*
 * Goes on as a daemon that holds nothing but the socket fd, which is number 3 then; the program as
 * it was called prints the daemon's pid and ends. Nothing of the caller may stay open: who reads
 * its output to the end would wait for the daemon.
 */
static inline int daemon_with(int fd)
{
	pid_t pid = fork();

	if (pid < 0)
		err(2, "fork");
	if (pid > 0) {
		printf("%d\n", (int)pid);
		exit(0);
	}
	setsid();
	if (fd != 3)
		dup3(fd, 3, O_CLOEXEC);
	close_range(4, ~0U, 0);
	close_range(0, 2, 0);
	return 3;
}
