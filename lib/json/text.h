/* SPDX-License-Identifier: Apache-2.0 */
/* text: iterates over the decoded bytes of a JSON string. Inside lib/json only. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "json/json.h"

#define JSON_ESCAPE_LENGTH 6 /* \uXXXX */

struct json_text {
	const char *at, *end;
	uint32_t pending; /* the bytes of a \u escape that are still to come, the next one lowest */
	unsigned pending_count;
};

/* The decoded bytes of a string slice (quotes included). */
struct json_text json_text(struct json string);

/* The next byte, 0 to 255; -1 at the end. */
int json_text_next(struct json_text *text);

/* Are the two string slices the same text, decoded? */
bool json_text_same(struct json a, struct json b);

/* The value of four hexadecimal digits. */
uint32_t json_hex(const char *digits);
