/* SPDX-License-Identifier: Apache-2.0 */
/* tally: what the runs of one case cost. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* What a run cost. */
struct cost {
	uint64_t nanoseconds; /* from before its spawn until it was reaped */
	uint64_t cpu;         /* microseconds, of it and its children */
	long faults;          /* minor ones */
	unsigned round;       /* in which it was measured */
};

struct tally {
	struct cost *costs;
	size_t count;
	long memory; /* KiB, the most of all runs */
};

void tally_add(struct tally *tally, const struct cost *cost);
void tally_memory(struct tally *tally, long kilobytes);
void tally_clear(struct tally *tally);

/* Nanoseconds. rank: of the sorted runs, 0 the fastest, 1 the slowest. */
double tally_rank(const struct tally *tally, double rank);
double tally_median(const struct tally *tally);
double tally_minimum(const struct tally *tally);

/* The median of the ratios in each round: what slows the machine down for a while slows both. */
double tally_ratio(const struct tally *tally, const struct tally *against);

/* Medians: CPU time in microseconds, minor page faults. */
double tally_cpu(const struct tally *tally);
long tally_faults(const struct tally *tally);
