/* SPDX-License-Identifier: Apache-2.0 */
/* runtime_log: writes an error to the file of --log, in a runtime's format: engines read that file,
 * and lose what is on stderr. */
#pragma once

#include <time.h>

#include "base/buffer.h"
#include "base/error.h"
#include "rewrite/runtime_args.h"

/* Appends one line with its newline: JSON as runc writes it when format is "json", else
 * runc's text form. format may be NULL; when is printed in UTC. Pure. */
int runtime_log_line(struct buffer *line, const char *format, time_t when, const char *sentence,
	struct error *err) must_check;

/* Appends such a line to the file that the arguments name; does nothing if they name none or it
 * cannot be written. */
void runtime_log_append(const struct arguments *arguments, const char *sentence);
