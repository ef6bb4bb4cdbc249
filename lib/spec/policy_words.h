/* SPDX-License-Identifier: Apache-2.0 */
/* policy_words: the words of the policy's enumerations; one table each, for reading and printing.
 */
#pragma once

#include "spec/policy.h"

extern const char *const strategy_words[3];
extern const char *const on_shared_words[3];
extern const char *const on_foreign_words[2];
extern const char *const on_error_words[2];
extern const char *const annotations_words[3];
extern const char *const log_words[2];

/* Every key's value when the file does not say. */
int policy_begin(struct policy *policy, const char *source, struct error *err) must_check;
