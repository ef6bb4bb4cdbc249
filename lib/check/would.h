/* SPDX-License-Identifier: Apache-2.0 */
/* would: says in one sentence what the hook would do with a bundle under a policy, judged by paths
 * alone: on the host the hook decides by inodes. Pure. */
#pragma once

#include "base/buffer.h"
#include "check/judge.h"
#include "spec/policy.h"

/* Appends the sentence. -1: memory ran out, or the policy refuses what the spec asks for. */
int hook_would(struct buffer *sentence, const struct policy *policy, const struct spec *spec,
	const struct judgement *judgement, struct error *err) must_check;
