/* SPDX-License-Identifier: Apache-2.0 */
/* capabilities: a table of steps, each set by one capset(2). Not libcap: it makes twice as many
 * system calls, six before main and two for the first set. */
#include "kernel/capabilities.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/capability.h>

#define CAP(name) ((uint64_t)1 << CAP_##name)

struct step {
	const char *name;
	uint64_t effective, kept; /* kept: permitted, for later steps */
};

/* PTRACE opens /proc/PID/ns of a process that is not dumpable; CHROOT is what setns(2) asks for
 * beside ADMIN; DAC_READ_SEARCH lets the hook look into private directories; SETUID and SETGID
 * make a veil's entries the container's in a user namespace, CHOWN a socket's link its owner's. */
static const struct step steps[] = {
	[PRIVILEGE_READ] = { "read", CAP(DAC_READ_SEARCH) | CAP(SYS_PTRACE),
		CAP(SYS_ADMIN) | CAP(SYS_CHROOT) | CAP(SETUID) | CAP(SETGID) | CAP(CHOWN) },
	[PRIVILEGE_ENTER] = { "enter",
		CAP(DAC_READ_SEARCH) | CAP(SYS_PTRACE) | CAP(SYS_ADMIN) | CAP(SYS_CHROOT),
		CAP(SETUID) | CAP(SETGID) | CAP(CHOWN) },
	[PRIVILEGE_LOOK] = { "look", CAP(DAC_READ_SEARCH),
		CAP(SYS_ADMIN) | CAP(SETUID) | CAP(SETGID) | CAP(CHOWN) },
	[PRIVILEGE_MOUNT] = { "mount",
		CAP(SYS_ADMIN) | CAP(DAC_READ_SEARCH) | CAP(SETUID) | CAP(SETGID) | CAP(CHOWN), 0 },
	[PRIVILEGE_VERIFY] = { "verify", CAP(DAC_READ_SEARCH), 0 },
};

/* The capabilities that may be asked for. Runtimes normally have all of them, so that we ask the
 * kernel (capget(2)) only after it refused. Valid as long as the process lives. */
static uint64_t held = ~(uint64_t)0;

/* Two words of 32 capabilities each, the low ones first (capset(2)). */
typedef struct __user_cap_data_struct cap_words[_LINUX_CAPABILITY_U32S_3];

static int set(uint64_t effective, uint64_t permitted)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	cap_words words = {
		{ .effective = (uint32_t)effective, .permitted = (uint32_t)permitted },
		{ .effective = (uint32_t)(effective >> 32),
			.permitted = (uint32_t)(permitted >> 32) },
	};

	return capset(&header, words);
}

static int ask(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	cap_words words;

	if (capget(&header, words) < 0)
		return -1;
	held = words[0].permitted | (uint64_t)words[1].permitted << 32;
	return 0;
}

static int take_step(const struct step *to)
{
	return set(held & to->effective, held & (to->effective | to->kept));
}

int privilege_step(enum privilege_step step, struct error *err)
{
	const struct step *to = &steps[step];

	if (take_step(to) == 0 || (errno == EPERM && ask() == 0 && take_step(to) == 0))
		return 0;
	return error_errno(err, "dropping capabilities (%s step)", to->name);
}

int privilege_check(struct error *err)
{
	static const struct {
		uint64_t capability;
		const char *name;
	} needed[] = {
		{ CAP(SYS_ADMIN), "CAP_SYS_ADMIN" },
		{ CAP(SYS_CHROOT), "CAP_SYS_CHROOT" },
		{ CAP(SYS_PTRACE), "CAP_SYS_PTRACE" },
		{ CAP(DAC_READ_SEARCH), "CAP_DAC_READ_SEARCH" },
	};

	if (ask() < 0)
		return error_errno(err, "asking for our own capabilities");
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!(held & needed[i].capability))
			return error_set(err, ERROR_SYSTEM,
				"needs %s, to enter containers (run it as root)", needed[i].name);
	return 0;
}
