/* SPDX-License-Identifier: Apache-2.0 */
/* metrics: prints watch's counters as a text file for Prometheus' node exporter. */
#pragma once

#include <stddef.h>

#include "base/buffer.h"
#include "scan/running.h"

struct metrics {
	channel_set channels;
	size_t containers[CHANNELS_MAX][REACH_EXPOSED + 1]; /* by channel and what is so now */
	size_t masked, errors;                              /* since watch began */
};

/* The text exposition format (prometheus.io/docs/instrumenting/exposition_formats). Pure. */
int metrics_print(struct buffer *out, const struct metrics *metrics, const char *version,
	struct error *err) must_check;
