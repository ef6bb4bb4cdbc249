/* SPDX-License-Identifier: Apache-2.0 */
/* hook: the hook's program and the runtime door, looked at and tried. */
#include <string.h>

#include "doctor/doctor_internal.h"
#include "doctor/trial.h"

#ifndef LIBEXECDIR
#define LIBEXECDIR "/usr/libexec"
#endif

int doctor_any_there(const struct doctor *doctor, const char *const *paths, size_t count,
	bool *there, struct error *err)
{
	*there = false;
	for (size_t i = 0; i < count && paths[i] != NULL && !*there; i++)
		if (tree_has(doctor->root, paths[i], there, NULL, err) < 0)
			return -1;
	return 0;
}

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
		*problem = "is not a regular file";
	else if ((status.st_mode & 0111) != 0111)
		*problem = "is not executable for all";
	else if (status.st_mode & (S_IWGRP | S_IWOTH))
		*problem = "can be written by others than its owner";
	return 0;
}

/* Does the host have a directory of one of the policy's channels? */
static int channel_in_sight(const struct doctor *doctor, bool *in_sight, struct error *err)
{
	*in_sight = false;
	for (size_t i = 0; i < channel_count && !*in_sight; i++)
		if ((doctor->policy.channels & channel_bit(i)) &&
			tree_has(doctor->root, channels[i].places[0].directory, in_sight, NULL,
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

int doctor_try_hook(const struct doctor *doctor, const char *program, const char *const *args,
	size_t count, const char **key, char **said, struct error *err)
{
	cleanup(run_answer_clear) struct run_answer answer = { 0 };
	struct error why = { 0 };

	*key = "right";
	if (!doctor_may_run(doctor))
		return 0;
	if (trial_run(program, args, count, &answer, &why) == 0)
		return judge_answer(doctor, &answer, key, said, err);
	*key = "untried";
	*said = text_copy(why.text, err);
	return *said == NULL ? -1 : 0;
}

int doctor_hook_program(
	const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	static const char path[] = LIBEXECDIR "/oci/hooks.d/oci-runmask";
	static const char *const args[] = { "oci-runmask", "createRuntime" };
	cleanup(text_clear) char *said = NULL;
	const char *problem, *key;

	if (doctor_program(doctor, path, &problem, err) < 0)
		return -1;
	if (problem != NULL)
		return doctor_found(answer, "bad", path, problem, err);
	if (doctor_try_hook(doctor, path, args, array_count(args), &key, &said, err) < 0)
		return -1;
	if (said == NULL)
		return doctor_found(answer, "there", path, NULL, err);
	return doctor_found(answer, key, path, said, err);
}

int doctor_try_runtime(const struct doctor *doctor, const char *program,
	const struct text_list *args, char **said, struct error *err)
{
	cleanup(run_answer_clear) struct run_answer answer = { 0 };
	const char *argv[20] = { program };
	const struct run run = { program, argv, NULL };
	struct error why = { 0 };
	const char *line;
	size_t count = 1;

	for (size_t i = 0; i < args->count && count < array_count(argv) - 2; i++)
		argv[count++] = args->texts[i];
	argv[count] = "--version";
	if (!doctor_may_run(doctor))
		return 0;
	if (run_program(&run, &answer, &why) < 0)
		*said = text_copy(why.text, err);
	else if (line = run_first_line(&answer),
		answer.exit_code == 0 && strncmp(line, "oci-runmask", 11) != 0)
		return 0;
	else
		*said = text_copy(line[0] != '\0' ? line : "it says nothing", err);
	return *said == NULL ? -1 : 0;
}
