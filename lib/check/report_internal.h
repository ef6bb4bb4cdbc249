/* SPDX-License-Identifier: Apache-2.0 */
/* report_internal: one container summed up as findings, and the functions of each format. Inside
 * lib/check only. */
#pragma once

#include "base/wrap.h"
#include "check/remedy.h"
#include "check/report.h"

#define HELP_PAGE "https://github.com/oci-runmask/oci-runmask/blob/main/docs/troubleshooting.md"

/* Channels that are seen alike through the same mount. */
struct finding {
	enum verdict verdict;
	channel_set channels;
	size_t first;                      /* of the channels */
	const char *directory;             /* the client's own, where it is seen */
	const struct planned_mount *mount; /* NULL: none is responsible */
	/* all binds through which the first channel is exposed; indices in the container's mounts
	 */
	const size_t *mounts;
	size_t mount_count;
	bool more; /* there are more of them than are listed */
};

struct summary {
	const char *file;
	const struct manifest_container *container;
	const struct judgement *judgement;
	struct finding findings[CHANNELS_MAX]; /* what matters most comes first */
	size_t finding_count;
	const struct judged_socket *stale; /* the first socket that will go dead; NULL: none */
};

/* What a row or a line is about: a finding, or a socket that is bound as a file. */
struct item {
	const struct summary *summary;
	const struct finding *finding;     /* NULL: a socket */
	const struct planned_mount *mount; /* NULL: none is responsible */
	const char *verdict;               /* the word as printed */
};

/* The item of a finding, with the mount that its row shows. */
struct item finding_item(const struct summary *summary, const struct finding *finding);
/* The item of a socket that will go dead. */
struct item stale_item(const struct summary *summary, const struct judged_socket *socket);

/* Is it to be fixed: exposed or shared? */
bool finding_is_trouble(const struct finding *finding);
bool socket_is_trouble(const struct judged_socket *socket);

/* What the remedies are asked for. */
struct remedy_case finding_case(const struct summary *summary, const struct finding *finding);
struct remedy_case stale_case(const struct summary *summary, const struct judged_socket *socket);

/* One sentence each, of what is so and what follows from it. */
int because_finding(struct buffer *out, const struct summary *summary,
	const struct finding *finding, struct error *err) must_check;
int because_stale(struct buffer *out, const struct planned_mount *mount, struct error *err)
	must_check;

/* The line and column to show: the mount's, else the container's; 0: unknown. */
size_t line_of(const struct summary *summary, const struct planned_mount *mount);
size_t column_of(const struct summary *summary, const struct planned_mount *mount);

/* "NAME (OBJECT)" */
int print_name(struct buffer *out, const struct summary *summary, struct error *err) must_check;
/* "SOURCE -> DESTINATION", or the one path that is both. */
int print_mount(struct buffer *out, const struct planned_mount *mount, struct error *err)
	must_check;

int text_container(struct report *report, const struct summary *summary, struct error *err)
	must_check;
int text_end(struct report *report, struct buffer *out, struct error *err) must_check;
int print_counts(struct buffer *out, const struct report *report, struct error *err) must_check;
void text_groups_clear(struct report *report);

int json_container(struct report *report, const struct summary *summary, struct error *err)
	must_check;
int json_error(struct report *report, const char *file, const struct error *failure,
	struct error *err) must_check;
int json_end(struct report *report, struct buffer *out, struct error *err) must_check;

int sarif_container(struct report *report, const struct summary *summary, struct error *err)
	must_check;
int sarif_error(struct report *report, const char *file, const struct error *failure,
	struct error *err) must_check;
int sarif_end(struct report *report, struct buffer *out, struct error *err) must_check;

int lines_container(struct report *report, const struct summary *summary, struct error *err)
	must_check;
int lines_error(struct report *report, const char *file, const struct error *failure,
	struct error *err) must_check;
