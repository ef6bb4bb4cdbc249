/* SPDX-License-Identifier: Apache-2.0 */
/* scan: the verb "scan": lists the containers on this host that reach the host's name service now.
 * Enters no container. */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "kernel/capabilities.h"
#include "kernel/clock.h"
#include "runmask/verb.h"
#include "scan/running.h"
#include "scan/running_report.h"
#include "spec/load.h"

#define PATIENCE_MS 1000 /* what takes longer is worth a word about it */
#define BETWEEN_MS 100

struct progress {
	bool wanted, told;
	long long began, last;
};

static void tell(void *closure, size_t processes, size_t containers)
{
	struct progress *progress = closure;
	long long now = progress->wanted ? clock_ms() : 0;
	char line[80];

	if (!progress->wanted || now - progress->began < PATIENCE_MS ||
		now - progress->last < BETWEEN_MS)
		return;
	snprintf(line, sizeof(line), "looking: %zu processes, %zu containers", processes,
		containers);
	say_progress(line);
	progress->last = now;
	progress->told = true;
}

static int scan(struct running_list *list, const struct policy *policy, struct error *err)
{
	cleanup(running_view_clear) struct running_view view = RUNNING_VIEW_NONE;
	struct progress progress = { .wanted = isatty(STDERR_FILENO), .began = clock_ms() };
	struct running_progress teller = { tell, &progress };
	int result;

	if (running_view_take(&view, policy, err) < 0 || privilege_step(PRIVILEGE_READ, err) < 0)
		return -1;
	result = running_find(list, &view, &teller, err);
	if (progress.told)
		say_progress(NULL);
	return result;
}

static int exit_code(const struct running_list *list)
{
	if (list->unseen > 0)
		return VERB_FAILED;
	return running_exposed(list, true) > 0 ? VERB_FOUND : VERB_FINE;
}

static const char about[] =
	"Lists every container on this host, and whether it reaches the host's name\n"
	"service now, by the channels of the policy in force: exposed, keep (named on\n"
	"purpose), masked or clear. It looks from outside, and enters no container.\n"
	"\n"
	"Exit code: 0 none exposed, 1 some exposed, 2 some could not be seen.\n";

static const char example[] = "  sudo runmask scan\n"
			      "  sudo runmask scan --json | jq '.containers[].name'\n";

int verb_scan(int argc, char **argv, struct error *err)
{
	bool json = false;
	const char *file = NULL;
	const struct option options[] = {
		{ "--json", NULL, "one JSON object on one line", .flag = &json },
		{ "--policy", "FILE", "use the channels and onNamed of this policy",
			.value = &file },
	};
	const struct verb_usage usage = {
		.synopsis = "scan [OPTION...]",
		.about = about,
		.example = example,
		.options = options,
		.option_count = array_count(options),
	};
	cleanup(policy_clear) struct policy policy = { 0 };
	cleanup(running_list_clear) struct running_list list = { 0 };
	cleanup(buffer_clear) struct buffer out = { 0 };
	struct verb_words words;

	if (verb_begin(&usage, argc, argv, &words, err) < 0)
		return verb_ended(&words);
	if (policy_load(&policy, file, err) < 0 || scan(&list, &policy, err) < 0)
		return -1;
	if (list.problem.code != ERROR_NONE)
		complain(list.problem.text);
	if ((json ? running_json(&out, &list, policy.channels, err)
		  : running_text(&out, &list, policy.channels, say_in_colour(), err)) < 0 ||
		say(&out, err) < 0)
		return -1;
	return exit_code(&list);
}
