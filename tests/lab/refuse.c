/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refuse ENOSYS|EPERM NUMBER,NUMBER... PROGRAM ARG0 ARGS...
 *
 * Runs PROGRAM where these system calls fail: an older kernel's, or an engine's filter. A filter of
 * its own, since tracers only know the calls that were there when they were built.
 */
#include <err.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define CALLS_MAX 16

int main(int argc, char *argv[])
{
	struct sock_filter filter[2 * CALLS_MAX + 2];
	struct sock_fprog program = { .filter = filter };
	unsigned int refusal;
	char *number;

	if (argc < 5)
		errx(127, "usage: refuse ENOSYS|EPERM NUMBER,... PROGRAM ARG0 ARGS...");
	refusal = strcmp(argv[1], "EPERM") == 0 ? EPERM : ENOSYS;
	filter[program.len++] = (struct sock_filter)BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (number = strtok(argv[2], ","); number != NULL && program.len < 2 * CALLS_MAX;
		number = strtok(NULL, ",")) {
		filter[program.len++] = (struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JEQ | BPF_K, (unsigned int)atoi(number), 0, 1);
		filter[program.len++] = (struct sock_filter)BPF_STMT(
			BPF_RET | BPF_K, SECCOMP_RET_ERRNO | refusal);
	}
	filter[program.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		err(127, "seccomp");
	execv(argv[3], argv + 4);
	err(127, "%s", argv[3]);
}
