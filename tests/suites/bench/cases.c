/* SPDX-License-Identifier: Apache-2.0 */
/* cases: the table of what is measured. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "base/buffer.h"

static char *trimmed(char *text)
{
	size_t length;

	text += strspn(text, " ");
	for (length = strlen(text); length > 0 && text[length - 1] == ' '; length--)
		text[length - 1] = '\0';
	return text;
}

/* The word with all {KEY} filled in; on the heap. */
static char *filled(const struct settings *settings, const char *word)
{
	cleanup(buffer_clear) struct buffer buffer = { 0 };
	struct error err = { 0 };

	for (const char *brace; (brace = strchr(word, '{')) != NULL;) {
		const char *value = NULL, *end = strchr(brace, '}');

		for (size_t i = 0; end != NULL && i < settings->key_count; i++)
			if (strncmp(settings->keys[i], brace + 1, (size_t)(end - brace - 1)) == 0 &&
				settings->keys[i][end - brace - 1] == '=')
				value = settings->keys[i] + (end - brace);
		if (value == NULL)
			give_up("\"%s\": no value was given for it", brace);
		if (buffer_add(&buffer, word, (size_t)(brace - word), &err) < 0 ||
			buffer_add(&buffer, value, strlen(value), &err) < 0)
			give_up("%s", err.text);
		word = end + 1;
	}
	if (buffer_add(&buffer, word, strlen(word), &err) < 0)
		give_up("%s", err.text);
	return take(buffer.text);
}

static void read_how(struct bench_case *row, const char *how)
{
	row->target = strstr(how, "fresh") != NULL || strstr(how, "masks") != NULL;
	row->masks = strstr(how, "masks") != NULL;
	row->crowded = strstr(how, "crowded") != NULL;
	row->fails = strstr(how, "finds") != NULL;
	row->ordinary = strstr(how, "ordinary") != NULL;
}

static void read_limit(struct bench_case *row, char *limit)
{
	char *end;

	row->limit = strtod(limit, &end);
	row->limit_unit = strcmp(end, "ms") == 0 ? LIMIT_MILLISECONDS : LIMIT_RATIO;
	free(limit);
}

static void read_row(struct bench *bench, const struct settings *settings, char *line)
{
	enum { NAME, TITLE, AGAINST, LIMIT, MEMORY, SCENE, HOW, EVERY, COMMAND, COLUMNS };
	struct bench_case *row = &bench->cases[bench->count];
	char *columns[COLUMNS], *word, *rest;

	if (bench->count == CASES_MAX)
		give_up("more than %d cases", CASES_MAX);
	for (size_t i = 0; i < COLUMNS; i++) {
		word = strsep(&line, "|");
		if (word == NULL)
			give_up("case %zu has %zu columns, must have %d", bench->count, i, COLUMNS);
		columns[i] = trimmed(word);
	}
	row->name = filled(settings, columns[NAME]);
	row->title = filled(settings, columns[TITLE]);
	row->against = strcmp(columns[AGAINST], "-") == 0 ? NULL : strdup(columns[AGAINST]);
	read_limit(row, filled(settings, columns[LIMIT]));
	row->memory = strtod(columns[MEMORY], &word);
	row->faults = word[0] == '/' ? strtol(word + 1, NULL, 10) : 0;
	row->scene = filled(settings, columns[SCENE]);
	read_how(row, columns[HOW]);
	row->every = (unsigned)strtoul(columns[EVERY], NULL, 10);
	rest = columns[COMMAND];
	for (size_t i = 0; i < ARGUMENTS_MAX - 1 && (word = strsep(&rest, " ")) != NULL;)
		if (word[0] != '\0')
			row->argv[i++] = filled(settings, word);
	if (row->every == 0 || row->argv[0] == NULL)
		give_up("case %s: how often, and what?", row->name);
	bench->selected[bench->count++] = true;
}

void cases_read(struct bench *bench, const struct settings *settings, const char *path)
{
	size_t length;
	char *text = file_text(path, &length), *rest = text, *line;

	while ((line = strsep(&rest, "\n")) != NULL)
		if (line[0] != '#' && line[strspn(line, " ")] != '\0')
			read_row(bench, settings, line);
	free(text);
}
