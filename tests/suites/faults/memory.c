/* SPDX-License-Identifier: Apache-2.0 */
/* memory: every allocation of the hook, of its libraries and of libc in it fails once. (asprintf(3)
 * asks for a second block, of the right size, and does without.) */
#include "play.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* As many as a run that goes well asks for, and as many of them as libc does before main. */
static long count_allocations(struct play *play, long *before_main)
{
	const char *words[] = { play->starved, NULL };
	char path[192], variable[224];
	struct stand_in stand_in;
	struct hook_run run;
	long count = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/allocations", play->stage.directory);
	snprintf(variable, sizeof(variable), "FAULT_COUNT=%s", path);
	stand_in_start(&stand_in, &play->stage);
	play_hook(play, &stand_in, &run, words, variable);
	stand_in_end(&stand_in);
	file = fopen(path, "re");
	if (file == NULL || fscanf(file, "%ld %ld", &count, before_main) != 2 ||
		count <= *before_main)
		give_up("%s: no allocation was counted: %s", play->starved, run.said);
	fclose(file);
	return count;
}

void play_allocations(struct play *play)
{
	long before_main = 0, count = count_allocations(play, &before_main);

	for (long i = 1; i <= count; i++) {
		const char *words[] = { play->starved, NULL };
		char name[64], variable[64];
		struct point point = { .name = name,
			.line = "",
			.reason = strerror(ENOMEM),
			.harm = i <= before_main ? HARM_BEFORE_MAIN : HARM_OR_NONE };

		snprintf(name, sizeof(name), "allocation %ld", i);
		snprintf(variable, sizeof(variable), "FAULT_ALLOCATION=%ld", i);
		play->allocations++;
		play_point(play, &point, words, variable, NULL);
	}
}
