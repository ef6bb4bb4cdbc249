/* SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

#include <stdlib.h>

#include "base/buffer.h"

void tally_add(struct tally *tally, const struct cost *cost)
{
	struct error err = { 0 };
	struct cost *added = array_add(&tally->costs, &tally->count, sizeof(*added), &err);

	if (added == NULL)
		give_up("%s", err.text);
	*added = *cost;
}

void tally_memory(struct tally *tally, long kilobytes)
{
	if (kilobytes > tally->memory)
		tally->memory = kilobytes;
}

void tally_clear(struct tally *tally)
{
	free(tally->costs);
	*tally = (struct tally){ 0 };
}

static double time_of(const struct cost *cost)
{
	return (double)cost->nanoseconds;
}

static double cpu_of(const struct cost *cost)
{
	return (double)cost->cpu;
}

static double faults_of(const struct cost *cost)
{
	return (double)cost->faults;
}

static int compare(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

/* Sorts and frees the values. */
static double pick(double *values, size_t count, double rank)
{
	double value = 0;

	if (values == NULL)
		give_up("out of memory");
	qsort(values, count, sizeof(*values), compare);
	if (count > 0)
		value = values[(size_t)(rank * (double)(count - 1) + 0.5)];
	free(values);
	return value;
}

static double ranked(const struct tally *tally, double (*of)(const struct cost *), double rank)
{
	double *values = calloc(tally->count + 1, sizeof(*values));

	for (size_t i = 0; values != NULL && i < tally->count; i++)
		values[i] = of(&tally->costs[i]);
	return pick(values, tally->count, rank);
}

double tally_ratio(const struct tally *tally, const struct tally *against)
{
	double *values = calloc(tally->count + 1, sizeof(*values));
	size_t count = 0;

	for (size_t i = 0, j = 0; values != NULL && i < tally->count; i++) {
		while (j < against->count && against->costs[j].round < tally->costs[i].round)
			j++;
		if (j < against->count && against->costs[j].round == tally->costs[i].round)
			values[count++] = time_of(&tally->costs[i]) / time_of(&against->costs[j]);
	}
	return pick(values, count, 0.5);
}

double tally_rank(const struct tally *tally, double rank)
{
	return ranked(tally, time_of, rank);
}

double tally_median(const struct tally *tally)
{
	return ranked(tally, time_of, 0.5);
}

double tally_minimum(const struct tally *tally)
{
	return ranked(tally, time_of, 0);
}

double tally_cpu(const struct tally *tally)
{
	return ranked(tally, cpu_of, 0.5);
}

long tally_faults(const struct tally *tally)
{
	return (long)ranked(tally, faults_of, 0.5);
}
