/* SPDX-License-Identifier: Apache-2.0 */
/* outcome: prints what a door reports: one line on stderr, one datagram to syslog. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "options.h"
#include "plan/plan_text.h"

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

void outcome_set(
	struct outcome *outcome, enum log_level level, const char *result, const char *sentence)
{
	outcome->level = level;
	outcome->result = result;
	snprintf(outcome->sentence, sizeof(outcome->sentence), "%s", sentence);
}

void outcome_annotation(const struct outcome *outcome, const char *key)
{
	struct outcome warning = *outcome;
	char sentence[400];

	snprintf(sentence, sizeof(sentence),
		"annotation \"%.300s\" is ignored: known are strategy, strategy/CONTAINER and "
		"check",
		key);
	warning.level = LOG_LEVEL_WARNING;
	warning.result = "ignored";
	send_log(&warning, sentence);
}

/* One write of one line: a reader of stderr gets the whole line, or nothing. */
static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *format, ...)
{
	char line[1024];
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	if ((size_t)length >= sizeof(line)) {
		length = sizeof(line);
		line[length - 1] = '\n';
	}
	while (length > 0 && write(STDERR_FILENO, line, (size_t)length) < 0 && errno == EINTR)
		continue;
}

void outcome_tell(const struct outcome *outcome, const char *program)
{
	if (outcome->sentence[0] == '\0')
		return;
	if (outcome->level == LOG_LEVEL_WARNING || outcome->dry_run)
		say("%s: %s%s%s%s\n", program, outcome->id[0] == '\0' ? "" : "container ",
			outcome->id, outcome->id[0] == '\0' ? "" : ": ", outcome->sentence);
	send_log(outcome, outcome->sentence);
}

void outcome_refuse(struct outcome *outcome, const char *program, const struct error *err)
{
	say("%s: %s\n", program, err->text);
	outcome->level = LOG_LEVEL_ERROR;
	outcome->result = "refused";
	send_log(outcome, err->text);
}
