/* SPDX-License-Identifier: Apache-2.0 */
/* report_parts: what the rooms of report share: one container, summed up. */
#pragma once

#include "check/remedy.h"
#include "check/report.h"

#define REPORT_WIDTH 80

/* Channels that are seen alike through the same mount. */
struct finding {
	enum verdict verdict;
	channel_set channels;
	size_t first;                      /* of the channels */
	const char *directory;             /* the client's own, where it is seen */
	const struct planned_mount *mount; /* NULL: none is responsible */
};

struct summary {
	const char *file;
	const struct manifest_container *container;
	const struct judgement *judgement;
	struct finding findings[CHANNELS_MAX]; /* what matters most comes first */
	size_t finding_count;
	const struct judged_socket *stale; /* the first socket that will go dead; NULL: none */
};

/* One sentence each, of what is so and what follows from it. */
int because_finding(struct buffer *out, const struct finding *finding, struct error *err)
	must_check;
int because_stale(struct buffer *out, const struct planned_mount *mount, struct error *err)
	must_check;

/* The line to show: the mount's, else the container's; 0: unknown. */
size_t line_of(const struct summary *summary, const struct planned_mount *mount);

int words_container(struct report *report, const struct summary *summary, struct error *err)
	must_check;
int words_end(struct report *report, struct buffer *out, struct error *err) must_check;
int table_container(struct report *report, const struct summary *summary, struct error *err)
	must_check;

/* In characters; what a terminal shows double is rare in names and paths. */
size_t words_width(const char *text);
/* Breaks the sentence into lines of the given indent. */
int words_wrap(struct buffer *out, int indent, const char *text, struct error *err) must_check;

int json_container(struct report *report, const struct summary *summary, struct error *err)
	must_check;
int json_error(struct report *report, const char *file, size_t line, size_t column,
	const char *message, struct error *err) must_check;
int json_end(struct report *report, struct buffer *out, struct error *err) must_check;
