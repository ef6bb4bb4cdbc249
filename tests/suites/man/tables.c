/* SPDX-License-Identifier: Apache-2.0 */
/* tables: what the programs know and no --help shows, a fact a line, for the test of the manual
 * pages. "path CHANNEL WORD", "says CHANNEL WORDS", and the verdicts of check and of scan. */
#include <stdio.h>
#include <string.h>

#include "spec/channels.h"
#include "check/judge.h"
#include "scan/running.h"
#include "plan/verdict.h"

static void print_place(const char *channel, const struct channel_place *place)
{
	printf("path %s %s\n", channel, place->directory);
	if (place->socket != NULL)
		printf("path %s %s\n", channel, place->socket);
	for (size_t i = 0; i < CHANNEL_SHOWS_MAX && place->shows[i] != NULL; i++)
		printf("path %s %s\n", channel, place->shows[i]);
}

static void print_channel(const struct channel *channel)
{
	const char *says = strstr(channel->clients, " with ");

	for (size_t i = 0; i < CHANNEL_PLACES_MAX && channel->places[i].directory != NULL; i++)
		print_place(channel->name, &channel->places[i]);
	if (says != NULL)
		printf("says %s %.*s\n", channel->name,
			(int)(strstr(says, " in nsswitch.conf") - says - strlen(" with ")),
			says + strlen(" with "));
}

int main(void)
{
	for (size_t i = 0; i < channel_count; i++)
		print_channel(&channels[i]);
	for (int i = VERDICT_CLEAR; i <= VERDICT_EXPOSED; i++)
		printf("check %s\n", verdict_name((enum verdict)i));
	for (int i = SOCKET_UNKNOWN; i <= SOCKET_STALE; i++)
		printf("check %s\n", socket_fate_name((enum socket_fate)i));
	for (int i = REACH_CLEAR; i <= REACH_EXPOSED; i++)
		printf("scan %s\n", reach_name((enum reach)i));
	return 0;
}
