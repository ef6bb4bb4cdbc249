/* SPDX-License-Identifier: Apache-2.0 */
/* containerd: parses what config.toml says of runtimes, base specs and NRI, for the CRI plugin of
 * 1.x (version 2 files) and 2.x (version 3). Pure. */
#pragma once

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/text_list.h"

#define CONTAINERD_CONFIG "/etc/containerd/config.toml"

/* Which of its plug-ins has the runtimes: by the file's version. A file's tables of the other one
 * are ignored by containerd, without a word. */
enum containerd_table { CONTAINERD_TABLE_2, CONTAINERD_TABLE_3 };

extern const char *const containerd_plugins[2]; /* by enum containerd_table */

struct containerd_runtime {
	enum containerd_table table;
	char *name;
	char *base_spec; /* base_runtime_spec; NULL: none */
	char *program;   /* options.BinaryName; NULL: containerd's own */
	char *cgroup;    /* options.SystemdCgroup, a word; NULL: none */
};

struct containerd_config {
	int version;           /* of the file; 1 where it says none */
	bool cri;              /* it has a table of the CRI plugin */
	bool cri_off;          /* disabled_plugins has it */
	bool imports;          /* it names other files, which may replace its tables */
	bool nri_on;           /* NRI's table says disable = false */
	bool nri_off;          /* … or true */
	char *default_runtime; /* default_runtime_name of the table that counts; NULL: runc */
	struct containerd_runtime *runtimes;
	size_t count;
};

/* *config must be zeroed; containerd_clear frees it, also after a failure. What is not understood
 * in the text is skipped; -1 when memory runs out. */
int containerd_parse(struct containerd_config *config, const char *text, struct error *err)
	must_check;
void containerd_clear(struct containerd_config *config);

/* Whether containerd reads this runtime's table, given the file's version. */
bool containerd_heeds(
	const struct containerd_config *config, const struct containerd_runtime *runtime);
