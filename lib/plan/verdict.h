/* SPDX-License-Identifier: Apache-2.0 */
/* verdict: how a channel in a container is judged by what was seen of it, whether in a running
 * container or in a file only. Pure. */
#pragma once

#include <stdbool.h>

#include "observe/sight.h"

/* From the least to the most serious. */
enum verdict {
	VERDICT_CLEAR,
	VERDICT_LEAVE,   /* already covered by the user */
	VERDICT_KEEP,    /* named on purpose */
	VERDICT_IGNORED, /* exposed, and the file says to say nothing of it (check only) */
	VERDICT_MASKED,  /* exposed, and the file asks for oci-runmask by name (check only) */
	VERDICT_SHARED,  /* exposed, and the mount is shared with the host, as asked */
	VERDICT_EXPOSED, /* or unknown, which counts as much */
};

/* shares: the bind asks for it, and (where one can look) its mount is in the host's peer group. */
enum verdict verdict_of(enum sight sight, bool shares);

/* The word as printed: "clear", "leave", "keep", "ignored", "masked", "shared" or "exposed". */
const char *verdict_name(enum verdict verdict);
