/* SPDX-License-Identifier: Apache-2.0 */
#include "play.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT 20000 /* milliseconds; a run takes twenty */

void play_hook(const struct play *play, const struct stand_in *stand_in, struct hook_run *run,
	const char *const *words, const char *variable)
{
	const char *argv[24] = { NULL };
	int count = 0;

	while (*words != NULL)
		argv[count++] = *words++;
	argv[count++] = play->door;
	argv[count++] = "--policy";
	argv[count++] = play->stage.policy;
	*run = (struct hook_run){ .argv = argv, .variable = variable, .limit = LIMIT };
	hook_run(run, stand_in, strcmp(play->door, "createContainer") == 0);
}

static bool trace_has(const struct play *play, const char *word)
{
	char line[4096];
	bool has = false;
	FILE *trace = fopen(play->trace, "re");

	while (trace != NULL && !has && fgets(line, sizeof(line), trace) != NULL)
		has = strstr(line, word) != NULL;
	if (trace != NULL)
		fclose(trace);
	return has;
}

/* The control: exposed without the hook. Then a run that goes well, which is traced. */
void play_rehearse(struct play *play)
{
	const char *words[] = { "/usr/bin/strace", "-qq", "-o", play->trace, play->hook, NULL };
	const struct scene *scene = play->stage.scene;
	struct stand_in stand_in;
	struct hook_run run;
	const char *why;

	stand_in_start(&stand_in, &play->stage);
	if (stand_in_protected(&stand_in, &why))
		give_up("%s: the container is safe without the hook", scene->name);
	play_hook(play, &stand_in, &run, words, NULL);
	if (run.status != (scene->refused ? 2 << 8 : 0))
		give_up("%s %s: wait status %#x: %s", scene->name, play->door,
			(unsigned int)run.status, run.said);
	if (stand_in_protected(&stand_in, &why) == scene->refused)
		give_up("%s %s: %s", scene->name, play->door,
			scene->refused ? "refused, and protected" : why);
	stand_in_end(&stand_in);
	picture_host(&play->host, true);
}

static void complain(struct play *play, const struct point *point, const char *wrong)
{
	play->failed++;
	printf("# %s %s: %s: %s\n#   %s\n#   wait status %#x%s%s", play->stage.scene->name,
		play->door, point->name, wrong, point->line, (unsigned int)point->run->status,
		point->run->said[0] == '\0' ? "" : ", said: ",
		point->run->said[0] == '\0' ? "\n" : point->run->said);
}

static void look_at_host(struct play *play, const struct point *point)
{
	struct picture now = { 0 };
	const char *difference;
	char text[320];

	picture_host(&now, true);
	difference = picture_difference(&play->host, &now);
	if (difference != NULL) {
		snprintf(text, sizeof(text), "the host has changed: %s", difference);
		complain(play, point, text);
		picture_clear(&play->host);
		play->host = now;
		return;
	}
	picture_clear(&now);
}

static void count(struct play *play, const struct point *point)
{
	int status = point->run->status;

	if (WIFSIGNALED(status))
		play->killed++;
	else if (status == 0)
		play->unharmed++;
	else
		play->refused++;
}

void play_point(struct play *play, struct point *point, const char *const *words,
	const char *variable, const char *met)
{
	struct stand_in stand_in;
	struct picture mounts = { 0 };
	struct hook_run run;
	const char *wrong;

	stand_in_start(&stand_in, &play->stage);
	picture_mounts(&mounts, stand_in.pid, true);
	unlink(play->trace);
	play_hook(play, &stand_in, &run, words, variable);
	point->stage = &play->stage;
	point->stand_in = &stand_in;
	point->mounts = &mounts;
	point->run = &run;
	count(play, point);
	/* not met: the program, or what it found, was another than when it was traced */
	wrong = met != NULL && !trace_has(play, met) ? "strace did not make it fail"
						     : point_judge(point);
	if (wrong != NULL)
		complain(play, point, wrong);
	look_at_host(play, point);
	stand_in_end(&stand_in);
	picture_clear(&mounts);
}
