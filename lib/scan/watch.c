/* SPDX-License-Identifier: Apache-2.0 */
/* watch: a pass over all containers at the start, then one for each batch of events. */
#include "scan/watch.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/string.h"
#include "kernel/clock.h"
#include "scan/gate.h"
#include "scan/watch_known.h"

#define PASS_MS 100    /* at most one pass in this time, whatever a neighbour does */
#define TRIES_MAX 50   /* passes in which a container may become ready */
#define LINES_MAX 10   /* containers of one pass that have a line each */
#define WORDS_MAX 1000 /* of a line */

void watch_clear(struct watch *watch)
{
	running_view_clear(&watch->view);
	events_close(&watch->events);
	news_clear(&watch->news);
	fd_close(&watch->mounts);
	for (size_t i = 0; i < watch->count; i++)
		text_clear(&watch->containers[i].id);
	free(watch->containers);
	watch->containers = NULL;
	watch->count = 0;
}

static int count_all(struct watch *watch, struct error *err)
{
	memset(watch->metrics.containers, 0, sizeof(watch->metrics.containers));
	for (size_t i = 0; i < watch->count; i++)
		for (size_t j = 0; j < channel_count; j++)
			watch->metrics.containers[j][watch->containers[i].reaches[j]]++;
	return watch->counted(watch->closure, &watch->metrics, err);
}

/* ---- a pass --------------------------------------------------------------------------------- */

/* The containers of one pass. */
struct pass {
	struct watch *watch;
	const struct running_state **states; /* by case */
	struct fix_job job;
	size_t masked;
};

/* In the helper. */
static bool wanted(void *closure, const struct fix_case *subject,
	const struct running_process *process, struct error *why)
{
	const struct pass *pass = closure;

	return gate_open(
		process, pass->states[subject - pass->job.cases], pass->watch->policy, why);
}

static int say_case(struct pass *pass, const struct fix_case *subject, const char *what,
	bool problem, struct error *err)
{
	cleanup(buffer_clear) struct buffer line = { 0 };
	const char *id = pass->states[subject - pass->job.cases]->id;

	if (text_add_escaped(&line, subject->name[0] ? subject->name : id, ESCAPED_NAME, err) < 0 ||
		buffer_print(
			&line, err, " (pid %d): %s%s", (int)subject->pid, what, subject->text) < 0)
		return -1;
	return pass->watch->say(pass->watch->closure, line.text, problem, err);
}

/* It stays exposed. */
static bool is_left(const struct pass *pass, const struct fix_case *subject)
{
	return subject->outcome == FIX_REFUSED || subject->outcome == FIX_FAILED ||
		(subject->outcome == FIX_MASKED && pass->job.dry_run);
}

/* What stays exposed is said once for each container. */
static int take_case(struct pass *pass, const struct fix_case *subject, struct error *err)
{
	struct watch *watch = pass->watch;
	const char *id = pass->states[subject - pass->job.cases]->id;
	struct watched_container *container;
	bool told;

	if (subject->outcome == FIX_ENDED) {
		watch_forget(watch, id);
		return 0;
	}
	container = watch_note(watch, id, subject, err);
	if (container == NULL)
		return -1;
	told = container->told;
	container->told = is_left(pass, subject);
	if (subject->outcome == FIX_MASKED && !container->told) {
		watch->metrics.masked++;
		pass->masked++;
		return pass->masked > LINES_MAX ? 0 : say_case(pass, subject, "", false, err);
	}
	if (!container->told || told)
		return 0;
	if (subject->outcome == FIX_MASKED)
		return say_case(pass, subject, "", false, err);
	watch->metrics.errors++;
	return say_case(pass, subject, "left as it is: ", true, err);
}

static int take_cases(struct pass *pass, struct error *err)
{
	cleanup(buffer_clear) struct buffer line = { 0 };
	struct watch *watch = pass->watch;

	for (size_t i = 0; i < pass->job.count; i++)
		if (!pass->job.cases[i].unready && take_case(pass, &pass->job.cases[i], err) < 0)
			return -1;
	if (pass->masked > LINES_MAX &&
		(buffer_print(&line, err, "masked %zu containers, %d of them named above",
			 pass->masked, LINES_MAX) < 0 ||
			watch->say(watch->closure, line.text, false, err) < 0))
		return -1;
	return count_all(watch, err);
}

/* The containers to look at, and what was found. */
struct subjects {
	const struct running_state **rows; /* borrowed */
	struct fix_case *cases;
	size_t count;
};

static void subjects_clear(struct subjects *subjects)
{
	free(subjects->rows);
	free(subjects->cases);
}

/* Room for so many; none is in it yet. */
static int subjects_make(struct subjects *subjects, size_t room, struct error *err)
{
	subjects->rows = calloc(room + 1, sizeof(*subjects->rows));
	subjects->cases = calloc(room + 1, sizeof(*subjects->cases));
	if (subjects->rows == NULL || subjects->cases == NULL)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	return 0;
}

static void subjects_add(struct subjects *subjects, const struct running_state *state)
{
	subjects->cases[subjects->count].pid = state->pid;
	subjects->rows[subjects->count++] = state;
}

static int pass_over(struct watch *watch, const struct subjects *subjects, struct error *err)
{
	struct pass pass = {
		.watch = watch,
		.states = subjects->rows,
		.job = { .view = &watch->view,
			.policy = watch->policy,
			.dry_run = watch->policy->dry_run,
			.wanted = wanted,
			.cases = subjects->cases,
			.count = subjects->count },
	};

	pass.job.closure = &pass;
	if (running_view_look(&watch->view, err) < 0)
		return -1;
	if (fix_run(&pass.job, err) < 0)
		return -1;
	return take_cases(&pass, err);
}

static int pass_over_all(struct watch *watch, struct error *err)
{
	cleanup(states_free) struct running_states *states = NULL;
	cleanup(subjects_clear) struct subjects subjects = { 0 };
	bool unready = false;
	int result;

	for (size_t i = 0; i < watch->count; i++)
		watch->containers[i].seen = false;
	if (states_read(&states, err) < 0 || subjects_make(&subjects, states->count, err) < 0)
		return -1;
	for (size_t i = 0; i < states->count; i++)
		subjects_add(&subjects, &states->rows[i]);
	result = pass_over(watch, &subjects, err);
	for (size_t i = 0; result == 0 && i < subjects.count; i++)
		unready = unready || subjects.cases[i].unready;
	watch_forget_unseen(watch);
	/* where a container becomes ready no event says so */
	watch->retries = unready ? watch->retries + 1 : 0;
	watch->news.all = watch->news.all || (unready && watch->retries < TRIES_MAX);
	return result;
}

/* Containers that are new, as far as their state is written. */
struct fresh {
	struct running_state *states;
	size_t *from; /* indexes in the news */
	struct subjects subjects;
};

static void fresh_clear(struct fresh *fresh)
{
	for (size_t i = 0; i < fresh->subjects.count; i++)
		state_row_clear(&fresh->states[i]);
	free(fresh->states);
	free(fresh->from);
	subjects_clear(&fresh->subjects);
}

static int fresh_read(struct fresh *fresh, const struct news *news, struct error *err)
{
	fresh->states = calloc(news->count, sizeof(*fresh->states));
	fresh->from = calloc(news->count, sizeof(*fresh->from));
	if (fresh->states == NULL || fresh->from == NULL)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	if (subjects_make(&fresh->subjects, news->count, err) < 0)
		return -1;
	for (size_t i = 0; i < news->count; i++) {
		const struct event_container *container = &news->containers[i];
		struct running_state *state = &fresh->states[fresh->subjects.count];

		if (!states_read_one(
			    state, container->location, container->directory, container->id)) {
			state_row_clear(state);
			continue;
		}
		fresh->from[fresh->subjects.count] = i;
		subjects_add(&fresh->subjects, state);
	}
	return 0;
}

static int pass_over_new(struct watch *watch, struct error *err)
{
	cleanup(fresh_clear) struct fresh fresh = { 0 };
	struct news *news = &watch->news;

	if (news->count == 0)
		return 0;
	if (fresh_read(&fresh, news, err) < 0 ||
		(fresh.subjects.count > 0 && pass_over(watch, &fresh.subjects, err) < 0))
		return -1;
	for (size_t i = 0; i < news->count; i++)
		news->containers[i].tries++;
	for (size_t i = 0; i < fresh.subjects.count; i++)
		if (!fresh.subjects.cases[i].unready)
			news->containers[fresh.from[i]].tries = TRIES_MAX;
	for (size_t i = news->count; i-- > 0;)
		if (news->containers[i].tries >= TRIES_MAX) {
			events_done(&watch->events, &news->containers[i]);
			event_container_clear(&news->containers[i]);
			news->containers[i] = news->containers[--news->count];
		}
	return 0;
}

static int pass_over_news(struct watch *watch, struct error *err)
{
	struct news *news = &watch->news;
	bool all = news->all;

	watch->last = clock_ms();
	if (news->rearm && events_arm(&watch->events, &watch->news, err) < 0)
		return -1;
	if (news->lost &&
		watch->say(watch->closure,
			"the queue of events overflowed: looking at every container again", false,
			err) < 0)
		return -1;
	news->all = news->rearm = news->lost = false;
	for (size_t i = 0; i < news->ended_count; i++) {
		watch_forget(watch, news->ended[i]);
		free(news->ended[i]);
	}
	if (news->ended_count > 0 && !all && count_all(watch, err) < 0)
		return -1;
	news->ended_count = 0;
	if (all && pass_over_all(watch, err) < 0)
		return -1;
	return pass_over_new(watch, err);
}

/* ---- waiting -------------------------------------------------------------------------------- */

static bool is_any_news(const struct watch *watch)
{
	return watch->news.all || watch->news.rearm || watch->news.count > 0 ||
		watch->news.ended_count > 0;
}

/* How long to wait for events: for ever, or until the next pass may be. */
static int patience(const struct watch *watch)
{
	long long left = watch->last + PASS_MS - clock_ms();

	if (!is_any_news(watch))
		return -1;
	return left < 0 ? 0 : (int)left;
}

/* A mount on the host: of interest only if it is one over /run. */
static void look_at_run(struct watch *watch)
{
	struct inode_info run = { 0 };

	if (stat_at(AT_FDCWD, "/run", 0, &run) == 0 && inode_same(&run.inode, &watch->run.inode) &&
		run.mount == watch->run.mount)
		return;
	watch->run = run;
	watch->news.all = watch->news.rearm = true;
}

/* 1: it is to end. */
static int wait_for_news(struct watch *watch, struct error *err)
{
	struct pollfd waits[] = {
		{ .fd = watch->stop, .events = POLLIN },
		{ .fd = watch->events.inotify, .events = POLLIN },
		{ .fd = watch->mounts, .events = POLLPRI },
	};

	if (poll(waits, array_count(waits), patience(watch)) < 0)
		return errno == EINTR ? 0 : error_errno(err, "waiting for events");
	if (waits[0].revents != 0)
		return 1;
	if (waits[2].revents != 0)
		look_at_run(watch);
	return waits[1].revents != 0 ? events_read(&watch->events, &watch->news, err) : 0;
}

static int begin(struct watch *watch, struct error *err)
{
	watch->metrics.channels = watch->policy->channels;
	if (running_view_take(&watch->view, watch->policy, err) < 0 ||
		events_open(&watch->events, watch->policy->channels, err) < 0)
		return -1;
	watch->mounts = openat(watch->view.proc, "1/mountinfo", O_RDONLY | O_CLOEXEC);
	if (watch->mounts < 0)
		return error_errno(err, "opening the host's mount table");
	if (stat_at(AT_FDCWD, "/run", 0, &watch->run) < 0)
		return error_errno(err, "looking at the host's /run");
	watch->news.all = watch->news.rearm = true;
	return 0;
}

int watch_run(struct watch *watch, struct error *err)
{
	int result = begin(watch, err);

	while (result == 0) {
		if (is_any_news(watch) && patience(watch) == 0 && pass_over_news(watch, err) < 0)
			return -1;
		result = wait_for_news(watch, err);
	}
	return result < 0 ? -1 : 0;
}
