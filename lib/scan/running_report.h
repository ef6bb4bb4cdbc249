/* SPDX-License-Identifier: Apache-2.0 */
/* running_report: prints the containers of a host as text and as JSON. Pure. */
#pragma once

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "scan/running.h"

/* A table in 80 columns, then what to do about those that are exposed, and about dead sockets. */
int running_text(struct buffer *out, const struct running_list *list, channel_set channels,
	bool colour, struct error *err) must_check;

/* {"version":1,"containers":[{"pid","name","kind","channels":{"nscd":V},"listening":bool,
 * "sockets":[{"destination","source","verdict"}]}],"unseen":N} and a newline. V is "exposed",
 * "keep", "masked" or "clear"; kind "container" or "chroot"; a socket's verdict "live" or "stale",
 * its source null where it is unknown. */
int running_json(struct buffer *out, const struct running_list *list, channel_set channels,
	struct error *err) must_check;
