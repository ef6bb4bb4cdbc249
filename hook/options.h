/* SPDX-License-Identifier: Apache-2.0 */
/* options: what the files of hook/ share: the command line, the doors, and what a door reports back
 * to main. */
#pragma once

#include <stdbool.h>

#include "base/error.h"
#include "kernel/syslog.h"
#include "spec/channels.h"
#include "spec/oci.h"
#include "spec/policy.h"

/* The door behind which most words are not ours. */
#define DOOR_RUNTIME "runtime"

enum help { HELP_NONE, HELP_HELP, HELP_VERSION };

struct options {
	const char *door;   /* the first word */
	const char *policy; /* --policy, absolute; NULL: the usual places */
	int strategy;       /* --strategy, an enum strategy; -1: the policy's */
	bool dry_run;
	enum help help;
	/* of the door "runtime" */
	const char *runtime; /* --runtime, absolute; NULL: the policy's, or the first found */
	bool rewrite;
	char **rest; /* what is the runtime's: argv from there on, to its NULL */
	size_t rest_count;
};

/* What happened, for the main to print and to log. An empty sentence: nothing to say. */
struct outcome {
	char id[256];
	const char *door, *strategy, *result;
	channel_set channels;
	enum log_level level;
	int log;          /* connected, or -1 */
	bool log_decided; /* log_open was called, or the policy wants none */
	bool dry_run;     /* nothing is changed: --dry-run, or the policy key dryRun */
	char sentence[512];
};

/* Sets level, result (borrowed; a literal) and a copy of the sentence, cut where it does not
 * fit. */
void outcome_set(
	struct outcome *outcome, enum log_level level, const char *result, const char *sentence);
/* Logs a warning of its own, not on stderr: an unknown key below ANNOTATION_PREFIX. */
void outcome_annotation(const struct outcome *outcome, const char *key);
/* Sends the sentence, if there is one, to the log, and to stderr as one line when it is a warning
 * or a dry run. */
void outcome_tell(const struct outcome *outcome, const char *program);
/* Sends the error to the log and to stderr as one line. Does not exit. */
void outcome_refuse(struct outcome *outcome, const char *program, const struct error *err);

/* Rule 1: loads the policy (*policy is zeroed before and cleared by the caller) and sets *strategy
 * from it, --strategy and the container's annotation. Opens the log first, so that an invalid
 * policy is logged too; sets outcome->log, dry_run and strategy. */
int policy_in_force(struct policy *policy, enum strategy *strategy, const struct options *options,
	const struct spec *spec, struct outcome *outcome, struct error *err) must_check;

/* Rule 2, the same at every door: there is no container here to protect. 0, and the outcome says
 * why; -1 (ERROR_POLICY) where onForeign is "fail". */
int policy_foreign(const struct policy *policy, const char *why, struct outcome *outcome,
	struct error *err) must_check;

/* A door failed with *err. 0: the container starts all the same, the outcome says why, and *err is
 * cleared: onError is "warn" and the error is neither of the policy nor ERROR_FINAL, or the policy
 * key dryRun is set, with which no container is refused. Else -1. */
int policy_failed(const struct policy *policy, struct outcome *outcome, struct error *err)
	must_check;

/* Parses what follows the program's name. */
int options_parse(struct options *options, int argc, char **argv, struct error *err) must_check;

/* A row of the table of doors: open() runs the door and fills the outcome. */
struct door {
	const char *name;
	bool inside; /* the hook runs in the container's namespaces */
	int (*open)(const struct options *options, const struct door *door, struct outcome *outcome,
		struct error *err);
	const char *summary;
};

/* createRuntime, prestart and createContainer: OCI state on stdin, mounts in the container. -1: the
 * container must not start; the error says why. */
int lifecycle(const struct options *options, const struct door *door, struct outcome *outcome,
	struct error *err) must_check;
/* precreate: config.json on stdin, the changed one on stdout. -1 as above. */
int precreate(const struct options *options, const struct door *door, struct outcome *outcome,
	struct error *err) must_check;
/* Returns on failure only. */
int runtime(const struct options *options, const struct door *door, struct outcome *outcome,
	struct error *err) must_check;
