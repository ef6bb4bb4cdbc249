/* SPDX-License-Identifier: Apache-2.0 */
/* stand_in: what a runtime has made of a container when it calls its createRuntime hooks. */
#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "spec/oci.h"

/* The scene that was parsed last: a round has the same one many times. */
static struct spec spec;
static char *spec_scene;

static void load_scene(const char *scene)
{
	char path[PATH_MAX];
	struct error err = { 0 };
	char *text;
	size_t length;

	if (spec_scene != NULL && strcmp(spec_scene, scene) == 0)
		return;
	spec_clear(&spec);
	snprintf(path, sizeof(path), "%s/config.json", scene);
	text = file_text(path, &length);
	if (spec_parse(&spec, text, length, &err) < 0)
		give_up("%s: %s", path, err.text);
	free(text);
	free(spec_scene);
	spec_scene = strdup(scene);
}

static void must(int result, const char *what)
{
	if (result < 0)
		give_up("stand-in: %s: %s", what, strerror(errno));
}

/* Kinds that say what a container may do, and not what is in it, are a tmpfs here. */
static const char *kind_of(const char *type)
{
	static const char *const real[] = { "proc", "sysfs", "devpts", "mqueue" };

	for (size_t i = 0; type != NULL && i < array_count(real); i++)
		if (strcmp(real[i], type) == 0)
			return real[i];
	return "tmpfs";
}

static void make_mount(const struct planned_mount *planned)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s%s", spec.root_path, planned->destination);
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		must(-1, path);
	if (!planned->bind) {
		const char *kind = kind_of(planned->type);

		must(mount(kind, path, kind, 0, NULL), path);
		return;
	}
	must(mount(planned->source, path, NULL, MS_BIND | MS_REC, NULL), path);
	must(mount(NULL, path, NULL, MS_PRIVATE | MS_REC, NULL), path);
	if (planned->readonly)
		must(mount(NULL, path, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL), path);
}

static void build(int namespace)
{
	if (namespace >= 0)
		must(setns(namespace, CLONE_NEWNS), "entering the crowd");
	must(unshare(CLONE_NEWNS), "unshare");
	must(mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL), "/");
	must(mount(spec.root_path, spec.root_path, NULL, MS_BIND | MS_REC, NULL), spec.root_path);
	must(mount(NULL, spec.root_path, NULL, MS_PRIVATE | MS_REC, NULL), spec.root_path);
	for (size_t i = 0; i < spec.mount_count; i++)
		make_mount(&spec.mounts[i]);
}

void stand_in_start(struct stand_in *stand_in, const char *scene, int namespace)
{
	int ready[2];
	char byte;

	load_scene(scene);
	if (pipe2(ready, O_CLOEXEC) < 0)
		give_up("pipe: %s", strerror(errno));
	stand_in->pid = fork();
	if (stand_in->pid < 0)
		give_up("fork: %s", strerror(errno));
	if (stand_in->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		build(namespace);
		if (write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		give_up("the stand-in of %s has ended", scene);
	close(ready[0]);
}

void stand_in_end(struct stand_in *stand_in)
{
	kill(stand_in->pid, SIGKILL);
	waitpid(stand_in->pid, NULL, 0);
}

bool stand_in_sees_nscd(const struct stand_in *stand_in)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/proc/%d/root%s/run/nscd/socket", (int)stand_in->pid,
		spec.root_path);
	return access(path, F_OK) == 0;
}

static void fill_crowd(unsigned mounts)
{
	char path[64];

	must(unshare(CLONE_NEWNS), "unshare");
	must(mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL), "/");
	must(mount("crowd", "/mnt", "tmpfs", 0, NULL), "/mnt");
	for (unsigned i = 0; i < mounts; i++) {
		snprintf(path, sizeof(path), "/mnt/%u", i);
		must(mkdir(path, 0755), path);
		must(mount("/run/lock", path, NULL, MS_BIND, NULL), path);
	}
}

int crowd_make(unsigned mounts)
{
	int own = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC), crowd;

	must(own, "/proc/self/ns/mnt");
	fill_crowd(mounts);
	crowd = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	must(crowd, "/proc/self/ns/mnt");
	must(setns(own, CLONE_NEWNS), "going back");
	close(own);
	return crowd;
}
