/* SPDX-License-Identifier: Apache-2.0 */
/* json_scan: what the scanner must not do: read behind the end of the text, take an escaped key for
 * another one, or an inner member for the document's. */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buffer.h"
#include "json/json.h"

/* Each begins something that goes on behind its end. */
static const char *const texts[] = {
	"{\"key\": [true, false, null, -12.5e+3, \"a\\u0041\\ud83d\\ude00\\n\"], \"k\": {}}",
	"\"\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80\"",
	"[1.25, 1e10, 0]",
	"{\"a\": 1, \"abcdefgh\": 2, \"abcdefghi\": 3, \"\\u0061b\": 4}",
	"12345",
	"truefalsenull",
};

/* A page that ends where no other may be read. */
static char *page_end(size_t size)
{
	char *pages = mmap(
		NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	cr_assert(pages != MAP_FAILED && mprotect(pages + size, size, PROT_NONE) == 0);
	return pages + size;
}

/* A crash is a read behind the end. */
Test(json_scan, reads_nothing_behind_the_end)
{
	size_t size = (size_t)sysconf(_SC_PAGESIZE);
	char *end = page_end(size);

	for (size_t i = 0; i < array_count(texts); i++)
		for (size_t length = 0; length <= strlen(texts[i]); length++) {
			struct json document = { 0 };
			struct error err = { 0 };
			const char *text = memcpy(end - length, texts[i], length);
			int result = json_validate(text, length, &document, &err);

			cr_expect_eq(result == 0, err.code == ERROR_NONE, "%s", texts[i]);
		}
}

static const struct {
	const char *text;
	bool fine;
	const char *because;
} keys[] = {
	{ "{\"a\":1,\"\\u0061\":2}", false, "the second is escaped" },
	{ "{\"\\u0061\":1,\"a\":2}", false, "the first is escaped" },
	{ "{\"abcdefgh\\u0061\":1,\"abcdefgha\":2}", false, "more than a word of the hash" },
	{ "{\"\\u0061\":1,\"\\u0062\":2}", true, "two escaped ones" },
	{ "{\"a\":1,\"b\":{\"a\":1,\"c\":{\"a\":2}}}", true, "the same at each depth" },
	{ "[{\"a\":1},{\"a\":2}]", true, "neighbours" },
};

Test(json_scan, compares_keys_decoded)
{
	for (size_t i = 0; i < array_count(keys); i++) {
		struct json document = { 0 };
		struct error err = { 0 };

		cr_expect_eq(
			json_validate(keys[i].text, strlen(keys[i].text), &document, &err) == 0,
			keys[i].fine, "%s: %s", keys[i].because, err.text);
	}
}

Test(json_scan, finds_members_of_the_document_alone)
{
	static const char text[] = "{\"root\":1,\"x\":{\"root\":2,\"y\":[{\"root\":3}]},\"z\":4}";
	static const char *const names[] = { "root", "y" };
	struct json document, found[2];
	struct json_wanted wanted = { .names = names, .found = found, .count = 2 };
	struct error err = { 0 };

	cr_assert_eq(json_validate_members(text, strlen(text), &document, &wanted, &err), 0);
	cr_expect(found[0].length == 1 && found[0].text[0] == '1', "an inner member was found");
	cr_expect_null(found[1].text, "a member of an inner object was found");
}
