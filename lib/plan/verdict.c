/* SPDX-License-Identifier: Apache-2.0 */
/* verdict: maps sight and sharing to a verdict, and a verdict to its word. */
#include "plan/verdict.h"

enum verdict verdict_of(enum sight sight, bool shares)
{
	switch (sight) {
	case SIGHT_CLEAR:
		return VERDICT_CLEAR;
	case SIGHT_COVERED:
		return VERDICT_LEAVE;
	case SIGHT_NAMED:
		return VERDICT_KEEP;
	case SIGHT_HOST:
	case SIGHT_UNKNOWN:
		break;
	}
	return shares ? VERDICT_SHARED : VERDICT_EXPOSED;
}

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = {
		[VERDICT_CLEAR] = "clear",
		[VERDICT_LEAVE] = "leave",
		[VERDICT_KEEP] = "keep",
		[VERDICT_IGNORED] = "ignored",
		[VERDICT_MASKED] = "masked",
		[VERDICT_SHARED] = "shared",
		[VERDICT_EXPOSED] = "exposed",
	};

	return names[verdict];
}
