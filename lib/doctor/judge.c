/* SPDX-License-Identifier: Apache-2.0 */
/* judge: tries the hooks and runtimes that engines are told to run, as the engine runs them. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "doctor/doctor_internal.h"
#include "doctor/trial.h"
#include "json/json.h"

#define HOOK_NAME "oci-runmask"

/* Does the host have a directory of one of the policy's channels? */
static int channel_in_sight(const struct doctor *doctor, bool *in_sight, struct error *err)
{
	*in_sight = false;
	for (size_t i = 0; i < channel_count && !*in_sight; i++)
		if ((doctor->policy.channels & channel_bit(i)) &&
			host_has(doctor->root, channels[i].places[0].directory, in_sight, NULL,
				err) < 0)
			return -1;
	return 0;
}

/* "oci-runmask: container runmask-doctor: SENTENCE" */
static const char *sentence_of(const char *line)
{
	static const char id[] = "container runmask-doctor: ";
	const char *at = strstr(line, id);

	return at != NULL ? at + strlen(id) : line;
}

static int judge_answer(const struct doctor *doctor, struct run_answer *answer, const char **key,
	char **said, struct error *err)
{
	bool protects = answer->said.length > 0 && strstr(answer->said.text, ": would ") != NULL;
	const char *line = sentence_of(run_first_line(answer));
	bool in_sight;

	if (channel_in_sight(doctor, &in_sight, err) < 0)
		return -1;
	*key = "right";
	if (answer->exit_code != 0)
		*key = "refuses";
	else if (in_sight && !protects && doctor->policy.strategy != STRATEGY_OFF)
		*key = "idle";
	*said = text_copy(line[0] == '\0' ? "it says nothing" : line, err);
	return *said == NULL ? -1 : 0;
}

int doctor_try_hook(const struct doctor *doctor, const struct told *hook, const char **key,
	char **said, struct error *err)
{
	cleanup(run_answer_clear) struct run_answer answer = { 0 };
	struct error why = { 0 };

	*key = "right";
	if (!doctor_may_run(doctor))
		return 0;
	if (trial_run(hook->program, hook->args, &answer, &why) == 0)
		return judge_answer(doctor, &answer, key, said, err);
	*key = "untried";
	*said = text_copy(why.text, err);
	return *said == NULL ? -1 : 0;
}

/* "PROGRAM, which is not there" and the like, as the second detail. */
static int found_which(struct doctor_answer *answer, const char *key, const struct told *told,
	const char *which, struct error *err)
{
	char both[PATH_MAX + 512];

	snprintf(both, sizeof(both), "%s, which %s", told->program, which);
	return doctor_found(answer, key, told->where, both, err);
}

/* What can be said of it before it is tried. *judged: it was said, and nothing is to be tried. */
static int judge_program(const struct doctor *doctor, const struct told *told,
	struct doctor_answer *answer, bool *judged, struct error *err)
{
	const char *problem;

	*judged = true;
	if (text_list_has(told->args, "--dry-run"))
		return doctor_found(answer, "hook-dry-run", told->where, NULL, err);
	if (doctor_program(doctor, told->program, &problem, err) < 0)
		return -1;
	if (problem != NULL)
		return found_which(answer, "program", told, problem, err);
	*judged = false;
	return 0;
}

int doctor_judge_hook(const struct doctor *doctor, const struct told *hook,
	struct doctor_answer *answer, struct error *err)
{
	cleanup(text_clear) char *said = NULL;
	const char *key;
	bool judged;

	if (judge_program(doctor, hook, answer, &judged, err) < 0)
		return -1;
	if (judged)
		return 0;
	if (doctor_try_hook(doctor, hook, &key, &said, err) < 0)
		return -1;
	return doctor_found(
		answer, key, hook->where, strcmp(key, "right") == 0 ? hook->program : said, err);
}

int doctor_strings(struct text_list *words, const json_t *array, struct error *err)
{
	for (size_t i = 0; i < json_array_size(array); i++) {
		const char *word = json_string_value(json_array_get(array, i));

		if (word != NULL && text_list_add(words, word, strlen(word), err) < 0)
			return -1;
	}
	return 0;
}

int doctor_judge_json_hook(const struct doctor *doctor, const char *where, const json_t *hook,
	struct doctor_answer *answer, struct error *err)
{
	cleanup(text_list_clear) struct text_list args = { 0 };
	const struct told told = { where, json_string_value(json_object_get(hook, "path")), &args };

	if (doctor_strings(&args, json_object_get(hook, "args"), err) < 0)
		return -1;
	return doctor_judge_hook(doctor, &told, answer, err);
}

const json_t *doctor_our_hook(const json_t *spec)
{
	static const char *const stages[] = { "createRuntime", "prestart", "createContainer" };
	const json_t *hooks = json_object_get(spec, "hooks");

	for (size_t i = 0; i < array_count(stages); i++) {
		const json_t *list = json_object_get(hooks, stages[i]);

		for (size_t j = 0; j < json_array_size(list); j++) {
			const json_t *hook = json_array_get(list, j);
			const char *path = json_string_value(json_object_get(hook, "path"));

			if (path != NULL && strcmp(path_base(path), HOOK_NAME) == 0)
				return hook;
		}
	}
	return NULL;
}

/* ---- runtimes ---- */

/* Does the real runtime behind the door answer? *said: what is heard instead; NULL: it does. */
static int ask_version(const struct told *runtime, char **said, struct error *err)
{
	cleanup(run_answer_clear) struct run_answer answer = { 0 };
	const char *argv[20] = { runtime->program };
	const struct run run = { runtime->program, argv, NULL };
	struct error why = { 0 };
	const char *line;
	size_t count = 1;

	for (size_t i = 0; i < runtime->args->count && count < array_count(argv) - 2; i++)
		argv[count++] = runtime->args->texts[i];
	argv[count] = "--version";
	if (run_program(&run, &answer, &why) < 0)
		*said = text_copy(why.text, err);
	else if (line = run_first_line(&answer),
		answer.exit_code == 0 && strncmp(line, HOOK_NAME, strlen(HOOK_NAME)) != 0)
		return 0;
	else
		*said = text_copy(line[0] != '\0' ? line : "it says nothing", err);
	return *said == NULL ? -1 : 0;
}

/* The door gets a bundle that binds /run, and the hook that it puts there is tried in turn. */
static int try_door(const struct doctor *doctor, const struct told *runtime,
	struct doctor_answer *answer, struct error *err)
{
	const char *where = runtime->where;
	cleanup(buffer_clear) struct buffer after = { 0 };
	cleanup(run_answer_clear) struct run_answer heard = { 0 };
	cleanup(doctor_decref) json_t *spec = NULL;
	struct error why = { 0 };
	const char *line;
	bool in_sight;

	if (trial_door(runtime->program, runtime->args, &after, &heard, &why) < 0)
		return doctor_found(answer, "untried", where, why.text, err);
	if (channel_in_sight(doctor, &in_sight, err) < 0)
		return -1;
	line = run_first_line(&heard);
	spec = json_loadb(after.text, after.length, JSON_DECODE_INT_AS_REAL, NULL);
	if (doctor_our_hook(spec) != NULL)
		return doctor_judge_json_hook(doctor, where, doctor_our_hook(spec), answer, err);
	if (strcmp(trial_config, after.text) != 0) /* --rewrite: the mounts are changed */
		return doctor_found(answer, "right", where, runtime->program, err);
	if (strncmp(line, HOOK_NAME, strlen(HOOK_NAME)) == 0 && strstr(line, ": would ") == NULL)
		return doctor_found(answer, "refuses", where, sentence_of(line), err);
	if (doctor->policy.strategy == STRATEGY_OFF || doctor->policy.dry_run || !in_sight)
		return doctor_found(answer, "right", where, runtime->program, err);
	return doctor_found(answer, "idle", where, "it changes nothing in config.json", err);
}

int doctor_judge_runtime(const struct doctor *doctor, const struct told *runtime,
	struct doctor_answer *answer, struct error *err)
{
	const char *where = runtime->where, *program = runtime->program;
	cleanup(text_clear) char *said = NULL;
	char says[PATH_MAX];
	bool judged;

	if (strcmp(path_base(program), HOOK_NAME) == 0 && !text_list_has(runtime->args, "runtime"))
		return doctor_found(answer, "wrong-program", where, program, err);
	if (judge_program(doctor, runtime, answer, &judged, err) < 0)
		return -1;
	if (judged)
		return 0;
	if (!doctor_may_run(doctor))
		return doctor_found(answer, "right", where, program, err);
	if (ask_version(runtime, &said, err) < 0)
		return -1;
	if (said == NULL)
		return try_door(doctor, runtime, answer, err);
	snprintf(says, sizeof(says), "says: %s", said);
	return found_which(answer, "silent", runtime, says, err);
}
