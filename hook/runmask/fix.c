/* SPDX-License-Identifier: Apache-2.0 */
/* fix: the verb "fix": masks running containers without a restart, and names the processes in them
 * that have to be restarted since they still have a database of the host's nscd mapped. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/string.h"
#include "runmask/verb.h"
#include "scan/fix.h"
#include "scan/fix_report.h"
#include "scan/nscd_mappings.h"
#include "scan/running.h"
#include "spec/load.h"

/* What is asked for, and what comes of it. */
struct fix {
	bool all, dry_run, json;
	bool by_policy; /* dry_run: it is the policy's word */
	const char *pid_text;
	struct verb_words words; /* names */
	struct policy policy;
	struct running_view view;
	struct running_list list;
	struct fix_case *cases;
	const char **names; /* by case, borrowed from the list */
	size_t count, name_count;
	struct running_holder *holders;
	size_t holder_count;
};

static void fix_clear(struct fix *fix)
{
	policy_clear(&fix->policy);
	running_view_clear(&fix->view);
	running_list_clear(&fix->list);
	free(fix->cases);
	free(fix->names);
	free(fix->holders);
}

static int add_case(struct fix *fix, pid_t pid, const char *name, struct error *err)
{
	struct fix_case *subject = array_add(&fix->cases, &fix->count, sizeof(*subject), err);
	const char **own = array_add(&fix->names, &fix->name_count, sizeof(*own), err);

	if (subject == NULL || own == NULL)
		return -1;
	subject->pid = pid;
	*own = name;
	return 0;
}

static int add_row(struct fix *fix, const struct running *row, struct error *err)
{
	return add_case(fix, row->pid, row->named ? row->name : NULL, err);
}

/* ---- what is meant -------------------------------------------------------------------------- */

static int read_pid(const char *text, pid_t *pid, struct error *err)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(text, &end, 10);
	if (errno != 0 || *end != '\0' || end == text || number <= 0 || number > 0x7fffffff)
		return error_set(
			err, ERROR_INPUT, "option --pid: \"%s\" is not a process number", text);
	*pid = (pid_t)number;
	return 0;
}

/* Any process of the container will do. */
static int choose_pid(struct fix *fix, struct error *err)
{
	const char *name = NULL;
	struct inode_info info;
	char path[32];
	pid_t pid = 0;

	if (read_pid(fix->pid_text, &pid, err) < 0)
		return -1;
	snprintf(path, sizeof(path), "%d/ns/mnt", (int)pid);
	if (stat_at(fix->view.proc, path, 0, &info) == 0)
		for (size_t i = 0; i < fix->list.count; i++)
			if (fix->list.rows[i].namespace == info.inode.number &&
				fix->list.rows[i].named)
				name = fix->list.rows[i].name;
	return add_case(fix, pid, name, err);
}

static int no_such_name(const struct fix *fix, const char *name, struct error *err)
{
	const char *nearest = NULL;
	const char **names = calloc(fix->list.count + 1, sizeof(*names));
	size_t count = 0;

	for (size_t i = 0; names != NULL && i < fix->list.count; i++)
		if (fix->list.rows[i].kind == RUNNING_CONTAINER)
			names[count++] = fix->list.rows[i].name;
	if (names != NULL)
		nearest = error_nearest(name, names, count);
	error_set(err, ERROR_INPUT,
		nearest ? "no running container is called \"%s\" (did you mean \"%s\"?)"
			: "no running container is called \"%s\" (see runmask scan)",
		name, nearest);
	free(names);
	return -1;
}

static int choose_name(struct fix *fix, const char *name, struct error *err)
{
	size_t before = fix->count;

	for (size_t i = 0; i < fix->list.count; i++)
		if (strcmp(fix->list.rows[i].name, name) == 0 &&
			add_row(fix, &fix->list.rows[i], err) < 0)
			return -1;
	return fix->count > before ? 0 : no_such_name(fix, name, err);
}

static int choose(struct fix *fix, struct error *err)
{
	if (fix->pid_text != NULL)
		return choose_pid(fix, err);
	for (int i = 0; i < fix->words.count; i++)
		if (choose_name(fix, fix->words.words[i], err) < 0)
			return -1;
	for (size_t i = 0; fix->all && i < fix->list.count; i++)
		if (fix->list.rows[i].kind == RUNNING_CONTAINER &&
			fix->list.rows[i].worst == REACH_EXPOSED &&
			add_row(fix, &fix->list.rows[i], err) < 0)
			return -1;
	return 0;
}

/* ---- what is said --------------------------------------------------------------------------- */

static int by_number(const void *left, const void *right)
{
	const ino_t *a = left, *b = right;

	return *a < *b ? -1 : *a > *b;
}

/* Of the channels only those with a database are looked after so: nscd's. */
static int find_holders(struct fix *fix, struct error *err)
{
	ino_t *namespaces = calloc(fix->count + 1, sizeof(*namespaces));
	size_t count = 0;
	int result;

	if (namespaces == NULL)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	for (size_t i = 0; i < fix->count; i++)
		if (fix->cases[i].outcome == FIX_MASKED || fix->cases[i].outcome == FIX_NOTHING)
			namespaces[count++] = fix->cases[i].namespace;
	qsort(namespaces, count, sizeof(*namespaces), by_number);
	result = running_holders(
		&fix->view, namespaces, count, &fix->holders, &fix->holder_count, err);
	free(namespaces);
	return result;
}

/* One that has ended on its own leaves nothing to be masked, unless it was asked for by number. */
static bool is_failure(const struct fix *fix, const struct fix_case *subject)
{
	return subject->outcome == FIX_FAILED || subject->outcome == FIX_REFUSED ||
		(subject->outcome == FIX_ENDED && fix->pid_text != NULL);
}

static int say_failures(const struct fix *fix, bool *failed, struct error *err)
{
	for (size_t i = 0; i < fix->count; i++) {
		cleanup(buffer_clear) struct buffer line = { 0 };

		if (!is_failure(fix, &fix->cases[i]))
			continue;
		*failed = true;
		if (buffer_print(&line, err, "runmask: fix: ") < 0 ||
			fix_label(&line, &fix->cases[i], fix->names[i], err) < 0 ||
			buffer_print(&line, err, ": %s", fix->cases[i].text) < 0)
			return -1;
		complain(line.text);
	}
	return 0;
}

static int report(struct fix *fix, bool *failed, struct error *err)
{
	const struct fix_report report = { &fix->list, fix->cases, fix->names, fix->count,
		fix->holders, fix->holder_count, fix->all, fix->dry_run };
	cleanup(buffer_clear) struct buffer out = { 0 };

	if ((fix->json ? fix_json(&out, &report, err) : fix_text(&out, &report, err)) < 0 ||
		say(&out, err) < 0 || say_failures(fix, failed, err) < 0)
		return -1;
	if (fix->by_policy && !fix->json)
		complain("nothing was changed: the policy has \"dryRun\": true");
	if (fix->all && fix->list.problem.code != ERROR_NONE)
		complain(fix->list.problem.text);
	*failed = *failed || (fix->all && fix->list.unseen > 0);
	return 0;
}

/* ---- the verb ------------------------------------------------------------------------------- */

static bool is_any_mapped(channel_set set)
{
	for (size_t i = 0; i < channel_count; i++)
		if ((set & channel_bit(i)) && channels[i].mapped)
			return true;
	return false;
}

static int run(struct fix *fix, bool *failed, struct error *err)
{
	struct fix_job job = {
		.view = &fix->view, .policy = &fix->policy, .dry_run = fix->dry_run
	};

	if (fix->all + (fix->pid_text != NULL) + (fix->words.count > 0) != 1)
		return error_set(err, ERROR_INPUT,
			"needs one of these: names (as runmask scan says them), --pid N, --all");
	if (running_view_take(&fix->view, &fix->policy, err) < 0 ||
		running_find(&fix->list, &fix->view, NULL, err) < 0 || choose(fix, err) < 0)
		return -1;
	job.cases = fix->cases;
	job.count = fix->count;
	if (fix_run(&job, err) < 0)
		return -1;
	if (is_any_mapped(fix->policy.channels) && find_holders(fix, err) < 0)
		return -1;
	return report(fix, failed, err);
}

static const char about[] =
	"Masks running containers without a restart: an empty tmpfs over each directory\n"
	"in which they find the host's name service. It leaves mounts that name a channel\n"
	"on purpose. A second run does nothing. If a container fails, the others go on.\n"
	"\n"
	"Exit code: 0 nothing is exposed any more, 2 some were refused or failed.\n";

static const char example[] = "  sudo runmask fix web\n"
			      "  sudo runmask fix --all --dry-run\n";

int verb_fix(int argc, char **argv, struct error *err)
{
	cleanup(fix_clear) struct fix fix = { .view = RUNNING_VIEW_NONE };
	const char *file = NULL;
	bool failed = false;
	const struct option options[] = {
		{ "--pid", "N", "the container in which process N runs", .value = &fix.pid_text },
		{ "--all", NULL, "every container that scan calls exposed", .flag = &fix.all },
		{ "--dry-run", NULL, "say what would be masked, and change nothing",
			.flag = &fix.dry_run },
		{ "--json", NULL, "one JSON object on one line", .flag = &fix.json },
		{ "--policy", "FILE", "use its channels, onNamed, onShared and dryRun",
			.value = &file },
	};
	const struct verb_usage usage = {
		.synopsis = "fix NAME... | --pid N | --all [OPTION...]",
		.about = about,
		.example = example,
		.options = options,
		.option_count = array_count(options),
		.takes_words = true,
	};

	if (verb_begin(&usage, argc, argv, &fix.words, err) < 0)
		return verb_ended(&fix.words);
	if (policy_load(&fix.policy, file, err) < 0)
		return -1;
	fix.by_policy = fix.policy.dry_run && !fix.dry_run;
	fix.dry_run = fix.dry_run || fix.policy.dry_run;
	if (run(&fix, &failed, err) < 0)
		return -1;
	return failed ? VERB_FAILED : VERB_FINE;
}
