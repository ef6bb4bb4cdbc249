/* SPDX-License-Identifier: Apache-2.0 */
/* watch_known: what watch knows of each container that it has looked at. Pure. */
#pragma once

#include "scan/watch.h"

/* The container of that id, with what it reaches now; added where it is not known. It is seen in
 * this pass. NULL: no memory. Valid until the next call. */
struct watched_container *watch_note(struct watch *watch, const char *id,
	const struct fix_case *subject, struct error *err) must_check;

/* Drops every container of that id. */
void watch_forget(struct watch *watch, const char *id);

/* Drops those that were not seen in this pass. */
void watch_forget_unseen(struct watch *watch);
