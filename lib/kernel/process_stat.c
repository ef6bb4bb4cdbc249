/* SPDX-License-Identifier: Apache-2.0 */
/* process_stat: counts fields by the spaces between them. */
#include "kernel/process_stat.h"

#include <stdlib.h>
#include <string.h>

uint64_t process_stat_started(const char *text)
{
	const char *at = strrchr(text, ')');

	for (int field = 2; at != NULL && field < 22; field++)
		at = strchr(at + 1, ' ');
	return at == NULL ? 0 : strtoull(at, NULL, 10);
}
