/* SPDX-License-Identifier: Apache-2.0 */
/* compose_variables: the variables of compose files, as the compose specification has them:
 * $NAME ${NAME} ${NAME:-word} ${NAME-word} ${NAME:?word} ${NAME?word} ${NAME:+word} ${NAME+word}
 * $$, where a word may hold variables itself. A value is never looked into for more. */
#pragma once

#include "base/buffer.h"
#include "manifest/manifest.h"

#define VARIABLE_DEPTH_MAX 20 /* words inside words */
#define VARIABLE_NAME_MAX 255
#define EXPANDED_MAX (1u << 20) /* bytes of a text, its variables replaced */

/* Adds text to *expanded with its variables replaced. A variable that is not set and has no word
 * becomes empty, as in compose; the first such name is left in unset, which is otherwise left
 * alone (NULL: not asked for). */
int variables_expand(struct buffer *expanded, const char *text,
	const struct manifest_context *context, char unset[VARIABLE_NAME_MAX + 1],
	struct error *err) must_check;
