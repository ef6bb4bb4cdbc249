/* SPDX-License-Identifier: Apache-2.0 */
/* results: what came of it, as a table, as JSON, and against what is to be reached. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "tally.h"

static const struct tally *tally_of(const struct bench *bench, const char *name)
{
	for (size_t i = 0; name != NULL && i < bench->count; i++)
		if (strcmp(bench->cases[i].name, name) == 0)
			return &bench->tallies[i];
	return NULL;
}

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

void results_print(const struct bench *bench)
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
	if (row->faults != 0)
		json_object_set_new(object, "faults_limit", json_integer(row->faults));
	return object;
}

void results_write(const struct bench *bench, const char *path)
{
	json_t *cases = json_object();

	for (size_t i = 0; i < bench->count; i++)
		json_object_set_new(cases, bench->cases[i].name, case_json(bench, i));
	if (json_dump_file(cases, path, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) < 0)
		give_up("%s: cannot be written", path);
	json_decref(cases);
}

const char *results_beyond(const struct bench *bench, size_t i, double percent)
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
	else if (row->faults != 0 && tally_faults(&bench->tallies[i]) > row->faults)
		snprintf(sentence, sizeof(sentence), "%s: %ld page faults, to reach: %ld",
			row->title, tally_faults(&bench->tallies[i]), row->faults);
	else
		return NULL;
	return sentence;
}
