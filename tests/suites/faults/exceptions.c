/* SPDX-License-Identifier: Apache-2.0 */
/* exceptions: the calls that may fail and the container still starts, each with its reason. A
 * container that starts is protected all the same: that has no exceptions. */
#include "points.h"

#include <fnmatch.h>
#include <string.h>

/* as open_in_root and stat_at say it for what a path leads to, be it a directory or not */
#define FIND_ANY "*O_RDONLY|O_CLOEXEC|O_PATH, resolve=RESOLVE_NO_MAGICLINKS|RESOLVE_IN_ROOT*"

/* as the source of a bind is looked up */
#define FIND_SOURCE "openat2(AT_FDCWD, \"/*, resolve=RESOLVE_NO_MAGICLINKS}*"

/* as the directory of a channel is looked up */
#define FIND_PLACE "*\"/var/run/nscd\", {flags=*O_DIRECTORY, *"

/* as apply looks whether the bind is mounted under the name of its place */
#define FIND_NAME "*, \"run\", O_RDONLY|*O_NOFOLLOW|O_CLOEXEC|O_PATH)*"

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
	{ HARM_NONE, "fcntl", NULL, "*F_SETFD, FD_CLOEXEC)*", NULL,
		"musl asks once more for what O_CLOEXEC has done, for kernels that did not know "
		"it" },
	/* what cannot fail, or is only tidy */
	{ HARM_LEFT_OUT, "exit_group", NULL, NULL, NULL, "does not return" },
	{ HARM_NONE, "umask rt_sigprocmask", NULL, NULL, NULL,
		"never fail; the protection does not need them" },
	{ HARM_NONE, "close", NULL, NULL, NULL, "what was held is not needed any more" },
	{ HARM_EITHER, "setfsuid setfsgid", NULL, NULL, NULL,
		"going there is refused where it failed; the way back is not asked, and what "
		"follows says" },
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
	{ HARM_NONE, "openat2", NULL, "*RESOLVE_NO_XDEV*", NULL,
		"that nothing is there is seen by a walk along the path instead" },
	{ HARM_NONE, "fstatfs", NULL, NULL, "*RESOLVE_NO_XDEV*",
		"that nothing is there is seen by a walk along the path instead" },
	/* the log: best effort */
	{ HARM_NONE, "socket connect sendto getpid", NULL, NULL, NULL, "the log is best effort" },
	/* what is seen is not what decides */
	{ HARM_EITHER, "statx", NULL, "statx(AT_FDCWD, \"/*", NULL,
		"a source that may not be looked at makes a candidate" },
	{ HARM_EITHER, "openat2", NULL, FIND_SOURCE, NULL,
		"a source that may not be looked at makes a candidate" },
	{ HARM_EITHER, "statx", NULL, NULL, FIND_SOURCE,
		"a source that may not be looked at makes a candidate" },
	{ HARM_EITHER, "readlinkat", NULL, "readlinkat([0-9]*, \"[a-z]*", NULL,
		"an entry of the host's /run that is gone meanwhile" },
	{ HARM_EITHER, "openat2", NULL, FIND_ANY, NULL, "one of the planned mounts" },
	{ HARM_EITHER, "statx", NULL, NULL, "openat2(" FIND_ANY, "one of the planned mounts" },
	{ HARM_EITHER, "openat", NULL, "*\"..\"*", NULL, "whether there is one more above it" },
	{ HARM_EITHER, "statx", NULL, "*, \"/run/docker.sock\"*", NULL,
		"the same file by another name" },
	{ HARM_EITHER, "open openat open_tree", NULL, NULL, "*\"/run/docker-api\"*",
		"cloned for each of two places, of which there is one" },
	{ HARM_EITHER, "open openat", NULL, "*\"/run/docker-api\"*", NULL,
		"cloned for each of two places, of which there is one" },
	{ HARM_NONE, "statx", NULL, "*AT_SYMLINK_NOFOLLOW|AT_NO_AUTOMOUNT*", NULL,
		"the owner of what a facade's link leads to; else the link is the container "
		"root's" },
	{ HARM_NONE, "statx", NULL, "*, \"socket\", *|AT_SYMLINK_NOFOLLOW, *", NULL,
		"the directory is the host's, which decides alone" },
	{ HARM_EITHER, "statx", NULL, "*, \"docker.sock\", *|AT_SYMLINK_NOFOLLOW, *",
		"statx(*, \"\", *",
		"the socket that was bound has an owner, too; where it is the place that is looked "
		"at, the container is refused" },
};

/* Only where a facade will be, and before it is attached: a place that cannot be looked at is
 * doubt, but the facade hides it by its name, and it is looked at anew. */
static const struct exception first_looks[] = {
	{ HARM_NONE, "openat2", NULL, FIND_PLACE, NULL, "a facade hides the place by its name" },
	{ HARM_NONE, "statx", NULL, NULL, "openat2(" FIND_PLACE,
		"a facade hides the place by its name" },
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

static const struct exception *find(
	const struct exception *rows, size_t count, const struct call *call, const char *error)
{
	for (size_t i = 0; i < count; i++) {
		const struct exception *row = &rows[i];

		if (among(row->call, call->name) &&
			(row->errors == NULL || among(row->errors, error)) &&
			matches(row->line, call->line) && matches(row->before, call->before))
			return row;
	}
	return NULL;
}

static bool is_first_look(const struct scene *scene, const struct call *call)
{
	return !call->late && (scene->proof == PROOF_FACADE || scene->proof == PROOF_READONLY);
}

const struct exception *exception_find(
	const struct scene *scene, const struct call *call, const char *error)
{
	const struct exception *row = NULL;

	if (is_first_look(scene, call))
		row = find(first_looks, sizeof(first_looks) / sizeof(first_looks[0]), call, error);
	if (row == NULL)
		row = find(exceptions, sizeof(exceptions) / sizeof(exceptions[0]), call, error);
	return row;
}
