/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_hook: the hook's program, and the hooks.d files where Podman and CRI-O read. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "doctor/doctor_internal.h"
#include "doctor/hooks_file.h"
#include "doctor/toml_file.h"

#ifndef LIBEXECDIR
#define LIBEXECDIR "/usr/libexec"
#endif

#define DEFAULT_DIRECTORY "/usr/share/containers/oci/hooks.d"

/* An engine: how it is known to be there, and where it is told its directories of hooks. */
static const struct engine {
	const char *name;
	const char *signs[4];
	const char *files[3]; /* of less and less weight to the front */
	const char *drop_ins[1];
	const char *table;
} podman = {
	.name = "Podman",
	.signs = { "/usr/bin/podman", "/usr/local/bin/podman", "/bin/podman" },
	.files = { "/usr/share/containers/containers.conf", "/etc/containers/containers.conf" },
	.drop_ins = { "/etc/containers/containers.conf.d" },
	.table = "engine",
}, crio = {
	.name = "CRI-O",
	.signs = { "/usr/bin/crio", "/usr/local/bin/crio", "/usr/libexec/crio", "/etc/crio" },
	.files = { "/etc/crio/crio.conf" },
	.drop_ins = { "/etc/crio/crio.conf.d" },
	.table = "crio.runtime",
};

int doctor_program(
	const struct doctor *doctor, const char *path, const char **problem, struct error *err)
{
	struct stat status;
	bool there;

	if (tree_look(doctor->root, path, &status, &there, err) < 0)
		return -1;
	*problem = NULL;
	if (!there)
		*problem = "is not there";
	else if (!S_ISREG(status.st_mode))
		*problem = "is no file";
	else if ((status.st_mode & 0111) != 0111)
		*problem = "is not executable for all";
	else if (status.st_mode & (S_IWGRP | S_IWOTH))
		*problem = "can be written by others than its owner";
	return 0;
}

int doctor_hook_program(
	const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	static const char path[] = LIBEXECDIR "/oci/hooks.d/oci-runmask";
	const char *problem;

	if (doctor_program(doctor, path, &problem, err) < 0)
		return -1;
	return doctor_found(answer, problem ? "bad" : "right", path, problem, err);
}

/* One file of an engine's configuration: what it says of its hooks, unless it is silent. */
static int read_config(const struct doctor *doctor, const struct engine *engine, const char *path,
	struct text_list *directories, bool *told, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	cleanup(text_list_clear) struct text_list values = { 0 };
	bool there, says;

	if (tree_read(doctor->root, path, &text, &there, err) < 0)
		return -1;
	if (!there)
		return 0;
	if (toml_values(text.text, engine->table, "hooks_dir", &values, &says, err) < 0)
		return -1;
	if (!says)
		return 0;
	*told = true;
	text_list_clear(directories);
	*directories = values;
	values = (struct text_list){ 0 };
	return 0;
}

/* The directories in which the engine reads. */
static int find_directories(const struct doctor *doctor, const struct engine *engine,
	struct text_list *directories, struct error *err)
{
	cleanup(text_list_clear) struct text_list paths = { 0 };
	bool told = false;

	for (size_t i = 0; i < array_count(engine->files) && engine->files[i] != NULL; i++)
		if (read_config(doctor, engine, engine->files[i], directories, &told, err) < 0)
			return -1;
	if (tree_merge(doctor->root, engine->drop_ins, 1, ".conf", &paths, err) < 0)
		return -1;
	for (size_t i = 0; i < paths.count; i++)
		if (read_config(doctor, engine, paths.texts[i], directories, &told, err) < 0)
			return -1;
	if (told)
		return 0;
	return text_list_add(directories, DEFAULT_DIRECTORY, strlen(DEFAULT_DIRECTORY), err);
}

/* What is found in an engine's directories. */
struct found {
	char *broken, *broken_why; /* the first file with which the engine would not go on */
	char *ours, *ours_why;     /* ours, and what is wrong with it; NULL: nothing */
	char *program;
	char *precreate;
};

static void found_clear(struct found *found)
{
	text_clear(&found->broken);
	text_clear(&found->broken_why);
	text_clear(&found->ours);
	text_clear(&found->ours_why);
	text_clear(&found->program);
	text_clear(&found->precreate);
}

static int note(char **text, const char *value, struct error *err)
{
	if (*text != NULL || value == NULL)
		return 0;
	*text = text_copy(value, err);
	return *text == NULL ? -1 : 0;
}

static int note_file(
	struct found *found, const char *path, const struct hooks_file *file, struct error *err)
{
	if (file->precreate && note(&found->precreate, path, err) < 0)
		return -1;
	if (file->fatal && found->broken == NULL &&
		(note(&found->broken, path, err) < 0 ||
			note(&found->broken_why, file->problem, err) < 0))
		return -1;
	/* what is right once is enough */
	if (!file->ours || (found->ours != NULL && found->ours_why == NULL))
		return 0;
	text_clear(&found->ours);
	text_clear(&found->ours_why);
	text_clear(&found->program);
	if (note(&found->ours, path, err) < 0 || note(&found->program, file->program, err) < 0)
		return -1;
	return note(&found->ours_why, file->problem, err);
}

static int read_directory(
	const struct doctor *doctor, const char *directory, struct found *found, struct error *err)
{
	cleanup(text_list_clear) struct text_list names = { 0 };

	if (tree_list(doctor->root, directory, ".json", &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		cleanup(hooks_file_clear) struct hooks_file file = { 0 };
		cleanup(buffer_clear) struct buffer text = { 0 };
		char path[PATH_MAX];
		bool there;

		snprintf(path, sizeof(path), "%s/%s", directory, names.texts[i]);
		if (tree_read(doctor->root, path, &text, &there, err) < 0 ||
			hooks_file_read(&file, text.text, text.length, err) < 0 ||
			note_file(found, path, &file, err) < 0)
			return -1;
	}
	return 0;
}

static int read_directories(const struct doctor *doctor, const struct text_list *directories,
	struct found *found, struct error *err)
{
	for (size_t i = 0; i < directories->count; i++)
		if (read_directory(doctor, directories->texts[i], found, err) < 0)
			return -1;
	return 0;
}

static int join(struct buffer *joined, const struct text_list *list, struct error *err)
{
	for (size_t i = 0; i < list->count; i++)
		if (buffer_print(joined, err, "%s%s", i > 0 ? ", " : "", list->texts[i]) < 0)
			return -1;
	return list->count > 0 ? 0 : buffer_print(joined, err, "no directory");
}

/* Is our file where nobody reads? */
static int elsewhere(const struct doctor *doctor, struct found *found, struct error *err)
{
	static const char *const directories[] = { DEFAULT_DIRECTORY,
		"/etc/containers/oci/hooks.d" };

	for (size_t i = 0; i < array_count(directories) && found->ours == NULL; i++)
		if (read_directory(doctor, directories[i], found, err) < 0)
			return -1;
	return 0;
}

static int judge(const struct doctor *doctor, const struct engine *engine,
	struct doctor_answer *answer, struct error *err)
{
	cleanup(text_list_clear) struct text_list directories = { 0 };
	cleanup(buffer_clear) struct buffer joined = { 0 };
	cleanup(found_clear) struct found found = { 0 }, other = { 0 };
	const char *problem;

	if (find_directories(doctor, engine, &directories, err) < 0 ||
		join(&joined, &directories, err) < 0 ||
		read_directories(doctor, &directories, &found, err) < 0)
		return -1;
	if (found.broken != NULL)
		return doctor_found(answer, "broken", found.broken, found.broken_why, err);
	if (found.ours == NULL) {
		if (elsewhere(doctor, &other, err) < 0)
			return -1;
		return doctor_found(
			answer, other.ours ? "elsewhere" : "missing", joined.text, other.ours, err);
	}
	if (found.ours_why != NULL)
		return doctor_found(answer, "wrong", found.ours, found.ours_why, err);
	if (doctor_program(doctor, found.program, &problem, err) < 0)
		return -1;
	joined.length = 0;
	if (problem != NULL &&
		buffer_print(&joined, err, "%s, which %s", found.program, problem) < 0)
		return -1;
	return doctor_found(answer, problem ? "program" : "right", found.ours,
		problem ? joined.text : found.program, err);
}

int doctor_any_there(const struct doctor *doctor, const char *const *paths, size_t count,
	bool *there, struct error *err)
{
	*there = false;
	for (size_t i = 0; i < count && paths[i] != NULL && !*there; i++)
		if (tree_has(doctor->root, paths[i], there, NULL, err) < 0)
			return -1;
	return 0;
}

static int ask_engine(const struct doctor *doctor, const struct engine *engine,
	struct doctor_answer *answer, struct error *err)
{
	bool there;

	if (doctor_any_there(doctor, engine->signs, array_count(engine->signs), &there, err) < 0)
		return -1;
	if (!there)
		return doctor_found(answer, "none", NULL, NULL, err);
	return judge(doctor, engine, answer, err);
}

int doctor_podman_hook(const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	return ask_engine(doctor, &podman, answer, err);
}

int doctor_crio_hook(const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	return ask_engine(doctor, &crio, answer, err);
}

int doctor_crio_precreate(
	const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	cleanup(text_list_clear) struct text_list directories = { 0 };
	cleanup(found_clear) struct found found = { 0 };
	bool there;

	if (doctor_any_there(doctor, crio.signs, array_count(crio.signs), &there, err) < 0 ||
		find_directories(doctor, &crio, &directories, err) < 0 ||
		read_directories(doctor, &directories, &found, err) < 0)
		return -1;
	if (found.precreate != NULL)
		return doctor_found(answer, there ? "fatal" : "later", found.precreate, NULL, err);
	return doctor_found(answer, there ? "clean" : "none", NULL, NULL, err);
}
