/* SPDX-License-Identifier: Apache-2.0 */
/* setup: writes what an engine needs to call the hook into the engine's configuration, or removes
 * it. It does not reload the engine. */
#pragma once

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"

/* "docker, podman, cri-o or containerd" */
#define SETUP_ENGINES "docker, podman, cri-o or containerd"

struct setup_request {
	const char *engine;
	const char *program; /* the runtime door, as engines call it; NULL: as installed */
	bool dry_run, undo;
};

/* *said: what was done, or with dry_run the diff; whole lines. The file is the old one or the new
 * one at each moment; what the engine's own validator refuses is not written. */
int setup_run(const struct setup_request *request, struct buffer *said, struct error *err)
	must_check;
