/* SPDX-License-Identifier: Apache-2.0 */
/* scenes: what a container binds and what the policy says, and the bundle that says so. */
#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DOCKER "{\"path\": \"/run/docker.sock\", \"directory\": \"/run/docker-api\"}"
#define RUN { { "/var/run", "/var/run" } }
#define SOCKET { { "/run/docker.sock", "/tmp/docker.sock" } }

const struct scene scenes[] = {
	{ "mask", "\"strategy\": \"mask\"", RUN, .proof = PROOF_NSCD },
	{ "facade", "\"strategy\": \"facade\"", RUN, .proof = PROOF_FACADE },
	{ "route", "\"sockets\": [" DOCKER "]", SOCKET, .proof = PROOF_ROUTE },
	{ "list",
		"\"strategy\": \"facade\", \"facade\": {\"expose\": [\"docker.sock\"]}, "
		"\"sockets\": [" DOCKER "]",
		RUN, .proof = PROOF_FACADE },
	{ "part", "\"strategy\": \"facade\"", { { "/", "/var" } }, .proof = PROOF_FACADE },
	{ "part-readonly", "\"strategy\": \"facade\"", { { "/", "/var" } }, .proof = PROOF_READONLY,
		.readonly = true },
	{ "through-proc", "\"strategy\": \"mask\"", { { "/run", "/run" } }, .proof = PROOF_NSCD,
		.proc = true, .refused = true },
	{ "shared", "\"strategy\": \"mask\", \"onShared\": \"slave\"", RUN, .proof = PROOF_NSCD,
		.shares = true },
	{ "refused", "\"strategy\": \"mask\", \"onShared\": \"fail\"", RUN, .proof = PROOF_NSCD,
		.shares = true, .refused = true },
	{ "user-namespace", "\"strategy\": \"facade\"", RUN, .proof = PROOF_FACADE,
		.user_namespace = true },
	{ "mask-warn", "\"strategy\": \"mask\", \"onError\": \"warn\"", RUN, .proof = PROOF_NSCD,
		.warns = true },
	{ "facade-warn", "\"strategy\": \"facade\", \"onError\": \"warn\"", RUN,
		.proof = PROOF_FACADE, .warns = true },
	{ "route-warn", "\"onError\": \"warn\", \"sockets\": [" DOCKER "]", SOCKET,
		.proof = PROOF_ROUTE, .warns = true },
	{ 0 },
};

void give_up(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(2);
}

const struct scene *scene_find(const char *name)
{
	for (const struct scene *scene = scenes; scene->name != NULL; scene++)
		if (strcmp(scene->name, name) == 0)
			return scene;
	give_up("no scene is called \"%s\"", name);
}

static void write_file(const char *directory, const char *name, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "we");
	if (file == NULL || fputs(text, file) == EOF || fclose(file) != 0)
		give_up("%s: %s", path, strerror(errno));
}

static void make_directory(const char *directory, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	if (mkdir(path, 0755) < 0)
		give_up("%s: %s", path, strerror(errno));
}

static void write_config(const struct stage *stage)
{
	const struct scene *scene = stage->scene;
	struct picture config = { 0 };

	picture_add(&config,
		"{\"root\": {\"path\": \"rootfs\"},\n \"mounts\": [\n  "
		"{\"destination\": \"/dev\", \"type\": \"tmpfs\", \"source\": "
		"\"tmpfs\"}");
	for (int i = 0; i < BINDS_MAX && scene->binds[i].source != NULL; i++)
		picture_add(&config,
			",\n  {\"destination\": \"%s\", \"type\": \"bind\", \"source\": \"%s\", "
			"\"options\": [\"rbind\", \"%s\"%s]}",
			scene->binds[i].destination, scene->binds[i].source,
			scene->shares ? "rshared" : "rprivate", scene->readonly ? ", \"ro\"" : "");
	picture_add(&config, "],\n \"linux\": {%s\"namespaces\": [{\"type\": \"mount\"}]}}\n",
		scene->shares ? "\"rootfsPropagation\": \"shared\", " : "");
	write_file(stage->directory, "config.json", config.text);
	picture_clear(&config);
}

/* The image has a /var/run -> /run, as most have. */
static void make_rootfs(const char *root, bool proc)
{
	static const char *const directories[] = { "run", "var", "dev", "tmp", "proc" };
	char path[256];

	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++)
		make_directory(root, directories[i]);
	write_file(root, "tmp/docker.sock", "");
	snprintf(path, sizeof(path), "%s/var/run", root);
	if (symlink(proc ? "/proc/self/root/run" : "/run", path) < 0)
		give_up("%s: %s", path, strerror(errno));
}

void stage_set(struct stage *stage, const struct scene *scene)
{
	const char *lab = getenv("LAB_DIR");
	char text[512];

	if (lab == NULL || getenv("LAB_WITNESS_PID") == NULL)
		give_up("this runs on a private host only: tests/lab/private-host");
	*stage = (struct stage){ .scene = scene };
	snprintf(stage->directory, sizeof(stage->directory), "%s/stage-%d", lab, (int)getpid());
	snprintf(stage->root, sizeof(stage->root), "%s/rootfs", stage->directory);
	snprintf(stage->policy, sizeof(stage->policy), "%s/policy.json", stage->directory);
	umask(022);
	make_directory(stage->directory, "");
	make_directory(stage->root, "");
	make_rootfs(stage->root, scene->proc);
	snprintf(text, sizeof(text), "{\"version\": 1, %s}\n", scene->policy);
	write_file(stage->directory, "policy.json", text);
	write_config(stage);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)status;
	(void)kind;
	(void)place;
	return remove(path);
}

void remove_tree(const char *path)
{
	if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) != 0)
		give_up("%s: %s", path, strerror(errno));
}

void stage_clear(struct stage *stage)
{
	remove_tree(stage->directory);
	*stage = (struct stage){ 0 };
}
