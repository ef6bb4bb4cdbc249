/* SPDX-License-Identifier: Apache-2.0 */
/* bench [--rounds N] [--check PERCENT] [--set KEY=VALUE]... CASES OUTPUT: measures whole processes,
 * in turn, so that what the machine does meanwhile is shared by all; medians. CASES is a table like
 * those in tests/bench/cases; {KEY} in it becomes VALUE. Prints a table and writes OUTPUT, which is
 * JSON. With --check the last line is "N passed, N failed". */
#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <jansson.h>
#include <limits.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "tally.h"

#define CASES_MAX 64
#define CROWD 10000
#define MEMORY_RUNS 3

struct settings {
	unsigned rounds;
	double check; /* per cent over a limit that pass; < 0: nothing is checked */
	const char *keys[16];
	size_t key_count;
};

struct bench {
	struct bench_case cases[CASES_MAX];
	struct tally tallies[CASES_MAX];
	bool selected[CASES_MAX];
	size_t count;
	int crowd, own; /* mount namespaces */
};

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

/* ---- the table of cases ---------------------------------------------------------------------- */

static char *trimmed(char *text)
{
	size_t length;

	text += strspn(text, " ");
	for (length = strlen(text); length > 0 && text[length - 1] == ' '; length--)
		text[length - 1] = '\0';
	return text;
}

/* The word with all {KEY} filled in; on the heap. */
static char *filled(const struct settings *settings, const char *word)
{
	cleanup(buffer_clear) struct buffer buffer = { 0 };
	struct error err = { 0 };

	for (const char *brace; (brace = strchr(word, '{')) != NULL;) {
		const char *value = NULL, *end = strchr(brace, '}');

		for (size_t i = 0; end != NULL && i < settings->key_count; i++)
			if (strncmp(settings->keys[i], brace + 1, (size_t)(end - brace - 1)) == 0 &&
				settings->keys[i][end - brace - 1] == '=')
				value = settings->keys[i] + (end - brace);
		if (value == NULL)
			give_up("\"%s\": no value was given for it", brace);
		if (buffer_add(&buffer, word, (size_t)(brace - word), &err) < 0 ||
			buffer_add(&buffer, value, strlen(value), &err) < 0)
			give_up("%s", err.text);
		word = end + 1;
	}
	if (buffer_add(&buffer, word, strlen(word), &err) < 0)
		give_up("%s", err.text);
	return take(buffer.text);
}

static void read_how(struct bench_case *row, const char *how)
{
	row->target = strstr(how, "fresh") != NULL || strstr(how, "masks") != NULL;
	row->masks = strstr(how, "masks") != NULL;
	row->crowded = strstr(how, "crowded") != NULL;
	row->fails = strstr(how, "finds") != NULL;
	row->ordinary = strstr(how, "ordinary") != NULL;
}

static void read_limit(struct bench_case *row, char *limit)
{
	char *end;

	row->limit = strtod(limit, &end);
	row->limit_unit = strcmp(end, "ms") == 0 ? LIMIT_MILLISECONDS : LIMIT_RATIO;
	free(limit);
}

static void read_row(struct bench *bench, const struct settings *settings, char *line)
{
	enum { NAME, TITLE, AGAINST, LIMIT, MEMORY, SCENE, HOW, EVERY, COMMAND, COLUMNS };
	struct bench_case *row = &bench->cases[bench->count];
	char *columns[COLUMNS], *word, *rest;

	if (bench->count == CASES_MAX)
		give_up("more than %d cases", CASES_MAX);
	for (size_t i = 0; i < COLUMNS; i++) {
		word = strsep(&line, "|");
		if (word == NULL)
			give_up("case %zu has %zu columns, must have %d", bench->count, i, COLUMNS);
		columns[i] = trimmed(word);
	}
	row->name = filled(settings, columns[NAME]);
	row->title = filled(settings, columns[TITLE]);
	row->against = strcmp(columns[AGAINST], "-") == 0 ? NULL : strdup(columns[AGAINST]);
	read_limit(row, filled(settings, columns[LIMIT]));
	row->memory = strtod(columns[MEMORY], NULL);
	row->scene = filled(settings, columns[SCENE]);
	read_how(row, columns[HOW]);
	row->every = (unsigned)strtoul(columns[EVERY], NULL, 10);
	rest = columns[COMMAND];
	for (size_t i = 0; i < ARGUMENTS_MAX - 1 && (word = strsep(&rest, " ")) != NULL;)
		if (word[0] != '\0')
			row->argv[i++] = filled(settings, word);
	if (row->every == 0 || row->argv[0] == NULL)
		give_up("case %s: how often, and what?", row->name);
	bench->selected[bench->count++] = true;
}

static void read_cases(struct bench *bench, const struct settings *settings, const char *path)
{
	size_t length;
	char *text = file_text(path, &length), *rest = text, *line;

	while ((line = strsep(&rest, "\n")) != NULL)
		if (line[0] != '#' && line[strspn(line, " ")] != '\0')
			read_row(bench, settings, line);
	free(text);
}

static const struct tally *tally_of(const struct bench *bench, const char *name)
{
	for (size_t i = 0; name != NULL && i < bench->count; i++)
		if (strcmp(bench->cases[i].name, name) == 0)
			return &bench->tallies[i];
	return NULL;
}

/* ---- measuring ------------------------------------------------------------------------------- */

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

/* ---- what came of it ------------------------------------------------------------------------- */

static double ratio_of(const struct bench *bench, size_t index)
{
	const struct tally *against = tally_of(bench, bench->cases[index].against);

	return against == NULL ? 0 : tally_ratio(&bench->tallies[index], against);
}

static double ratio_of_minima(const struct bench *bench, size_t index)
{
	const struct tally *against = tally_of(bench, bench->cases[index].against);

	return against == NULL ? 0 : tally_minimum(&bench->tallies[index]) / tally_minimum(against);
}

static void print_limit(const struct bench_case *row)
{
	if (row->limit == 0)
		printf(" %9s", "");
	else if (row->limit_unit == LIMIT_MILLISECONDS)
		printf(" %6.0f ms", row->limit);
	else
		printf(" %9.2f", row->limit);
}

static void print_table(const struct bench *bench)
{
	printf("%-52s %8s %9s %8s %9s %9s %8s %7s\n", "", "ratio", "to reach", "(minima)", "median",
		"minimum", "memory", "faults");
	for (size_t i = 0; i < bench->count; i++) {
		const struct bench_case *row = &bench->cases[i];
		const struct tally *tally = &bench->tallies[i];

		if (!bench->selected[i])
			continue;
		printf("%-52s", row->title);
		row->against ? printf(" %8.2f", ratio_of(bench, i)) : printf(" %8s", "");
		print_limit(row);
		row->against ? printf(" %8.2f", ratio_of_minima(bench, i)) : printf(" %8s", "");
		printf(" %6.3f ms %6.3f ms %4ld KiB %7ld\n", tally_median(tally) / 1e6,
			tally_minimum(tally) / 1e6, tally->memory, tally_faults(tally));
	}
}

static json_t *case_json(const struct bench *bench, size_t i)
{
	const struct bench_case *row = &bench->cases[i];
	const struct tally *tally = &bench->tallies[i];
	json_t *object = json_pack("{s:s, s:i, s:f, s:f, s:f, s:f, s:i, s:i}", "title", row->title,
		"runs", (int)tally->count, "median_ms", tally_median(tally) / 1e6, "min_ms",
		tally_minimum(tally) / 1e6, "p90_ms", tally_rank(tally, 0.9) / 1e6, "cpu_ms",
		tally_cpu(tally) / 1e3, "memory_kib", (int)tally->memory, "faults",
		(int)tally_faults(tally));

	if (row->against != NULL) {
		json_object_set_new(object, "against", json_string(row->against));
		json_object_set_new(object, "ratio", json_real(ratio_of(bench, i)));
		json_object_set_new(object, "ratio_min", json_real(ratio_of_minima(bench, i)));
	}
	if (row->limit != 0)
		json_object_set_new(object,
			row->limit_unit == LIMIT_MILLISECONDS ? "limit_ms" : "limit",
			json_real(row->limit));
	if (row->memory != 0)
		json_object_set_new(object, "memory_limit_kib", json_real(row->memory));
	return object;
}

static void write_json(const struct bench *bench, const char *path)
{
	json_t *cases = json_object();

	for (size_t i = 0; i < bench->count; i++)
		json_object_set_new(cases, bench->cases[i].name, case_json(bench, i));
	if (json_dump_file(cases, path, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) < 0)
		give_up("%s: cannot be written", path);
	json_decref(cases);
}

/* ---- comparing ------------------------------------------------------------------------------- */

/* What is beyond its limit by more than per cent, as a sentence; NULL when nothing is. */
static const char *beyond(const struct bench *bench, size_t i, double percent)
{
	static char sentence[160];
	const struct bench_case *row = &bench->cases[i];
	double allowed = 1 + percent / 100, value = ratio_of(bench, i);

	if (row->limit_unit == LIMIT_MILLISECONDS)
		value = tally_median(&bench->tallies[i]) / 1e6;
	if (row->limit != 0 && value > row->limit * allowed)
		snprintf(sentence, sizeof(sentence), "%s: %.2f, to reach: %.2f", row->title, value,
			row->limit);
	else if (row->memory != 0 && (double)bench->tallies[i].memory > row->memory * allowed)
		snprintf(sentence, sizeof(sentence), "%s: %ld KiB, to reach: %.0f KiB", row->title,
			bench->tallies[i].memory, row->memory);
	else
		return NULL;
	return sentence;
}

static bool is_compared(const struct bench_case *row)
{
	return row->limit != 0 || row->memory != 0;
}

/* Leaves only those that are beyond, and what they are compared with; false: none is. */
static bool select_beyond(struct bench *bench, double percent)
{
	bool again[CASES_MAX] = { false }, any = false;

	for (size_t i = 0; i < bench->count; i++) {
		if (!is_compared(&bench->cases[i]) || beyond(bench, i, percent) == NULL)
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
		print_table(bench);
	}
	for (size_t i = 0; i < bench->count; i++) {
		const char *sentence;

		if (!is_compared(&bench->cases[i]))
			continue;
		sentence = beyond(bench, i, settings->check);
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
	read_cases(&bench, &settings, argv[optind]);
	bench.own = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	for (size_t i = 0; i < bench.count && bench.crowd < 0; i++)
		if (bench.cases[i].crowded)
			bench.crowd = crowd_make(CROWD);
	take_precedence();
	measure_all(&bench, settings.rounds);
	print_table(&bench);
	if (settings.check >= 0)
		result = compare(&bench, &settings);
	write_json(&bench, argv[optind + 1]);
	return result;
}
