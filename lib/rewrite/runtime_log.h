/* SPDX-License-Identifier: Apache-2.0 */
/* runtime_log: what goes wrong, said as a runtime says it to its engine: engines read the file that
 * they name by --log, and lose what is on stderr. */
#pragma once

#include <time.h>

#include "base/buffer.h"
#include "base/error.h"
#include "rewrite/runtime_args.h"

/* One line with its newline: JSON as runc writes it for --log-format json, else its text. Pure. */
int runtime_log_line(struct buffer *line, const char *format, time_t when, const char *sentence,
	struct error *err) must_check;

/* Appends it to the file that the arguments name, if they name one and it can be written. */
void runtime_log_append(const struct arguments *arguments, const char *sentence);
