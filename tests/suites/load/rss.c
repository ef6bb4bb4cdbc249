/* SPDX-License-Identifier: Apache-2.0 */
/* rss FILE PROGRAM ARGS...: runs the program, ends as it did, and adds its peak memory in KiB to
 * the file. Static, so that it is smaller than what it measures: a child begins with its parent's
 * peak. */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct rusage usage;
	int status, file;
	pid_t child;

	if (argc < 3)
		errx(2, "usage: rss FILE PROGRAM ARGS...");
	child = fork();
	if (child < 0)
		err(2, "fork");
	if (child == 0) {
		execv(argv[2], argv + 2);
		err(2, "%s", argv[2]);
	}
	if (wait4(child, &status, 0, &usage) != child)
		err(2, "wait4");
	file = open(argv[1], O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (file < 0 || dprintf(file, "%ld\n", usage.ru_maxrss) < 0)
		err(2, "%s", argv[1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
