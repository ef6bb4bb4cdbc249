/* SPDX-License-Identifier: Apache-2.0 */
/* verdict: what is seen of a channel in a container, and what that means. Shared by the hook (which
 * sees with the kernel's eyes) and by check (which sees on paper). */
#pragma once

#include <stdbool.h>

#include "observe/sight.h"

/* In order of what matters more. */
enum verdict {
	VERDICT_CLEAR,
	VERDICT_LEAVE,   /* already covered by the user */
	VERDICT_KEEP,    /* named on purpose */
	VERDICT_IGNORED, /* exposed, and the file says to say nothing of it (check only) */
	VERDICT_MASKED,  /* exposed, and the file asks for oci-runmask by name (check only) */
	VERDICT_SHARED,  /* exposed, and the mount is shared with the host, as asked */
	VERDICT_EXPOSED, /* or doubt, which counts as much */
};

/* shares: the bind asks for it, and (where one can look) its mount is in the host's peer group. */
enum verdict verdict_of(enum sight sight, bool shares);

/* "clear", "leave", "keep", "ignored", "masked", "shared", "exposed". */
const char *verdict_name(enum verdict verdict);
