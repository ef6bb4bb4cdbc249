/* SPDX-License-Identifier: Apache-2.0 */
#include "privilege.h"

#include <sys/capability.h>

#include "mem.h"

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
		CAPS(CAP_SYS_ADMIN, CAP_DAC_READ_SEARCH, CAP_SETUID, CAP_SETGID, CAP_CHOWN), CAPS(0),
		5, 0 },
	[PRIVILEGE_VERIFY] = { "verifying", CAPS(CAP_DAC_READ_SEARCH), CAPS(0), 1, 0 },
};

static void set_free(cap_t *set)
{
	if (*set != NULL)
		cap_free(*set);
}

/* Raises in `set` those of the capabilities that `held` permits. */
static int raise_held(cap_t set, cap_t held, const cap_value_t *caps, int count, bool effective)
{
	for (int i = 0; i < count; i++) {
		cap_flag_value_t permitted;

		if (cap_get_flag(held, caps[i], CAP_PERMITTED, &permitted) < 0)
			return -1;
		if (permitted == CAP_CLEAR)
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
	cleanup(set_free) cap_t held = cap_get_proc();
	cleanup(set_free) cap_t set = cap_init();

	if (held == NULL || set == NULL ||
		raise_held(set, held, to->effective, to->effective_count, true) < 0 ||
		raise_held(set, held, to->kept, to->kept_count, false) < 0 ||
		cap_set_proc(set) < 0)
		return error_errno(err, "keeping only the capabilities for %s", to->name);
	return 0;
}
