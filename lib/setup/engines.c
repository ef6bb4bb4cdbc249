/* SPDX-License-Identifier: Apache-2.0 */
/* engines: where each engine's configuration is, what goes into it, and how the engine checks it.
 */
#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "doctor/containerd.h"
#include "doctor/docker.h"
#include "setup/edit.h"
#include "setup/setup_internal.h"

#ifndef LIBEXECDIR
#define LIBEXECDIR "/usr/libexec"
#endif

#define HOOK_FILE "oci-runmask.json"

const char setup_program[] = LIBEXECDIR "/oci/hooks.d/" SETUP_PROGRAM;

static int program_is_there(struct setup_job *job, struct error *err)
{
	const char *problem;

	if (doctor_program(&job->doctor, job->program, &problem, err) < 0)
		return -1;
	return problem == NULL ? 0
			       : error_set(err, ERROR_SYSTEM, "%s %s: install oci-runmask first",
					 job->program, problem);
}

/* ---- Docker ---- */

/* dockerd does not start with a directive both on its command line and in its file. */
static int refuse_flags(const struct docker *docker, struct error *err)
{
	static const char *const names[][1] = { { "--default-runtime" }, { "--add-runtime" } };

	for (size_t i = 0; i < array_count(names); i++) {
		cleanup(text_list_clear) struct text_list values = { 0 };

		if (docker_option(&docker->words, names[i], 1, &values, err) < 0)
			return -1;
		if (values.count > 0)
			return error_set(err, ERROR_INPUT,
				"dockerd's command line has %s, beside which the file must not say "
				"it: take it out of docker.service first",
				names[i][0]);
	}
	return 0;
}

static int find_docker(struct setup_job *job, struct error *err)
{
	cleanup(docker_clear) struct docker docker = { 0 };

	if (docker_read(&job->doctor, &docker, err) < 0)
		return -1;
	if (!job->undo && (program_is_there(job, err) < 0 || refuse_flags(&docker, err) < 0))
		return -1;
	job->path = take(docker.config_path);
	return 0;
}

static int edit_of_docker(const struct setup_job *job, const struct buffer *text,
	struct buffer *out, struct error *err)
{
	return edit_docker(out, text->text, text->length, job->program, err);
}

static int undo_of_docker(const struct setup_job *job, const struct buffer *text,
	struct buffer *out, struct error *err)
{
	(void)job;
	return edit_docker_undo(out, text->text, text->length, err);
}

static int validate_docker(
	struct setup_job *job, const char *candidate, bool there, bool undo, struct error *err)
{
	const char *dockerd = doctor_program_path("docker");
	const char *argv[] = { dockerd, "--validate", "--config-file", candidate, NULL };
	const struct run run = { dockerd, argv, NULL };
	cleanup(run_answer_clear) struct run_answer answer = { 0 };

	(void)there;
	if (undo) /* what was there before is the administrator's */
		return 0;
	if (dockerd == NULL)
		return buffer_print(
			&job->note, err, "Not checked: dockerd is not installed here.\n");
	if (run_program(&run, &answer, err) < 0)
		return -1;
	if (answer.exit_code == 0)
		return 0;
	if (strstr(answer.said.text, "unknown flag: --validate") != NULL)
		return buffer_print(&job->note, err,
			"Not checked: this dockerd has no --validate (23.0 and newer have).\n");
	return error_set(
		err, ERROR_SYSTEM, "dockerd --validate refuses it: %s", run_first_line(&answer));
}

/* ---- Podman and CRI-O: a drop-in of our own, where hooks_dir leaves our directory out ---- */

/* Where our file of hooks is. */
static int find_hooks(struct setup_job *job, const char **directory, struct error *err)
{
	static const char *const directories[] = { "/usr/share/containers/oci/hooks.d",
		"/etc/containers/oci/hooks.d" };

	for (size_t i = 0; i < array_count(directories); i++) {
		char path[128];
		bool there;

		snprintf(path, sizeof(path), "%s/%s", directories[i], HOOK_FILE);
		if (host_has(job->doctor.root, path, &there, NULL, err) < 0)
			return -1;
		if (!there)
			continue;
		*directory = directories[i];
		return 0;
	}
	return error_set(err, ERROR_SYSTEM,
		"%s is neither in %s nor in %s: install oci-runmask first", HOOK_FILE,
		directories[0], directories[1]);
}

static int write_drop_in(const char *engine, const char *table, const struct text_list *directories,
	const char *ours, struct buffer *out, struct error *err)
{
	if (buffer_print(out, err,
		    "# Written by runmask setup %s; --undo removes it.\n[%s]\nhooks_dir = [\n",
		    engine, table) < 0)
		return -1;
	for (size_t i = 0; i < directories->count; i++)
		if (buffer_print(out, err, "  \"%s\",\n", directories->texts[i]) < 0)
			return -1;
	return buffer_print(out, err, "  \"%s\",\n]\n", ours);
}

/* Files are read by their names: a later one would take ours back. */
static int refuse_later(const char *path, const char *told, const char *ours, struct error *err)
{
	size_t directory = (size_t)(path_base(path) - path);

	if (told == NULL || strncmp(told, path, directory) != 0 || strcmp(told, path) <= 0)
		return 0;
	return error_set(err, ERROR_INPUT,
		"%s is read after %s and has hooks_dir without \"%s\": add it there", told,
		path_base(path), ours);
}

static int find_drop_in(struct setup_job *job, const char *engine, const char *path,
	const char *table, const char *name, struct error *err)
{
	cleanup(text_list_clear) struct text_list directories = { 0 };
	cleanup(buffer_clear) struct buffer text = { 0 };
	cleanup(text_clear) char *told = NULL;
	const char *ours = NULL;
	bool there;

	job->own = true;
	job->path = text_copy(path, err);
	if (job->path == NULL || host_has(job->doctor.root, path, &there, NULL, err) < 0)
		return -1;
	if (job->undo)
		return 0;
	if (find_hooks(job, &ours, err) < 0 ||
		doctor_hooks_directories(&job->doctor, engine, &directories, &told, err) < 0)
		return -1;
	job->settled = text_list_has(&directories, ours);
	if (!job->settled && refuse_later(path, told, ours, err) < 0)
		return -1;
	if (there) /* by an earlier setup: it stays as it is */
		return 0;
	if (write_drop_in(name, table, &directories, ours, &text, err) < 0)
		return -1;
	job->text = take(text.text);
	return 0;
}

static int find_podman(struct setup_job *job, struct error *err)
{
	return find_drop_in(job, "Podman", "/etc/containers/containers.conf.d/99-oci-runmask.conf",
		"engine", "podman", err);
}

static int find_crio(struct setup_job *job, struct error *err)
{
	return find_drop_in(job, "CRI-O", "/etc/crio/crio.conf.d/99-oci-runmask.conf",
		"crio.runtime", "cri-o", err);
}

static int edit_own(const struct setup_job *job, const struct buffer *text, struct buffer *out,
	struct error *err)
{
	const char *new = job->text != NULL && text->length == 0 ? job->text : text->text;

	return buffer_add(out, new, strlen(new), err);
}

static int undo_own(const struct setup_job *job, const struct buffer *text, struct buffer *out,
	struct error *err)
{
	static const char sign[] = "# Written by runmask setup ";

	(void)job;
	if (text->length > 0 && strncmp(text->text, sign, strlen(sign)) != 0)
		return error_set(
			err, ERROR_INPUT, "it is not as runmask setup wrote it: remove it by hand");
	return buffer_add(out, "", 0, err);
}

/* ---- containerd ---- */

static int find_containerd(struct setup_job *job, struct error *err)
{
	cleanup(text_clear) char *version = NULL;

	if (doctor_containerd_path(&job->doctor, &job->path, err) < 0 ||
		doctor_version(&job->doctor, "containerd", &version, err) < 0)
		return -1;
	if (doctor_program_path("containerd") == NULL)
		return error_set(err, ERROR_SYSTEM, "containerd is not installed here");
	if (!job->undo && program_is_there(job, err) < 0)
		return -1;
	job->version = version != NULL && version[0] == '1' && version[1] == '.' ? 2 : 3;
	return 0;
}

static int edit_of_containerd(const struct setup_job *job, const struct buffer *text,
	struct buffer *out, struct error *err)
{
	return edit_containerd(out, text->text, job->version, job->program, err);
}

static int undo_of_containerd(const struct setup_job *job, const struct buffer *text,
	struct buffer *out, struct error *err)
{
	(void)job;
	return edit_containerd_undo(out, text->text, err);
}

/* A merged configuration could lose tables, or leave ours out. */
static int has_handler(const char *text, const char *program, struct error *err)
{
	cleanup(containerd_clear) struct containerd_config config = { 0 };

	if (containerd_parse(&config, text, err) < 0)
		return -1;
	for (size_t i = 0; i < config.count; i++)
		if (strcmp(config.runtimes[i].name, SETUP_RUNTIME) == 0 &&
			config.runtimes[i].program != NULL &&
			strcmp(config.runtimes[i].program, program) == 0)
			return 0;
	return error_set(err, ERROR_SYSTEM,
		"containerd config dump does not have the handler %s: a file that \"imports\" "
		"names "
		"replaces the table; add the lines there",
		SETUP_RUNTIME);
}

static int validate_containerd(
	struct setup_job *job, const char *candidate, bool there, bool undo, struct error *err)
{
	cleanup(run_answer_clear) struct run_answer before = { 0 }, after = { 0 };

	if (doctor_containerd_dump(candidate, &after, err) < 0)
		return -1;
	if (!undo && has_handler(after.said.text, job->program, err) < 0)
		return -1;
	if (!there)
		return 0;
	if (doctor_containerd_dump(job->path, &before, err) < 0)
		return -1;
	return edit_containerd_compare(&(struct containerd_dump){ job->path, before.said.text },
		&(struct containerd_dump){ candidate, after.said.text }, err);
}

/* clang-format off */
const struct setup_engine setup_engines[] = {
	{ "docker", find_docker, edit_of_docker, undo_of_docker, validate_docker,
		"systemctl reload docker (systemctl restart docker, where default-runtime stays as it was)",
		"systemctl restart docker; containers that remember the runtime " SETUP_RUNTIME " do not start again" },
	{ "podman", find_podman, edit_own, undo_own, NULL,
		"Nothing to reload: the next container has the hook.",
		"Nothing to reload." },
	{ "cri-o", find_crio, edit_own, undo_own, NULL,
		"systemctl restart crio",
		"systemctl restart crio" },
	{ "containerd", find_containerd, edit_of_containerd, undo_of_containerd, validate_containerd,
		"systemctl restart containerd; then a RuntimeClass with handler: " SETUP_RUNTIME ", for pods that name it",
		"systemctl restart containerd, after the pods with that RuntimeClass have ended: exec and stop of them fail then, and they do not start again" },
};
/* clang-format on */

const size_t setup_engine_count = array_count(setup_engines);
