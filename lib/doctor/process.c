/* SPDX-License-Identifier: Apache-2.0 */
/* process: finds a process by its name and root in /proc, and reads its command line, start and
 * inotify watches there. */
#include "doctor/process.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "doctor/doctor_internal.h"
#include "doctor/host_files.h"
#include "kernel/open.h"
#include "kernel/process_stat.h"

#define NANOSECONDS INT64_C(1000000000)
/* A file's time is that of the last timer interrupt, a process's start is in ticks of 10 ms. */
#define CLOCK_STEPS (NANOSECONDS / 50)

bool process_in_container(const struct doctor *doctor, const char *pid)
{
	cleanup(fd_close) int proc = -1;
	struct inode_info root, ours;
	char path[32];

	if (!doctor->live)
		return false;
	snprintf(path, sizeof(path), "/proc/%.10s/root", pid);
	proc = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return proc >= 0 && stat_at(proc, "", AT_EMPTY_PATH, &root) == 0 &&
		stat_at(doctor->root, "", AT_EMPTY_PATH, &ours) == 0 &&
		!inode_same(&root.inode, &ours.inode);
}

/* A file of /proc/PID; a process that ended meanwhile has empty ones. */
static void read_of(int root, const char *pid, const char *name, struct buffer *text)
{
	struct error vanished = { 0 };
	char path[64];
	bool there;

	snprintf(path, sizeof(path), "/proc/%.10s/%s", pid, name);
	if (host_read_bytes(root, path, text, &there, &vanished) < 0 || !there)
		text->length = 0;
}

static bool is_called(const struct doctor *doctor, const char *pid, const char *name)
{
	cleanup(buffer_clear) struct buffer text = { 0 };

	read_of(doctor->root, pid, "comm", &text);
	return text.length == strlen(name) + 1 && strncmp(text.text, name, text.length - 1) == 0 &&
		!process_in_container(doctor, pid);
}

static bool mentions(const struct doctor *doctor, const char *pid, const char *letters)
{
	cleanup(buffer_clear) struct buffer text = { 0 };

	read_of(doctor->root, pid, "cmdline", &text);
	return text.length > 0 && memmem(text.text, text.length, letters, strlen(letters)) != NULL;
}

int process_find(const struct doctor *doctor, const char *name, const char *without, pid_t *pid,
	struct error *err)
{
	cleanup(text_list_clear) struct text_list names = { 0 };

	*pid = 0;
	if (!doctor->live)
		return 0;
	if (host_list(doctor->root, "/proc", "", &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count && *pid == 0; i++) {
		const char *number = names.texts[i];

		if (number[0] >= '1' && number[0] <= '9' && is_called(doctor, number, name) &&
			!(without != NULL && mentions(doctor, number, without)))
			*pid = (pid_t)strtol(number, NULL, 10);
	}
	return 0;
}

static int open_root(void)
{
	return open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static void read_of_pid(pid_t pid, const char *name, struct buffer *text)
{
	cleanup(fd_close) int root = open_root();
	char number[16];

	snprintf(number, sizeof(number), "%d", (int)pid);
	read_of(root, number, name, text);
}

int process_words(pid_t pid, struct text_list *words, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };

	read_of_pid(pid, "cmdline", &text);
	for (size_t at = 0; at < text.length;) {
		size_t length = strlen(text.text + at);

		if (text_list_add(words, text.text + at, length, err) < 0)
			return -1;
		at += length + 1;
	}
	return 0;
}

static int64_t nanoseconds(struct timespec time)
{
	return (int64_t)time.tv_sec * NANOSECONDS + time.tv_nsec;
}

static int64_t now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return nanoseconds(time);
}

/* By the time since the boot, whatever was done to the clock meanwhile. */
int64_t process_started(pid_t pid)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	int64_t tick = NANOSECONDS / sysconf(_SC_CLK_TCK);

	read_of_pid(pid, "stat", &text);
	if (text.length == 0)
		return 0;
	return now(CLOCK_REALTIME) - now(CLOCK_BOOTTIME) +
		(int64_t)process_stat_started(text.text) * tick;
}

int doctor_changed_since(
	const struct doctor *doctor, const char *path, pid_t pid, bool *changed, struct error *err)
{
	int64_t started = pid == 0 ? 0 : process_started(pid);
	struct stat status;
	bool there;

	if (host_stat(doctor->root, path, &status, &there, err) < 0)
		return -1;
	*changed = there && pid != 0 && nanoseconds(status.st_ctim) + CLOCK_STEPS >= started;
	return 0;
}

/* Lines "inotify wd:1 ino:1c2 sdev:…" (proc_pid_fdinfo(5)); numbers are hexadecimal. */
static bool names_inode(const char *text, ino_t inode, bool *any)
{
	for (const char *at = text; (at = strstr(at, "inotify wd:")) != NULL; at++) {
		const char *number = strstr(at, " ino:");

		*any = true;
		if (number != NULL && strtoull(number + 5, NULL, 16) == inode)
			return true;
	}
	return false;
}

int process_watches(pid_t pid, ino_t directory, bool *watches, bool *known, struct error *err)
{
	cleanup(text_list_clear) struct text_list names = { 0 };
	cleanup(fd_close) int root = open_root();
	char path[64];

	*watches = *known = false;
	snprintf(path, sizeof(path), "/proc/%d/fdinfo", (int)pid);
	if (host_list(root, path, "", &names, err) < 0) {
		*err = (struct error){ 0 };
		return 0;
	}
	for (size_t i = 0; i < names.count && !*watches; i++) {
		cleanup(buffer_clear) struct buffer text = { 0 };

		snprintf(path, sizeof(path), "fdinfo/%.10s", names.texts[i]);
		read_of_pid(pid, path, &text);
		*watches = text.length > 0 && names_inode(text.text, directory, known);
	}
	return 0;
}
