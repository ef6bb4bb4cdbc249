/* SPDX-License-Identifier: Apache-2.0 */
/* What the hook may change in a container's mount table: nothing outside the root; below it a tmpfs
 * of its own, a mount that was there and was moved, and what a route attaches, each exactly where
 * it belongs. */
#pragma once

#include "../faults/stage.h"

/* NULL, or a sentence, valid until the next call. The pictures are bare mount tables. */
const char *inside_check(
	const struct stand_in *stand_in, const struct picture *before, const struct picture *now);

/* The control: NULL, or a mount that inside_check takes for something else. The stage's scene must
 * be one with the proof PROOF_ROUTE. */
const char *inside_mistaken(const struct stage *stage);
