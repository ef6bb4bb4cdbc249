/* SPDX-License-Identifier: Apache-2.0 */
/* hooks_d: finds the hooks.d directories of Podman, CRI-O and NRI's hook-injector, and judges the
 * files in them. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "doctor/doctor_internal.h"
#include "doctor/hooks_file.h"
#include "doctor/process.h"
#include "doctor/toml_file.h"

#define USR_DIRECTORY "/usr/share/containers/oci/hooks.d"
#define ETC_DIRECTORY "/etc/containers/oci/hooks.d"

/* A reader of hooks.d: how it is known to be there, and where it is told its directories. */
static const struct engine {
	const char *name;
	const char *directories[2]; /* where it is told none */
	const char *signs[4];
	const char *files[3]; /* of less and less weight to the front */
	const char *drop_ins[1];
	const char *table;
} podman = {
	.name = "Podman",
	.directories = { USR_DIRECTORY },
	.signs = { "/usr/bin/podman", "/usr/local/bin/podman", "/bin/podman" },
	.files = { "/usr/share/containers/containers.conf", "/etc/containers/containers.conf" },
	.drop_ins = { "/etc/containers/containers.conf.d" },
	.table = "engine",
}, crio = {
	.name = "CRI-O",
	.directories = { USR_DIRECTORY },
	.signs = { "/usr/bin/crio", "/usr/local/bin/crio", "/usr/libexec/crio", "/etc/crio" },
	.files = { "/etc/crio/crio.conf" },
	.drop_ins = { "/etc/crio/crio.conf.d" },
	.table = "crio.runtime",
}, hook_injector = {
	.name = "hook-injector",
	.directories = { USR_DIRECTORY, ETC_DIRECTORY },
	.table = "",
};

/* One file of an engine's configuration: what it says of its hooks, unless it is silent. *told: the
 * last file that said it. */
static int read_config(const struct doctor *doctor, const struct engine *engine, const char *path,
	struct text_list *directories, char **told, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	cleanup(text_list_clear) struct text_list values = { 0 };
	bool there, says;

	if (host_read(doctor->root, path, &text, &there, err) < 0)
		return -1;
	if (!there)
		return 0;
	if (toml_values(text.text, engine->table, "hooks_dir", &values, &says, err) < 0)
		return -1;
	if (!says)
		return 0;
	text_list_clear(directories);
	*directories = values;
	values = (struct text_list){ 0 };
	text_clear(told);
	*told = text_copy(path, err);
	return *told == NULL ? -1 : 0;
}

/* The directories in which the engine reads; *told: NULL where no file says them. */
static int find_told(const struct doctor *doctor, const struct engine *engine,
	struct text_list *directories, char **told, struct error *err)
{
	cleanup(text_list_clear) struct text_list paths = { 0 };

	for (size_t i = 0; i < array_count(engine->files) && engine->files[i] != NULL; i++)
		if (read_config(doctor, engine, engine->files[i], directories, told, err) < 0)
			return -1;
	if (engine->drop_ins[0] != NULL &&
		host_merge(doctor->root, engine->drop_ins, 1, ".conf", &paths, err) < 0)
		return -1;
	for (size_t i = 0; i < paths.count; i++)
		if (read_config(doctor, engine, paths.texts[i], directories, told, err) < 0)
			return -1;
	for (size_t i = 0; *told == NULL && i < array_count(engine->directories); i++) {
		const char *directory = engine->directories[i];

		if (directory != NULL &&
			text_list_add(directories, directory, strlen(directory), err) < 0)
			return -1;
	}
	return 0;
}

static int find_directories(const struct doctor *doctor, const struct engine *engine,
	struct text_list *directories, struct error *err)
{
	cleanup(text_clear) char *told = NULL;

	return find_told(doctor, engine, directories, &told, err);
}

/* What is found in an engine's directories. */
struct found {
	char *broken, *broken_why; /* the first file with which the engine would not go on */
	char *ours, *ours_why;     /* ours, and what is wrong with it; NULL: nothing */
	char *program;
	struct text_list args;
	bool limited; /* not for all containers */
	char *precreate;
};

static void found_clear(struct found *found)
{
	text_clear(&found->broken);
	text_clear(&found->broken_why);
	text_clear(&found->ours);
	text_clear(&found->ours_why);
	text_clear(&found->program);
	text_list_clear(&found->args);
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
	/* what is right once, for all containers, is enough */
	if (!file->ours || (found->ours != NULL && found->ours_why == NULL && !found->limited))
		return 0;
	if (found->ours != NULL && found->ours_why == NULL && file->problem != NULL)
		return 0;
	found->limited = file->limited;
	text_clear(&found->ours);
	text_clear(&found->ours_why);
	text_clear(&found->program);
	text_list_clear(&found->args);
	for (size_t i = 0; i < file->args.count; i++)
		if (text_list_add(&found->args, file->args.texts[i], strlen(file->args.texts[i]),
			    err) < 0)
			return -1;
	if (note(&found->ours, path, err) < 0 || note(&found->program, file->program, err) < 0)
		return -1;
	return note(&found->ours_why, file->problem, err);
}

static int read_directory(
	const struct doctor *doctor, const char *directory, struct found *found, struct error *err)
{
	cleanup(text_list_clear) struct text_list names = { 0 };

	if (host_list(doctor->root, directory, ".json", &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		cleanup(hooks_file_clear) struct hooks_file file = { 0 };
		cleanup(buffer_clear) struct buffer text = { 0 };
		char path[PATH_MAX];
		bool there;

		snprintf(path, sizeof(path), "%s/%s", directory, names.texts[i]);
		if (host_read(doctor->root, path, &text, &there, err) < 0 ||
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

/* Is our file where the engine does not read? */
static int elsewhere(const struct doctor *doctor, struct found *found, struct error *err)
{
	static const char *const directories[] = { USR_DIRECTORY, ETC_DIRECTORY };

	for (size_t i = 0; i < array_count(directories) && found->ours == NULL; i++)
		if (read_directory(doctor, directories[i], found, err) < 0)
			return -1;
	return 0;
}

/* What is left to find out of a file that is right by its text. */
static int judge_ours(const struct doctor *doctor, const struct found *found,
	struct doctor_answer *answer, struct error *err)
{
	const struct told told = { found->ours, found->program, &found->args };

	if (doctor_judge_hook(doctor, &told, answer, err) < 0)
		return -1;
	if (found->limited && strcmp(answer->key, "right") == 0)
		answer->key = "some";
	return 0;
}

static int judge(const struct doctor *doctor, const struct engine *engine,
	struct doctor_answer *answer, struct error *err)
{
	cleanup(text_list_clear) struct text_list directories = { 0 };
	cleanup(buffer_clear) struct buffer joined = { 0 };
	cleanup(found_clear) struct found found = { 0 }, other = { 0 };

	if (find_directories(doctor, engine, &directories, err) < 0 ||
		join(&joined, &directories, err) < 0 ||
		read_directories(doctor, &directories, &found, err) < 0)
		return -1;
	if (found.broken != NULL)
		return doctor_found(answer, "broken", found.broken, found.broken_why, err);
	if (engine == &crio && found.precreate != NULL)
		return doctor_found(answer, "broken", found.precreate,
			"it names the stage precreate, which CRI-O does not know", err);
	if (found.ours == NULL) {
		if (elsewhere(doctor, &other, err) < 0)
			return -1;
		return doctor_found(
			answer, other.ours ? "elsewhere" : "missing", joined.text, other.ours, err);
	}
	if (found.ours_why != NULL)
		return doctor_found(answer, "wrong", found.ours, found.ours_why, err);
	return judge_ours(doctor, &found, answer, err);
}

/* ---- a running CRI-O ---- */

/* CRI-O and hook-injector watch their directories by inode. One that was removed and made again
 * since is not the one they watch: they read no file there until they are restarted (seen with
 * CRI-O 1.37). */
static int judge_watch(const struct doctor *doctor, const struct engine *engine, pid_t pid,
	struct doctor_answer *answer, struct error *err)
{
	cleanup(text_list_clear) struct text_list directories = { 0 };
	bool watches = true, known = true;
	char name[48];

	if (find_directories(doctor, engine, &directories, err) < 0)
		return -1;
	snprintf(name, sizeof(name), "%s (pid %d)", engine->name, (int)pid);
	for (size_t i = 0; i < directories.count; i++) {
		const char *directory = directories.texts[i];
		struct stat status;
		bool there;

		if (host_stat(doctor->root, directory, &status, &there, err) < 0)
			return -1;
		if (!there)
			continue;
		if (process_watches(pid, status.st_ino, &watches, &known, err) < 0)
			return -1;
		if (!known || !watches)
			return doctor_found(answer, known ? "old" : "unseen", name, directory, err);
	}
	return doctor_found(answer, "watches", name, NULL, err);
}

int doctor_crio_watch(const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	pid_t pid;

	if (process_find(doctor, "crio", NULL, &pid, err) < 0)
		return -1;
	if (pid == 0)
		return doctor_found(answer, "none", NULL, NULL, err);
	return judge_watch(doctor, &crio, pid, answer, err);
}

int doctor_nri_hooks(
	const struct doctor *doctor, pid_t pid, struct doctor_answer *answer, struct error *err)
{
	if (judge(doctor, &hook_injector, answer, err) < 0)
		return -1;
	if (strcmp(answer->key, "right") != 0)
		return 0;
	if (judge_watch(doctor, &hook_injector, pid, answer, err) < 0)
		return -1;
	if (strcmp(answer->key, "watches") == 0)
		answer->key = "nri";
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

int doctor_hooks_directories(const struct doctor *doctor, const char *engine,
	struct text_list *directories, char **told, struct error *err)
{
	return find_told(
		doctor, strcmp(engine, podman.name) == 0 ? &podman : &crio, directories, told, err);
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
