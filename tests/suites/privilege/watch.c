/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch FILE PROGRAM ARGS...
 *
 * Runs PROGRAM and stops it at the entry of every system call; what the kernel says of it then goes
 * to FILE, a line a call:
 *
 *	CALL effective permitted inheritable ambient bounding KEY=VALUE...
 *
 * the sets in hexadecimal, as in /proc/PID/status. The keys: uid and gid (real, effective, saved,
 * file system), nnp (NoNewPrivs), seccomp, threads, mnt (the mount namespace's inode), others (the
 * inodes of all other namespaces), and fds: "3" one that an exec closes, "3!" one that it does not.
 * Its exit code is the program's.
 */
#include <dirent.h>
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct {
	long number;
	const char *name;
} calls[] = {
#define CALL(name) { SYS_##name, #name }
	CALL(execve),
	CALL(read),
	CALL(write),
	CALL(openat),
	CALL(openat2),
	CALL(statx),
	CALL(newfstatat),
	CALL(readlinkat),
	CALL(capget),
	CALL(capset),
	CALL(setns),
	CALL(socket),
	CALL(connect),
	CALL(sendto),
	CALL(fsopen),
	CALL(fsconfig),
	CALL(fsmount),
	CALL(fspick),
	CALL(open_tree),
	CALL(move_mount),
	CALL(mount_setattr),
	CALL(mount),
	CALL(umount2),
	CALL(pivot_root),
	CALL(mkdirat),
	CALL(symlinkat),
	CALL(mknodat),
	CALL(fchownat),
	CALL(setfsuid),
	CALL(setfsgid),
	CALL(unshare),
	CALL(clone),
	CALL(clone3),
	CALL(exit_group),
#undef CALL
};

static const char *name_of(unsigned long number, char *text, size_t size)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if ((unsigned long)calls[i].number == number)
			return calls[i].name;
	snprintf(text, size, "call-%lu", number);
	return text;
}

/* The value of a line of /proc/PID/status, its blanks turned into one comma each. */
static void status_of(pid_t pid, const char *key, char *value, size_t size)
{
	char path[64], line[512];
	size_t length = strlen(key), used = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	if (file == NULL)
		err(126, "%s", path);
	value[0] = '\0';
	while (fgets(line, sizeof(line), file) != NULL) {
		if (strncmp(line, key, length) != 0 || line[length] != ':')
			continue;
		for (char *word = strtok(line + length + 1, " \t\n"); word != NULL;
			word = strtok(NULL, " \t\n"))
			used += (size_t)snprintf(
				value + used, size - used, "%s%s", used > 0 ? "," : "", word);
	}
	fclose(file);
	if (used == 0)
		errx(126, "%s has no %s", path, key);
}

static unsigned long namespace_of(pid_t pid, const char *name)
{
	struct stat status;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", (int)pid, name);
	if (stat(path, &status) < 0)
		err(126, "%s", path);
	return (unsigned long)status.st_ino;
}

/* Whether an exec closes it, from /proc/PID/fdinfo. */
static int closed_on_exec(pid_t pid, const char *fd)
{
	char path[300], line[128];
	unsigned int flags = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%s", (int)pid, fd);
	file = fopen(path, "re");
	if (file == NULL)
		err(126, "%s", path);
	while (fgets(line, sizeof(line), file) != NULL)
		sscanf(line, "flags: %o", &flags);
	fclose(file);
	return (flags & 02000000) != 0;
}

static void print_fds(FILE *to, pid_t pid)
{
	char path[64];
	struct dirent *entry;
	const char *comma = "";
	DIR *directory;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	directory = opendir(path);
	if (directory == NULL)
		err(126, "%s", path);
	fputs(" fds=", to);
	while ((entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		fprintf(to, "%s%s%s", comma, entry->d_name,
			closed_on_exec(pid, entry->d_name) ? "" : "!");
		comma = ",";
	}
	closedir(directory);
}

static void print_state(FILE *to, pid_t pid, unsigned long number)
{
	static const char *const sets[] = { "CapEff", "CapPrm", "CapInh", "CapAmb", "CapBnd" };
	static const char *const others[] = { "user", "net", "pid", "uts", "ipc", "cgroup" };
	static const struct {
		const char *key, *as;
	} values[] = { { "Uid", "uid" }, { "Gid", "gid" }, { "NoNewPrivs", "nnp" },
		{ "Seccomp", "seccomp" }, { "Threads", "threads" } };
	char text[256];

	fputs(name_of(number, text, sizeof(text)), to);
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		status_of(pid, sets[i], text, sizeof(text));
		fprintf(to, " %s", text);
	}
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		status_of(pid, values[i].key, text, sizeof(text));
		fprintf(to, " %s=%s", values[i].as, text);
	}
	fprintf(to, " mnt=%lu others=", namespace_of(pid, "mnt"));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		fprintf(to, "%s%lu", i > 0 ? "," : "", namespace_of(pid, others[i]));
	print_fds(to, pid);
	fputc('\n', to);
}

/* From the program's first instruction to its end. */
static int follow(pid_t pid, FILE *to)
{
	struct __ptrace_syscall_info info;
	int status, signal = 0;

	for (;;) {
		if (ptrace(PTRACE_SYSCALL, pid, 0, signal) < 0 || waitpid(pid, &status, 0) < 0)
			err(126, "following the program");
		if (WIFEXITED(status))
			return WEXITSTATUS(status);
		if (WIFSIGNALED(status))
			return 128 + WTERMSIG(status);
		signal = WSTOPSIG(status);
		if (signal == (SIGTRAP | 0x80)) {
			signal = 0;
			if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) < 0)
				err(126, "asking for the system call");
			if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
				print_state(to, pid, (unsigned long)info.entry.nr);
		} else if (signal == SIGTRAP) {
			signal = 0; /* the exec */
		}
	}
}

int main(int argc, char **argv)
{
	FILE *to;
	pid_t pid;
	int status;

	if (argc < 3)
		errx(126, "usage: watch FILE PROGRAM ARGS...");
	to = fopen(argv[1], "we");
	if (to == NULL)
		err(126, "%s", argv[1]);
	pid = fork();
	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		execv(argv[2], argv + 2);
		err(127, "%s", argv[2]);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || !WIFSTOPPED(status))
		errx(126, "%s does not start", argv[2]);
	if (ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) < 0)
		err(126, "tracing %s", argv[2]);
	status = follow(pid, to);
	if (fclose(to) != 0)
		err(126, "%s", argv[1]);
	return status;
}
