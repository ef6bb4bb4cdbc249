/* SPDX-License-Identifier: Apache-2.0 */
/* metrics: the counters in the text format of Prometheus. */
#include "scan/metrics.h"

static int print_containers(struct buffer *out, const struct metrics *metrics, struct error *err)
{
	if (buffer_print(out, err,
		    "# HELP runmask_containers Containers by channel and verdict.\n"
		    "# TYPE runmask_containers gauge\n") < 0)
		return -1;
	for (size_t i = 0; i < channel_count; i++)
		for (size_t j = 0; (metrics->channels & channel_bit(i)) && j <= REACH_EXPOSED; j++)
			if (buffer_print(out, err,
				    "runmask_containers{channel=\"%s\",verdict=\"%s\"} %zu\n",
				    channels[i].name, reach_name((enum reach)j),
				    metrics->containers[i][j]) < 0)
				return -1;
	return 0;
}

int metrics_print(
	struct buffer *out, const struct metrics *metrics, const char *version, struct error *err)
{
	if (print_containers(out, metrics, err) < 0)
		return -1;
	return buffer_print(out, err,
		"# HELP runmask_masked_total Masks made since runmask watch began.\n"
		"# TYPE runmask_masked_total counter\n"
		"runmask_masked_total %zu\n"
		"# HELP runmask_errors_total Containers that could not be masked or looked at.\n"
		"# TYPE runmask_errors_total counter\n"
		"runmask_errors_total %zu\n"
		"# HELP runmask_build_info The version that runs.\n"
		"# TYPE runmask_build_info gauge\n"
		"runmask_build_info{version=\"%s\"} 1\n",
		metrics->masked, metrics->errors, version);
}
