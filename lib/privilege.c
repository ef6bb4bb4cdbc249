/* SPDX-License-Identifier: Apache-2.0 */
#include "privilege.h"

#include <stdbool.h>
#include <sys/capability.h>

#define CAPS_MAX 8

struct step {
	const char *name;
	cap_value_t effective[CAPS_MAX], kept[CAPS_MAX]; /* kept: permitted, for later steps */
	int effective_count, kept_count;
};

#define CAPS(...)                                                                                  \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}

/* PTRACE opens /proc/PID/ns of a process that is not dumpable; CHROOT is what setns(2) asks for
 * beside ADMIN; DAC_READ_SEARCH lets the hook look into private directories; SETUID and SETGID
 * make a veil's entries the container's in a user namespace, CHOWN a socket's link its owner's. */
static const struct step steps[] = {
	[PRIVILEGE_READ] = { "reading", CAPS(CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE),
		CAPS(CAP_SYS_ADMIN, CAP_SYS_CHROOT, CAP_SETUID, CAP_SETGID, CAP_CHOWN), 2, 5 },
	[PRIVILEGE_ENTER] = { "entering",
		CAPS(CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE, CAP_SYS_ADMIN, CAP_SYS_CHROOT),
		CAPS(CAP_SETUID, CAP_SETGID, CAP_CHOWN), 4, 3 },
	[PRIVILEGE_LOOK] = { "looking", CAPS(CAP_DAC_READ_SEARCH),
		CAPS(CAP_SYS_ADMIN, CAP_SETUID, CAP_SETGID, CAP_CHOWN), 1, 4 },
	[PRIVILEGE_MOUNT] = { "mounting",
		CAPS(CAP_SYS_ADMIN, CAP_DAC_READ_SEARCH, CAP_SETUID, CAP_SETGID, CAP_CHOWN),
		CAPS(0), 5, 0 },
	[PRIVILEGE_VERIFY] = { "verifying", CAPS(CAP_DAC_READ_SEARCH), CAPS(0), 1, 0 },
};

/* What the caller gave us is read once; then the same set is filled anew for each step. It lives as
 * long as the process. */
static cap_t set;
static bool held[CAP_LAST_CAP + 1];

static int begin(void)
{
	if (set != NULL)
		return cap_clear(set);
	set = cap_get_proc();
	for (cap_value_t cap = 0; set != NULL && cap <= CAP_LAST_CAP; cap++) {
		cap_flag_value_t permitted;

		held[cap] = cap_get_flag(set, cap, CAP_PERMITTED, &permitted) == 0 &&
			permitted == CAP_SET;
	}
	return set == NULL ? -1 : cap_clear(set);
}

/* Wants those of the capabilities that the caller had. */
static int want(const cap_value_t *caps, int count, bool effective)
{
	for (int i = 0; i < count; i++) {
		if (!held[caps[i]])
			continue;
		if (cap_set_flag(set, CAP_PERMITTED, 1, &caps[i], CAP_SET) < 0)
			return -1;
		if (effective && cap_set_flag(set, CAP_EFFECTIVE, 1, &caps[i], CAP_SET) < 0)
			return -1;
	}
	return 0;
}

int privilege_step(enum privilege_step step, struct error *err)
{
	const struct step *to = &steps[step];

	if (begin() < 0 || want(to->effective, to->effective_count, true) < 0 ||
		want(to->kept, to->kept_count, false) < 0 || cap_set_proc(set) < 0)
		return error_errno(err, "keeping only the capabilities for %s", to->name);
	return 0;
}
