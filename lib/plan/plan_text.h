/* SPDX-License-Identifier: Apache-2.0 */
/* plan_text: a plan in a sentence, for the log, dry runs and check. Pure. */
#pragma once

#include "plan/plan.h"

enum plan_tense { PLAN_DONE, PLAN_WOULD };

/* "masked \"/var/run/nscd\" (channel nscd)" or "would mask …" into text; what does not fit is cut.
 * Behind it what was left alone, and why. An empty text when there is neither. */
void plan_sentence(const struct plan *plan, enum plan_tense tense, char *text, size_t size);

/* "nscd" or "nscd,resolved" into text; returns text. */
char *channel_names(channel_set set, char *text, size_t size);
