/* SPDX-License-Identifier: Apache-2.0 */
/* sight: the table of rule 3. */
#include "observe/sight.h"

#define CLEAR SIGHT_CLEAR
#define COVERED SIGHT_COVERED
#define NAMED SIGHT_NAMED
#define HOST SIGHT_HOST
#define UNKNOWN SIGHT_UNKNOWN

enum sight sight_of(enum leads_to directory, enum leads_to socket)
{
	static const enum sight sights[][LEADS_UNKNOWN + 1] = {
		/* socket: nowhere, elsewhere, covered, host, named, unknown */
		[LEADS_NOWHERE] = { CLEAR, CLEAR, CLEAR, HOST, NAMED, UNKNOWN },
		[LEADS_ELSEWHERE] = { CLEAR, CLEAR, CLEAR, HOST, NAMED, UNKNOWN },
		[LEADS_COVERED] = { COVERED, COVERED, COVERED, HOST, NAMED, UNKNOWN },
		[LEADS_HOST] = { HOST, HOST, COVERED, HOST, NAMED, HOST },
		[LEADS_NAMED] = { NAMED, NAMED, COVERED, NAMED, NAMED, NAMED },
		[LEADS_UNKNOWN] = { UNKNOWN, UNKNOWN, UNKNOWN, HOST, NAMED, UNKNOWN },
	};

	return sights[directory][socket];
}

enum leads_to leads_worse(enum leads_to a, enum leads_to b)
{
	static const int weights[] = {
		[LEADS_NOWHERE] = 0,
		[LEADS_ELSEWHERE] = 0,
		[LEADS_COVERED] = 0,
		[LEADS_NAMED] = 1,
		[LEADS_UNKNOWN] = 2,
		[LEADS_HOST] = 3,
	};

	return weights[b] > weights[a] ? b : a;
}
