/* SPDX-License-Identifier: Apache-2.0 */
/* outcome: what a door reports, said to people: one line on stderr, one datagram to syslog. */
#include <stdio.h>
#include <unistd.h>

#include "options.h"
#include "plan_words.h"

static void send_log(const struct outcome *outcome, const char *sentence)
{
	char names[128];
	const struct log_tail tail = {
		.id = outcome->id,
		.door = outcome->door,
		.strategy = outcome->strategy,
		.channel = channel_names(outcome->channels, names, sizeof(names)),
		.result = outcome->result,
	};

	log_send(outcome->log_decided ? outcome->log : log_open(), outcome->level, sentence, &tail);
}

void outcome_tell(const struct outcome *outcome, const char *program, bool dry_run)
{
	if (outcome->sentence[0] == '\0')
		return;
	if (outcome->level == LOG_LEVEL_WARNING || dry_run)
		dprintf(STDERR_FILENO, "%s: %s%s%s%s\n", program,
			outcome->id[0] == '\0' ? "" : "container ", outcome->id,
			outcome->id[0] == '\0' ? "" : ": ", outcome->sentence);
	send_log(outcome, outcome->sentence);
}

void outcome_refuse(struct outcome *outcome, const char *program, const struct error *err)
{
	dprintf(STDERR_FILENO, "%s: %s\n", program, err->text);
	outcome->level = LOG_LEVEL_ERROR;
	outcome->result = "refused";
	send_log(outcome, err->text);
}
