/* SPDX-License-Identifier: Apache-2.0 */
/* bench [--rounds N] [--check PERCENT] [--set KEY=VALUE]... CASES OUTPUT: measures whole processes,
 * in turn, so that what the machine does meanwhile is shared by all; medians. CASES is a table like
 * those in tests/suites/bench/cases; {KEY} in it becomes VALUE. Prints a table and writes OUTPUT,
 * which is JSON. With --check the last line is "N passed, N failed". */
#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/buffer.h"

#define CROWD 10000
#define MEMORY_RUNS 3

_Noreturn void give_up(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("bench: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	exit(2);
}

char *file_text(const char *path, size_t *length)
{
	cleanup(buffer_clear) struct buffer buffer = { 0 };
	struct error err = { 0 };
	FILE *file = fopen(path, "re");

	if (file == NULL)
		give_up("%s: %s", path, strerror(errno));
	if (buffer_read(&buffer, fileno(file), 0, SIZE_MAX, &err) < 0)
		give_up("%s: %s", path, err.text);
	fclose(file);
	*length = buffer.length;
	return take(buffer.text);
}

/* The state with the stand-in's pid where the scene says "pid":0. */
static char *state_text(const struct bench_case *row, pid_t pid, size_t *length)
{
	static const char place[] = "\"pid\":0";
	char path[PATH_MAX], *text, *at, *state;

	snprintf(path, sizeof(path), "%s/state", row->scene);
	text = file_text(path, length);
	at = strstr(text, place);
	if (at == NULL)
		give_up("%s has no %s", path, place);
	*length = (size_t)asprintf(&state, "%.*s\"pid\":%d%s", (int)(at - text), text, (int)pid,
		at + sizeof(place) - 1);
	free(text);
	return state;
}

static void enter(int namespace)
{
	if (setns(namespace, CLONE_NEWNS) < 0)
		give_up("changing the mount namespace: %s", strerror(errno));
}

/* Making a container, and 10,000 mounts the more, leaves the processor's caches to whatever starts
 * next: one start of a program that no case measures pays for that. */
static void warm(void)
{
	static char *const argv[] = { "/bin/true", NULL };
	const struct run run = { .argv = argv };

	run_timed(&run);
}

/* One run of the case, with all that has to be there before it; *memory instead of the time. */
static struct cost measure(const struct bench *bench, const struct bench_case *row, long *memory)
{
	struct run run = {
		.argv = row->argv,
		.expected = row->fails ? 1 : 0,
		.ordinary = row->ordinary,
	};
	struct stand_in stand_in = { .pid = 0 };
	struct cost cost = { 0 };
	char *state = NULL;

	if (row->target)
		stand_in_start(&stand_in, row->scene, row->crowded ? bench->crowd : -1);
	if (strcmp(row->scene, "-") != 0)
		run.input = state = state_text(row, stand_in.pid, &run.input_length);
	if (row->crowded)
		enter(bench->crowd);
	if (row->target)
		warm();
	if (memory != NULL)
		*memory = run_memory(&run);
	else
		cost = run_timed(&run);
	if (row->crowded)
		enter(bench->own);
	if (row->target) {
		if (stand_in_sees_nscd(&stand_in) == row->masks)
			give_up("%s: the container %s nscd", row->name,
				row->masks ? "still sees" : "does not see");
		stand_in_end(&stand_in);
	}
	free(state);
	return cost;
}

/* Another order for each round: what one run leaves behind for the next (namespaces and cgroups
 * that the kernel still takes down) is not always the same one's burden. The same orders each time.
 */
static void shuffle(size_t *order, size_t count)
{
	for (size_t i = count; i > 1; i--) {
		size_t j = (size_t)random() % i, last = order[i - 1];

		order[i - 1] = order[j];
		order[j] = last;
	}
}

static void measure_all(struct bench *bench, unsigned rounds)
{
	size_t order[CASES_MAX];

	for (size_t i = 0; i < bench->count; i++)
		order[i] = i;
	for (unsigned round = 0; round < rounds; round++) {
		shuffle(order, bench->count);
		for (size_t i = 0; i < bench->count; i++) {
			const struct bench_case *row = &bench->cases[order[i]];
			struct cost cost;

			if (!bench->selected[order[i]] || round % row->every != 0)
				continue;
			cost = measure(bench, row, NULL);
			cost.round = round;
			tally_add(&bench->tallies[order[i]], &cost);
		}
	}
	for (size_t i = 0; i < bench->count; i++)
		for (int run = 0; bench->selected[i] && run < MEMORY_RUNS; run++) {
			long memory = 0;

			measure(bench, &bench->cases[i], &memory);
			tally_memory(&bench->tallies[i], memory);
		}
}

/* Others use the machine, too. Real-time where that can be; where it cannot, the next best: a
 * session's own share of the processor (sched(7), autogroup), and most of that. */
static void take_precedence(void)
{
	struct sched_param first = { .sched_priority = 1 };
	int autogroup;

	setsid();
	autogroup = open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC);
	if (autogroup >= 0 && write(autogroup, "-20", 3) < 0)
		fprintf(stderr, "bench: autogroup: %s\n", strerror(errno));
	fd_close(&autogroup);
	if (setpriority(PRIO_PROCESS, 0, -20) < 0 || sched_setscheduler(0, SCHED_FIFO, &first) < 0)
		fprintf(stderr, "bench: no precedence: %s\n", strerror(errno));
}

static bool is_compared(const struct bench_case *row)
{
	return row->limit != 0 || row->memory != 0 || row->faults != 0;
}

/* Leaves only those that are beyond, and what they are compared with; false: none is. */
static bool select_beyond(struct bench *bench, double percent)
{
	bool again[CASES_MAX] = { false }, any = false;

	for (size_t i = 0; i < bench->count; i++) {
		if (!is_compared(&bench->cases[i]) || results_beyond(bench, i, percent) == NULL)
			continue;
		again[i] = any = true;
		for (size_t j = 0; j < bench->count && bench->cases[i].against != NULL; j++)
			again[j] = again[j] ||
				strcmp(bench->cases[j].name, bench->cases[i].against) == 0;
	}
	memcpy(bench->selected, again, sizeof(again));
	return any;
}

static int compare(struct bench *bench, const struct settings *settings)
{
	unsigned passed = 0, failed = 0;

	if (select_beyond(bench, settings->check)) {
		/* noise may be it: once more, on its own */
		for (size_t i = 0; i < bench->count; i++)
			if (bench->selected[i])
				tally_clear(&bench->tallies[i]);
		measure_all(bench, settings->rounds);
		printf("\nOnce more:\n");
		results_print(bench);
	}
	for (size_t i = 0; i < bench->count; i++) {
		const char *sentence;

		if (!is_compared(&bench->cases[i]))
			continue;
		sentence = results_beyond(bench, i, settings->check);
		if (sentence != NULL)
			printf("# %s\n", sentence);
		*(sentence == NULL ? &passed : &failed) += 1;
	}
	printf("%u passed, %u failed\n", passed, failed);
	return failed == 0 ? 0 : 1;
}

static void read_options(struct settings *settings, int argc, char **argv)
{
	static const struct option options[] = {
		{ "rounds", required_argument, NULL, 'r' },
		{ "check", required_argument, NULL, 'c' },
		{ "set", required_argument, NULL, 's' },
		{ 0 },
	};

	for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (option == 'r')
			settings->rounds = (unsigned)strtoul(optarg, NULL, 10);
		else if (option == 'c')
			settings->check = strtod(optarg, NULL);
		else if (option == 's' && settings->key_count < array_count(settings->keys))
			settings->keys[settings->key_count++] = optarg;
		else
			exit(2);
	}
	if (argc - optind != 2 || settings->rounds == 0)
		give_up("usage: bench [--rounds N] [--check PERCENT] [--set KEY=VALUE]... CASES "
			"OUTPUT");
}

int main(int argc, char **argv)
{
	static struct bench bench = { .crowd = -1 };
	struct settings settings = { .rounds = 200, .check = -1 };
	int result = 0;

	read_options(&settings, argc, argv);
	cases_read(&bench, &settings, argv[optind]);
	bench.own = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	for (size_t i = 0; i < bench.count && bench.crowd < 0; i++)
		if (bench.cases[i].crowded)
			bench.crowd = crowd_make(CROWD);
	take_precedence();
	measure_all(&bench, settings.rounds);
	results_print(&bench);
	if (settings.check >= 0)
		result = compare(&bench, &settings);
	results_write(&bench, argv[optind + 1]);
	return result;
}
