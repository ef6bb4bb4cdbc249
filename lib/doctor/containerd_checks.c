/* SPDX-License-Identifier: Apache-2.0 */
/* containerd_checks: whether containerd's CRI plugin calls the hook: by a base spec, a runtime's
 * program, or NRI. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "base/unit_file.h"
#include "doctor/containerd.h"
#include "doctor/docker.h"
#include "doctor/package_db.h"
#include "doctor/process.h"
#include "json/json.h"

/* Where a kubelet is, containerd serves pods. */
static const char *const kubelets[] = { "/usr/bin/kubelet", "/usr/local/bin/kubelet",
	"/opt/bin/kubelet", "/var/lib/kubelet" };

/* containerd as it is configured. */
struct found {
	const struct doctor *doctor;
	pid_t pid;  /* 0: none runs */
	char *path; /* of its configuration */
	bool there; /* the file is */
	struct containerd_config config;
};

static void found_clear(struct found *found)
{
	text_clear(&found->path);
	containerd_clear(&found->config);
}

/* Docker starts one of its own, with another configuration. */
static int find_path(struct found *found, struct error *err)
{
	static const char *const names[] = { "--config", "-c" };
	cleanup(text_list_clear) struct text_list words = { 0 }, lines = { 0 }, values = { 0 };
	cleanup(buffer_clear) struct buffer unit = { 0 };
	bool there;

	if (process_find(found->doctor, "containerd", "/docker/", &found->pid, err) < 0)
		return -1;
	if (found->pid != 0 && process_words(found->pid, &words, err) < 0)
		return -1;
	if (words.count == 0) {
		if (host_unit(found->doctor->root, "containerd.service", &unit, &there, err) < 0 ||
			(there && unit_values(unit.text, "Service", "ExecStart", &lines, err) < 0))
			return -1;
		for (size_t i = 0; i < lines.count; i++)
			if (unit_words(lines.texts[i], &words, err) < 0)
				return -1;
	}
	if (docker_option(&words, names, array_count(names), &values, err) < 0)
		return -1;
	found->path = text_copy(values.count > 0 ? values.texts[0] : CONTAINERD_CONFIG, err);
	return found->path == NULL ? -1 : 0;
}

int doctor_containerd_path(const struct doctor *doctor, char **path, struct error *err)
{
	cleanup(found_clear) struct found found = { .doctor = doctor };

	if (find_path(&found, err) < 0)
		return -1;
	*path = take(found.path);
	return 0;
}

int doctor_containerd_dump(const char *path, struct run_answer *answer, struct error *err)
{
	const char *program = doctor_program_path("containerd");
	const char *const argv[] = { program, "--config", path, "config", "dump", NULL };
	const struct run run = { program, argv, NULL };

	if (program == NULL)
		return error_set(err, ERROR_SYSTEM, "containerd is not installed here");
	if (run_program(&run, answer, err) < 0)
		return -1;
	return answer->exit_code == 0
		? 0
		: error_set(err, ERROR_SYSTEM, "containerd --config %s config dump: %s", path,
			  run_first_line(answer));
}

/* Other files may replace the tables of this one: what containerd makes of all of them counts. */
static int read_merged(struct found *found, struct error *err)
{
	cleanup(run_answer_clear) struct run_answer merged = { 0 };

	if (!doctor_may_run(found->doctor))
		return 0;
	if (doctor_containerd_dump(found->path, &merged, err) < 0)
		return -1;
	containerd_clear(&found->config);
	if (containerd_parse(&found->config, merged.said.text, err) < 0)
		return -1;
	found->config.imports = false;
	return 0;
}

/* With config.imports still true behind it, the imported files were not read. */
static int read_found(struct found *found, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };

	if (find_path(found, err) < 0 ||
		host_read(found->doctor->root, found->path, &text, &found->there, err) < 0 ||
		containerd_parse(&found->config, text.text, err) < 0)
		return -1;
	return found->config.imports ? read_merged(found, err) : 0;
}

static int judge_spec(const struct found *found, const char *file, struct doctor_answer *answer,
	struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	cleanup(doctor_decref) json_t *spec = NULL;
	const json_t *hook;
	struct error wrong = { 0 };
	struct json document;
	bool there;

	if (host_read_bytes(found->doctor->root, file, &text, &there, err) < 0)
		return -1;
	if (!there)
		return doctor_found(answer, "spec-missing", file, found->path, err);
	if (json_validate(text.text, text.length, &document, &wrong) < 0)
		return doctor_found(answer, "spec-broken", file, wrong.text, err);
	spec = json_loadb(text.text, text.length, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL);
	hook = doctor_our_hook(spec);
	if (hook == NULL)
		return doctor_found(answer, "no-hook", file, found->path, err);
	if (doctor_judge_json_hook(found->doctor, file, hook, answer, err) < 0)
		return -1;
	if (strcmp(answer->key, "right") == 0)
		answer->key = "base-spec";
	return 0;
}

static int judge_program(const struct found *found, const struct containerd_runtime *runtime,
	struct doctor_answer *answer, struct error *err)
{
	const struct text_list none = { 0 };
	char where[PATH_MAX];
	const struct told told = { where, runtime->program, &none };

	snprintf(where, sizeof(where), "%s in %s", runtime->name, found->path);
	if (doctor_judge_runtime(found->doctor, &told, answer, err) < 0)
		return -1;
	if (strcmp(answer->key, "right") != 0)
		return 0;
	return doctor_found(answer, "binary", where, runtime->program, err);
}

static bool is_ours(const struct containerd_runtime *runtime)
{
	return (runtime->program != NULL &&
		       strncmp(path_base(runtime->program), "oci-runmask", 11) == 0) ||
		(runtime->base_spec != NULL && runtime->base_spec[0] != '\0');
}

static bool is_default(const struct found *found, const struct containerd_runtime *runtime)
{
	const char *name = found->config.default_runtime;

	return strcmp(runtime->name, name != NULL && name[0] != '\0' ? name : "runc") == 0;
}

/* The next of ours behind "after" (NULL: the first), the default one before all others. */
static const struct containerd_runtime *next_ours(
	const struct found *found, bool heeded, const struct containerd_runtime *after)
{
	const struct containerd_runtime *end = found->config.runtimes + found->config.count;
	const struct containerd_runtime *first = found->config.runtimes;

	for (const struct containerd_runtime *runtime = first; after == NULL && runtime < end;
		runtime++)
		if (is_ours(runtime) && is_default(found, runtime) &&
			containerd_heeds(&found->config, runtime) == heeded)
			return runtime;
	if (after != NULL && !is_default(found, after))
		first = after + 1;
	for (const struct containerd_runtime *runtime = first; runtime < end; runtime++)
		if (is_ours(runtime) && !is_default(found, runtime) &&
			containerd_heeds(&found->config, runtime) == heeded)
			return runtime;
	return NULL;
}

/* A door that is right is not yet one for all pods, nor one that the daemon has read. */
static int judge_right(const struct found *found, const struct containerd_runtime *runtime,
	struct doctor_answer *answer, struct error *err)
{
	/* containerd reads both when it starts */
	const char *files[] = { found->path, runtime->base_spec };

	if (strcmp(answer->key, "base-spec") != 0 && strcmp(answer->key, "binary") != 0)
		return 0;
	for (size_t i = 0; i < array_count(files); i++) {
		bool changed;

		if (files[i] == NULL || files[i][0] == '\0')
			continue;
		if (doctor_changed_since(found->doctor, files[i], found->pid, &changed, err) < 0)
			return -1;
		if (changed)
			return doctor_found(answer, "changed", files[i], NULL, err);
	}
	if (is_default(found, runtime))
		return 0;
	return doctor_found(answer, "handler", runtime->name, found->path, err);
}

/* NRI is on unless the file says otherwise since 2.0, and off before. */
static int nri_is_on(const struct found *found, bool *on, struct error *err)
{
	cleanup(text_clear) char *version = NULL;

	*on = found->config.nri_on;
	if (*on || found->config.nri_off)
		return 0;
	if (doctor_version(found->doctor, "containerd", &version, err) < 0)
		return -1;
	*on = version != NULL ? !package_is_older(version, 2, 0) : found->config.version >= 3;
	return 0;
}

/* NRI's hook-injector reads hooks.d directories, as long as it runs. */
static int judge_nri(const struct found *found, struct doctor_answer *answer, struct error *err)
{
	bool asked = found->config.nri_on && found->config.version > 1, on;
	pid_t pid;

	if (process_find(found->doctor, "hook-injector", NULL, &pid, err) < 0 ||
		nri_is_on(found, &on, err) < 0)
		return -1;
	if (pid != 0 && !on)
		return doctor_found(answer, "nri-off", found->path, NULL, err);
	if (pid != 0)
		return doctor_nri_hooks(found->doctor, pid, answer, err);
	return doctor_found(answer, asked ? "nri-gone" : "no-door", found->path, NULL, err);
}

static int judge_runtime(const struct found *found, const struct containerd_runtime *runtime,
	struct doctor_answer *answer, struct error *err)
{
	int result = runtime->base_spec != NULL && runtime->base_spec[0] != '\0'
		? judge_spec(found, runtime->base_spec, answer, err)
		: judge_program(found, runtime, answer, err);

	return result < 0 ? -1 : judge_right(found, runtime, answer, err);
}

/* A base spec without our hook may be another's: the next one may have it. */
static int judge_ours(const struct found *found, const struct containerd_runtime *runtime,
	struct doctor_answer *answer, struct error *err)
{
	if (judge_runtime(found, runtime, answer, err) < 0)
		return -1;
	while (strcmp(answer->key, "no-hook") == 0 &&
		(runtime = next_ours(found, true, runtime)) != NULL)
		if (judge_runtime(found, runtime, answer, err) < 0)
			return -1;
	return 0;
}

int doctor_containerd(const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	cleanup(found_clear) struct found found = { .doctor = doctor };
	const struct containerd_runtime *ours, *ignored;
	bool kubelet;

	if (read_found(&found, err) < 0 ||
		doctor_any_there(doctor, kubelets, array_count(kubelets), &kubelet, err) < 0)
		return -1;
	if (found.config.cri_off || !(found.config.cri || (kubelet && found.pid != 0)))
		return doctor_found(answer, "none", NULL, NULL, err);
	if (found.config.imports)
		return doctor_found(answer, "imports", found.path, NULL, err);
	ours = next_ours(&found, true, NULL);
	ignored = next_ours(&found, false, NULL);
	if (ours != NULL)
		return judge_ours(&found, ours, answer, err);
	if (ignored != NULL)
		return doctor_found(
			answer, "ignored", containerd_plugins[ignored->table], found.path, err);
	return judge_nri(&found, answer, err);
}

static int has_limits(const struct doctor *doctor, const char *file, bool *has, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	cleanup(doctor_decref) json_t *spec = NULL;
	bool there;

	if (host_read_bytes(doctor->root, file, &text, &there, err) < 0)
		return -1;
	spec = json_loadb(text.text, text.length, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL);
	*has = json_array_size(json_object_get(json_object_get(spec, "process"), "rlimits")) > 0;
	return 0;
}

int doctor_containerd_limits(
	const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	cleanup(found_clear) struct found found = { .doctor = doctor };
	const struct containerd_runtime *runtime = NULL;
	bool has;

	if (doctor_found(answer, "none", NULL, NULL, err) < 0 || read_found(&found, err) < 0)
		return -1;
	if (found.config.cri_off || found.config.imports)
		return 0;
	while ((runtime = next_ours(&found, true, runtime)) != NULL) {
		const char *file = runtime->base_spec;

		if (file == NULL || file[0] == '\0')
			continue;
		if (has_limits(doctor, file, &has, err) < 0 ||
			doctor_found(answer, has ? "limits" : "free", file, NULL, err) < 0)
			return -1;
		if (has)
			return 0;
	}
	return 0;
}
