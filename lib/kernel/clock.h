/* SPDX-License-Identifier: Apache-2.0 */
/* clock: a monotonic clock in milliseconds, for timeouts. */
#pragma once

#include <time.h>

/* Milliseconds since an unspecified start; setting the system's time does not change it
 * (CLOCK_MONOTONIC, clock_gettime(2)). */
static inline long long clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}
