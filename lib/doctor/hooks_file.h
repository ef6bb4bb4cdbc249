/* SPDX-License-Identifier: Apache-2.0 */
/* hooks_file: a file of a hooks.d directory (oci-hooks(5), schema 1.0.0), judged as Podman and
 * CRI-O judge it, and, where it is ours, as the hook would. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text_list.h"

struct hooks_file {
	bool ours;      /* its program is called oci-runmask */
	bool limited;   /* "when" names annotations or commands: not for all containers */
	bool precreate; /* it names that stage, at which CRI-O does not start */
	char *program;  /* hook.path; NULL: none */
	struct text_list args;
	char *problem; /* why it is not right; NULL: it is */
	bool fatal;    /* the engine refuses to start, or any container */
};

/* *file must be zeroed. Fails for want of memory alone: what is wrong is in problem. */
int hooks_file_read(struct hooks_file *file, const char *text, size_t length, struct error *err)
	must_check;
void hooks_file_clear(struct hooks_file *file);
