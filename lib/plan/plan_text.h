/* SPDX-License-Identifier: Apache-2.0 */
/* plan_text: a plan as one sentence, for the log and for dry runs. Pure. */
#pragma once

#include "plan/plan.h"

enum plan_tense { PLAN_DONE, PLAN_WOULD };

/* Writes "masked \"/var/run/nscd\" (channel nscd)" or "would mask …" into text[0..size), size > 0,
 * and then what was left alone, and why. What does not fit is cut. "" when there is neither. */
void plan_sentence(const struct plan *plan, enum plan_tense tense, char *text, size_t size);

/* Writes "nscd" or "nscd,resolved" into text[0..size), cut where it does not fit; returns text. */
char *channel_names(channel_set set, char *text, size_t size);
