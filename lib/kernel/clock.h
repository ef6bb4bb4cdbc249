/* SPDX-License-Identifier: Apache-2.0 */
/* clock: how much time has passed. */
#pragma once

#include <time.h>

/* Milliseconds since some moment; setting the time does not change it (CLOCK_MONOTONIC). */
static inline long long clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}
