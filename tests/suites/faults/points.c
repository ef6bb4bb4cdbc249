/* SPDX-License-Identifier: Apache-2.0 */
/* points SCENE DOOR HOOK STARVED-HOOK RESULT: one scene at one door with every system call and
 * every allocation failing once, and the hook killed at every step. Says what is wrong, a line
 * each; RESULT is JSON. On a private host. */
#include "play.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_result(const struct play *play, const char *path)
{
	FILE *file = fopen(path, "we");

	if (file == NULL ||
		fprintf(file,
			"{\"scene\": \"%s\", \"door\": \"%s\", \"calls\": %d, \"points\": %d, "
			"\"allocations\": %d, "
			"\"refused\": %d, \"unharmed\": %d, \"killed\": %d, \"leftOut\": %d, "
			"\"failed\": %d}\n",
			play->stage.scene->name, play->door, play->call_count, play->points,
			play->allocations, play->refused, play->unharmed, play->killed,
			play->left_out, play->failed) < 0 ||
		fclose(file) != 0)
		give_up("%s: %s", path, strerror(errno));
}

int main(int argc, char *argv[])
{
	static struct play play;

	if (argc != 6)
		give_up("usage: points SCENE DOOR HOOK STARVED-HOOK RESULT");
	setvbuf(stdout, NULL, _IOLBF, 0);
	stage_set(&play.stage, scene_find(argv[1]));
	play.door = argv[2];
	play.hook = argv[3];
	play.starved = argv[4];
	snprintf(play.trace, sizeof(play.trace), "%s/trace", play.stage.directory);
	snprintf(play.refuse, sizeof(play.refuse), "%s/build/lab/refuse", getenv("LAB_ROOT"));
	play_rehearse(&play);
	play_calls(&play);
	play_allocations(&play);
	write_result(&play, argv[5]);
	printf("# %s, %s: %d calls, %d points and %d allocations: %d refused, %d unharmed, %d "
	       "killed, "
	       "%d wrong\n",
		play.stage.scene->name, play.door, play.call_count, play.points, play.allocations,
		play.refused, play.unharmed, play.killed, play.failed);
	stage_clear(&play.stage);
	return play.failed != 0;
}
