/* SPDX-License-Identifier: Apache-2.0 */
/* exceptions: the calls whose failure need not keep a container from starting, each with its
 * reason. Whoever starts is protected all the same: that has no exceptions. */
#include "points.h"

#include <fnmatch.h>
#include <string.h>

/* as open_in_root and stat_at say it for what a path leads to, be it a directory or not */
#define FIND_ANY "*O_RDONLY|O_CLOEXEC|O_PATH, resolve=RESOLVE_NO_MAGICLINKS|RESOLVE_IN_ROOT*"

/* as apply looks whether the bind is mounted under the name of its place */
#define FIND_NAME "*, \"run\", O_RDONLY|O_NOFOLLOW|O_CLOEXEC|O_PATH)*"

static const struct exception exceptions[] = {
	/* before main */
	{ HARM_BEFORE_MAIN, "arch_prctl mprotect", NULL, NULL, NULL, "libc cannot start" },
	{ HARM_NONE, "set_tid_address set_robust_list rseq prlimit64 getrandom", NULL, NULL, NULL,
		"libc starts without it" },
	{ HARM_NONE, "readlink readlinkat", NULL, "*\"/proc/self/exe\"*", NULL,
		"libc starts without it" },
	{ HARM_LEFT_OUT, "brk", NULL, NULL, NULL,
		"knows no error; that memory ends is the test of allocations" },
	{ HARM_NONE, "prctl", NULL, "*PR_CAPBSET_READ*", NULL,
		"libcap counts capabilities, and knows a number itself" },
	{ HARM_NONE, "capget", NULL, "*NULL)*", NULL,
		"libcap asks for the version, and knows one" },
	/* what cannot fail, or is only tidy */
	{ HARM_LEFT_OUT, "exit_group", NULL, NULL, NULL, "does not return" },
	{ HARM_NONE, "umask rt_sigprocmask", NULL, NULL, NULL,
		"fail for nobody; nothing of the protection hangs on them" },
	{ HARM_NONE, "close", NULL, NULL, NULL, "what was held is not needed any more" },
	{ HARM_EITHER, "setfsuid setfsgid", NULL, NULL, NULL,
		"do not say whether they failed: what follows does, or the owner is another" },
	/* another way is gone */
	{ HARM_NONE, "close_range", "ENOSYS", NULL, NULL, "Linux before 5.9" },
	{ HARM_NONE, "read", "EINTR", NULL, NULL, "is read again" },
	{ HARM_NONE, "openat2", "EINTR EAGAIN", NULL, NULL, "is asked again" },
	{ HARM_NONE, "capset", "EPERM", NULL, NULL, "asks what it was given, and sets less" },
	{ HARM_NONE, "mount_setattr", "EPERM ENOSYS", NULL, NULL, "mount(2) does it" },
	{ HARM_NONE, "openat", NULL, FIND_NAME, NULL, "the kernel tells the name" },
	{ HARM_NONE, "statx", NULL, NULL, FIND_NAME, "the kernel tells the name" },
	{ HARM_NONE, "syscall_0x1c9 statmount", NULL, NULL, NULL, "mountinfo says it" },
	{ HARM_NONE, "statx", NULL, "*STATX_\\?\\?\\?*", NULL, "mountinfo says it" },
	/* the log: best effort */
	{ HARM_NONE, "socket connect sendto getpid", NULL, NULL, NULL, "the log is best effort" },
	/* what is seen is not what decides */
	{ HARM_EITHER, "statx", NULL, "statx(AT_FDCWD, \"/*", NULL,
		"a source that may not be looked at makes a candidate" },
	{ HARM_EITHER, "readlinkat", NULL, "readlinkat([0-9]*, \"[a-z]*", NULL,
		"an entry of the host's /run that is gone meanwhile" },
	{ HARM_EITHER, "openat2", NULL, FIND_ANY, NULL, "one of the planned mounts" },
	{ HARM_EITHER, "statx", NULL, NULL, "openat2(" FIND_ANY, "one of the planned mounts" },
	{ HARM_EITHER, "openat", NULL, "*\"..\"*", NULL, "whether there is one more above it" },
	{ HARM_EITHER, "statx", NULL, "*, \"/run/docker.sock\"*", NULL,
		"the same file by another name" },
	{ HARM_EITHER, "openat open_tree", NULL, NULL, "*\"/run/docker-api\"*",
		"cloned for each of two places, of which there is one" },
	{ HARM_EITHER, "openat", NULL, "*\"/run/docker-api\"*", NULL,
		"cloned for each of two places, of which there is one" },

};

static bool among(const char *words, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = words; (at = strstr(at, word)) != NULL; at += length)
		if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
			return true;
	return false;
}

static bool matches(const char *pattern, const char *text)
{
	return pattern == NULL || fnmatch(pattern, text, 0) == 0;
}

const struct exception *exception_find(const struct call *call, const char *error)
{
	for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++) {
		const struct exception *row = &exceptions[i];

		if (among(row->call, call->name) &&
			(row->errors == NULL || among(row->errors, error)) &&
			matches(row->line, call->line) && matches(row->before, call->before))
			return row;
	}
	return NULL;
}
