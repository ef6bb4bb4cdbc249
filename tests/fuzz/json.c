/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever is accepted can be walked, its parts are documents themselves, and whatever is refused
 * has a place in the text. */
#include "json/json.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
	if (!holds)
		abort();
}

/* Every part lies behind the one before it and inside the whole, and is a document. */
static void walk_check(struct json whole)
{
	struct json_walk walk = json_walk(whole);
	const char *behind = whole.text, *end = whole.text + whole.length;
	bool object = json_kind(whole) == JSON_KIND_OBJECT;
	struct json key = { 0 }, value, again;
	struct error err = { 0 };

	while (object ? json_next_member(&walk, &key, &value) : json_next_element(&walk, &value)) {
		expect(!object || (key.text > behind && key.text + key.length < value.text));
		expect(value.text > behind && value.text + value.length < end);
		expect(json_validate(value.text, value.length, &again, &err) == 0);
		expect(again.text == value.text && again.length == value.length);
		expect(!object || json_kind(key) == JSON_KIND_STRING);
		expect(!object || json_is(key, "") == (key.length == 2));
		walk_check(value);
		behind = value.text + value.length;
	}
	expect(!json_next_member(&walk, &key, &value) && !json_next_element(&walk, &value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct json document = { 0 };
	struct error err = { 0 };
	struct json_position end = json_position(text, text + size);
	size_t line, column;

	if (json_validate(text, size, &document, &err) == 0) {
		expect(err.code == ERROR_NONE && document.length > 0);
		walk_check(document);
		return 0;
	}
	expect(err.code == ERROR_INPUT && document.text == NULL);
	expect(sscanf(err.text, "%zu:%zu: ", &line, &column) == 2);
	expect(line < end.line || (line == end.line && column <= end.column));
	return 0;
}
