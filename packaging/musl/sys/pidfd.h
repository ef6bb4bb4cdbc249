/* SPDX-License-Identifier: Apache-2.0 */
/* sys/pidfd.h: glibc's header of that name, which musl does not have. */
#pragma once

#include <signal.h>
#include <sys/types.h>

int pidfd_open(pid_t pid, unsigned int flags);
int pidfd_send_signal(int pidfd, int signal, siginfo_t *info, unsigned int flags);
