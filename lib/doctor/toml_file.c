/* SPDX-License-Identifier: Apache-2.0 */
/* toml_file: one pass over the text; table names and dotted keys are split into parts before
 * they are compared. */
#include "doctor/toml_file.h"

#include <string.h>

#include "base/buffer.h"

#define DEPTH_MAX 32 /* of inline tables */

struct walk {
	const char *at;
	toml_each *each;
	void *context;
};

/* Blanks, and where lines may end (in arrays), also those and comments. */
static const char *skip(const char *at, bool lines)
{
	for (;;) {
		at += strspn(at, lines ? " \t\r\n" : " \t\r");
		if (!lines || *at != '#')
			return at;
		at += strcspn(at, "\n");
	}
}

/* What a backslash and the letter behind it stand for; others stand for themselves. */
static char unescape(char letter)
{
	static const char escapes[][2] = { { 'n', '\n' }, { 't', '\t' }, { 'r', '\r' } };

	for (size_t i = 0; i < array_count(escapes); i++)
		if (escapes[i][0] == letter)
			return escapes[i][1];
	return letter;
}

static bool is_quote(char letter)
{
	return letter == '"' || letter == '\'';
}

/* A string, basic or literal, or one of several lines ("""…""", '''…'''). */
static int read_string(const char **at, struct buffer *string, struct error *err)
{
	const char quote = **at, ends[] = { quote, quote, quote, '\0' };
	bool many = strncmp(*at, ends, 3) == 0;
	size_t end = many ? 3 : 1;

	string->length = 0;
	*at += end;
	if (many && **at == '\n')
		(*at)++;
	while (**at != '\0' && (many || **at != '\n') && strncmp(*at, ends, end) != 0) {
		char letter = **at;

		if (quote == '"' && letter == '\\' && (*at)[1] != '\0' && (*at)[1] != '\n')
			letter = unescape(*++*at);
		if (buffer_add(string, &letter, 1, err) < 0)
			return -1;
		(*at)++;
	}
	*at += strncmp(*at, ends, end) == 0 ? end : 0;
	return 0;
}

/* A string or a bare word up to one of the ends; nothing where there is neither. */
static int read_word(const char **at, const char *ends, struct text_list *words, struct error *err)
{
	cleanup(buffer_clear) struct buffer string = { 0 };
	size_t length = strcspn(*at, ends);

	if (is_quote(**at)) {
		if (read_string(at, &string, err) < 0)
			return -1;
		return text_list_add(words, string.length ? string.text : "", string.length, err);
	}
	if (length > 0 && text_list_add(words, *at, length, err) < 0)
		return -1;
	*at += length;
	return 0;
}

/* "a.b . 'c.d'": adds its names to the path. */
static int read_name(const char **at, struct text_list *path, struct error *err)
{
	for (;;) {
		*at = skip(*at, false);
		if (read_word(at, " \t\r\n.=]}#\"',", path, err) < 0)
			return -1;
		*at = skip(*at, false);
		if (**at != '.')
			return 0;
		(*at)++;
	}
}

/* *at is then right behind the closing bracket. */
static int read_array(const char **at, struct text_list *values, struct error *err)
{
	size_t open = 0;

	while (**at != '\0') {
		const char *before = *at;

		open += **at == '[';
		open -= **at == ']';
		if (read_word(at, " \t\r\n,[]#\"'", values, err) < 0)
			return -1;
		*at += *at == before; /* never stand still */
		if (open == 0)
			break;
		*at = skip(*at, true);
	}
	return 0;
}

static void shorten(struct text_list *path, size_t count)
{
	while (path->count > count)
		text_clear(&path->texts[--path->count]);
}

static int read_assignment(
	struct walk *walk, struct text_list *path, unsigned int depth, struct error *err);

static int read_inline_table(
	struct walk *walk, struct text_list *path, unsigned int depth, struct error *err)
{
	if (depth > DEPTH_MAX)
		return error_set(err, ERROR_INPUT, "tables inside tables: too deep");
	for (walk->at = skip(walk->at + 1, true); *walk->at != '\0' && *walk->at != '}';) {
		const char *before = walk->at;

		if (read_assignment(walk, path, depth, err) < 0)
			return -1;
		walk->at = skip(walk->at, true);
		walk->at += *walk->at == ',';
		walk->at += walk->at == before;
		walk->at = skip(walk->at, true);
	}
	walk->at += *walk->at == '}';
	return 0;
}

static int read_value(
	struct walk *walk, struct text_list *path, unsigned int depth, struct error *err)
{
	cleanup(text_list_clear) struct text_list values = { 0 };

	walk->at = skip(walk->at, false);
	if (*walk->at == '{')
		return read_inline_table(walk, path, depth + 1, err);
	if ((*walk->at == '[' ? read_array(&walk->at, &values, err)
			      : read_word(&walk->at, " \t\r\n,]}#", &values, err)) < 0)
		return -1;
	return walk->each(walk->context, path, &values, err);
}

/* "name = value"; the path is as before at the end. */
static int read_assignment(
	struct walk *walk, struct text_list *path, unsigned int depth, struct error *err)
{
	size_t count = path->count;
	int result = read_name(&walk->at, path, err);

	if (result == 0 && *walk->at == '=' && path->count > count) {
		walk->at++;
		result = read_value(walk, path, depth, err);
	}
	shorten(path, count);
	return result;
}

int toml_walk(const char *text, toml_each *each, void *context, struct error *err)
{
	cleanup(text_list_clear) struct text_list path = { 0 };
	struct walk walk = { .at = text, .each = each, .context = context };

	while (*(walk.at = skip(walk.at, true)) != '\0') {
		if (*walk.at == '[') {
			walk.at += 1 + (walk.at[1] == '[');
			shorten(&path, 0);
			if (read_name(&walk.at, &path, err) < 0 ||
				each(context, &path, NULL, err) < 0)
				return -1;
		} else if (read_assignment(&walk, &path, 0, err) < 0) {
			return -1;
		}
		walk.at += strcspn(walk.at, "\n");
	}
	return 0;
}

bool toml_path_is(const struct text_list *path, const char *const *names, size_t count)
{
	if (path->count != count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (names[i] != NULL && strcmp(path->texts[i], names[i]) != 0)
			return false;
	return true;
}

struct wanted {
	struct text_list path;
	struct text_list *values;
	bool *there;
};

static void wanted_clear(struct wanted *wanted)
{
	text_list_clear(&wanted->path);
}

static int note(void *context, const struct text_list *path, const struct text_list *values,
	struct error *err)
{
	struct wanted *wanted = context;

	if (values == NULL ||
		!toml_path_is(path, (const char *const *)wanted->path.texts, wanted->path.count))
		return 0;
	*wanted->there = true;
	text_list_clear(wanted->values);
	for (size_t i = 0; i < values->count; i++)
		if (text_list_add(wanted->values, values->texts[i], strlen(values->texts[i]), err) <
			0)
			return -1;
	return 0;
}

int toml_values(const char *text, const char *table, const char *key, struct text_list *values,
	bool *there, struct error *err)
{
	cleanup(wanted_clear) struct wanted wanted = { .values = values, .there = there };

	*there = false;
	if ((table[0] != '\0' && read_name(&table, &wanted.path, err) < 0) ||
		text_list_add(&wanted.path, key, strlen(key), err) < 0)
		return -1;
	return toml_walk(text, note, &wanted, err);
}
