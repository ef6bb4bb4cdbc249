/* SPDX-License-Identifier: Apache-2.0 */
/* splice: turns edits into (offset, length, text), sorts them, and copies the bytes between. */
#include "json/splice.h"

#include <string.h>

#include "json/decode.h"

static const struct list_path {
	const char *around; /* the object that the list is in; NULL: the document */
	const char *name;
	bool made; /* what is around may be made */
} places[] = {
	[REWRITE_MOUNTS] = { NULL, "mounts", true },
	[REWRITE_HOOKS] = { "hooks", "createRuntime", true },
	[REWRITE_ENV] = { "process", "env", false },
};

/* The work on one document. */
struct splicing {
	const struct rewrite *rewrite;
	struct json_source document;
	struct splice *splices;
	size_t count;
};

static void splicing_clear(struct splicing *splicing)
{
	for (size_t i = 0; i < splicing->count; i++)
		buffer_clear(&splicing->splices[i].put);
	free(splicing->splices);
}

int rewrite_open(struct rewrite *rewrite, const char *text, size_t length, struct error *err)
{
	struct json document, key, value;
	struct json_walk walk;

	if (json_validate(text, length, &document, err) < 0)
		return -1;
	walk = json_walk(document);
	if (json_kind(document) != JSON_KIND_OBJECT || !json_next_member(&walk, &key, &value))
		return error_set(err, ERROR_INPUT, "must be an object with members");
	*rewrite = (struct rewrite){ .text = text, .length = length, .document = document };
	return 0;
}

void rewrite_clear(struct rewrite *rewrite)
{
	for (size_t i = 0; i < rewrite->edit_count; i++)
		text_clear(&rewrite->edits[i].text);
	free(rewrite->edits);
	*rewrite = (struct rewrite){ 0 };
}

struct json rewrite_list(const struct rewrite *rewrite, enum rewrite_list list)
{
	const struct list_path *place = &places[list];
	struct json around = rewrite->document, found = { 0 };

	if (place->around != NULL && !json_member(rewrite->document, place->around, &around))
		return found;
	json_members(around, &place->name, &found, 1);
	return found;
}

int rewrite_remove(struct rewrite *rewrite, enum rewrite_list list, size_t index, struct error *err)
{
	struct rewrite_edit *edit = array_add(
		&rewrite->edits, &rewrite->edit_count, sizeof(*edit), err);

	if (edit == NULL)
		return -1;
	*edit = (struct rewrite_edit){ .list = list, .removes = true, .at = index };
	return 0;
}

int rewrite_insert(struct rewrite *rewrite, enum rewrite_list list, size_t behind, const char *text,
	struct error *err)
{
	struct rewrite_edit *edit = array_add(
		&rewrite->edits, &rewrite->edit_count, sizeof(*edit), err);

	if (edit == NULL)
		return -1;
	*edit = (struct rewrite_edit){ .list = list, .at = behind };
	edit->text = text_copy(text, err);
	return edit->text == NULL ? -1 : 0;
}

/* A new splice, from a place in the text on; NULL with the error set. */
static struct buffer *splice_add(
	struct splicing *splicing, const char *at, size_t taken, struct error *err)
{
	struct splice *splice = array_add(
		&splicing->splices, &splicing->count, sizeof(*splice), err);

	if (splice == NULL)
		return NULL;
	splice->offset = (size_t)(at - splicing->rewrite->text);
	splice->taken = taken;
	splice->sequence = splicing->count;
	return &splice->put;
}

/* A point in a list: behind so many elements, of count in all. */
struct point {
	enum rewrite_list list;
	size_t behind, count;
};

/* Does the edit put an element there? */
static bool is_new(const struct rewrite_edit *edit, struct point point)
{
	size_t at = edit->at > point.count ? point.count : edit->at;

	return edit->list == point.list && !edit->removes && at == point.behind;
}

static bool has_new(const struct rewrite *rewrite, struct point point)
{
	for (size_t i = 0; i < rewrite->edit_count; i++)
		if (is_new(&rewrite->edits[i], point))
			return true;
	return false;
}

/* Adds the new elements of that point to the text, with commas between them and one in front of
 * the first if `more` come before it. */
static int put_elements(const struct rewrite *rewrite, struct point point, bool more,
	struct buffer *put, struct error *err)
{
	for (size_t i = 0; i < rewrite->edit_count; i++) {
		const struct rewrite_edit *edit = &rewrite->edits[i];

		if (!is_new(edit, point))
			continue;
		if (buffer_print(put, err, "%s%s", more ? "," : "", edit->text) < 0)
			return -1;
		more = true;
	}
	return 0;
}

static bool is_removed(const struct rewrite *rewrite, enum rewrite_list list, size_t index)
{
	for (size_t i = 0; i < rewrite->edit_count; i++)
		if (rewrite->edits[i].list == list && rewrite->edits[i].removes &&
			rewrite->edits[i].at == index)
			return true;
	return false;
}

/* One element on its way through a list: its neighbours are needed for the comma. */
struct element {
	enum rewrite_list list;
	size_t index, count;
	struct json value;
	const char *last_end; /* of the element before it */
	const char *next;     /* the element after it; NULL: none */
	bool first;           /* nothing stays before it */
};

static struct point front_of(const struct element *element)
{
	return (struct point){ element->list, 0, element->count };
}

static struct point behind(const struct element *element)
{
	return (struct point){ element->list, element->index + 1, element->count };
}

static int keep_element(struct splicing *splicing, const struct element *element, struct error *err)
{
	const struct rewrite *rewrite = splicing->rewrite;
	const char *end = element->value.text + element->value.length;
	struct buffer *put;

	if (element->index == 0 && has_new(rewrite, front_of(element))) {
		put = splice_add(splicing, element->value.text, 0, err);
		if (put == NULL || put_elements(rewrite, front_of(element), false, put, err) < 0 ||
			buffer_add(put, ",", 1, err) < 0)
			return -1;
	}
	if (!has_new(rewrite, behind(element)))
		return 0;
	put = splice_add(splicing, end, 0, err);
	return put == NULL ? -1 : put_elements(rewrite, behind(element), true, put, err);
}

/* With the comma between it and what stays; or new ones take its place. */
static int drop_element(
	struct splicing *splicing, const struct element *element, bool *replaced, struct error *err)
{
	const struct rewrite *rewrite = splicing->rewrite;
	const char *start = element->value.text, *end = start + element->value.length;
	bool front = element->index == 0 && has_new(rewrite, front_of(element));
	struct buffer *put;

	*replaced = front || has_new(rewrite, behind(element));
	if (!*replaced && !element->first)
		start = element->last_end;
	else if (!*replaced && element->next != NULL)
		end = element->next;
	put = splice_add(splicing, start, (size_t)(end - start), err);
	if (put == NULL)
		return -1;
	if (front && put_elements(rewrite, front_of(element), false, put, err) < 0)
		return -1;
	return put_elements(rewrite, behind(element), front, put, err);
}

static int splice_elements(
	struct splicing *splicing, enum rewrite_list list, struct json array, struct error *err)
{
	struct element element = { .list = list, .first = true };
	struct json_walk walk = json_walk(array);
	struct json value, next;
	bool more, replaced;

	while (json_next_element(&walk, &value))
		element.count++;
	walk = json_walk(array);
	for (more = json_next_element(&walk, &value); more; value = next, element.index++) {
		more = json_next_element(&walk, &next);
		element.value = value;
		element.next = more ? next.text : NULL;
		if (!is_removed(splicing->rewrite, list, element.index)) {
			if (keep_element(splicing, &element, err) < 0)
				return -1;
			element.first = false;
		} else {
			if (drop_element(splicing, &element, &replaced, err) < 0)
				return -1;
			element.first = element.first && !replaced;
		}
		element.last_end = value.text + value.length;
	}
	return 0;
}

/* All new elements of a list that has none yet. */
static int put_all(const struct rewrite *rewrite, enum rewrite_list list, struct buffer *put,
	struct error *err)
{
	return put_elements(rewrite, (struct point){ list, 0, 0 }, false, put, err);
}

/* The list whole, and what is around it if that is made, too. */
static int put_list(const struct rewrite *rewrite, enum rewrite_list list, bool around,
	struct buffer *put, struct error *err)
{
	if (around && buffer_print(put, err, "{\"%s\":", places[list].name) < 0)
		return -1;
	if (buffer_add(put, "[", 1, err) < 0 || put_all(rewrite, list, put, err) < 0 ||
		buffer_add(put, "]", 1, err) < 0)
		return -1;
	return around ? buffer_add(put, "}", 1, err) : 0;
}

/* A value in the place of null, or a new member behind the last one. */
static int splice_missing(struct splicing *splicing, enum rewrite_list list, struct json object,
	struct json null, struct error *err)
{
	bool around = places[list].around != NULL &&
		object.text == splicing->rewrite->document.text;
	const char *name = around ? places[list].around : places[list].name;
	struct json_walk walk = json_walk(object);
	struct json key, value = { 0 };
	struct buffer *put;
	bool any = false;

	if (null.text != NULL) {
		put = splice_add(splicing, null.text, null.length, err);
		return put == NULL ? -1 : put_list(splicing->rewrite, list, around, put, err);
	}
	while (json_next_member(&walk, &key, &value))
		any = true;
	put = splice_add(splicing, any ? value.text + value.length : object.text + 1, 0, err);
	if (put == NULL || buffer_print(put, err, "%s\"%s\":", any ? "," : "", name) < 0)
		return -1;
	return put_list(splicing->rewrite, list, around, put, err);
}

static int splice_list(struct splicing *splicing, enum rewrite_list list, struct error *err)
{
	const struct list_path *place = &places[list];
	const struct rewrite *rewrite = splicing->rewrite;
	struct json around = rewrite->document, array = { 0 }, element;
	struct json_walk walk;
	struct buffer *put;

	if (place->around != NULL)
		json_members(rewrite->document, &place->around, &around, 1);
	if (decode_missing(around) && !place->made)
		return error_set(err, ERROR_INPUT, "%s is missing", place->around);
	if (decode_missing(around))
		return splice_missing(splicing, list, rewrite->document, around, err);
	if (decode_kind(&splicing->document, around, JSON_KIND_OBJECT, place->around, err) < 0)
		return -1;
	json_members(around, &place->name, &array, 1);
	if (decode_kind(&splicing->document, array, JSON_KIND_ARRAY, place->name, err) < 0)
		return -1;
	if (decode_missing(array))
		return splice_missing(splicing, list, around, array, err);
	walk = json_walk(array);
	if (json_next_element(&walk, &element))
		return splice_elements(splicing, list, array, err);
	put = splice_add(splicing, array.text + 1, 0, err);
	return put == NULL ? -1 : put_all(rewrite, list, put, err);
}

static int by_offset(const void *left, const void *right)
{
	const struct splice *a = left, *b = right;

	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return a->sequence < b->sequence ? -1 : a->sequence > b->sequence;
}

static int join(const struct splicing *splicing, struct buffer *out, struct error *err)
{
	const struct rewrite *rewrite = splicing->rewrite;
	size_t at = 0;

	for (size_t i = 0; i < splicing->count; i++) {
		const struct splice *splice = &splicing->splices[i];

		if (buffer_add(out, rewrite->text + at, splice->offset - at, err) < 0 ||
			buffer_add(out, splice->put.text, splice->put.length, err) < 0)
			return -1;
		at = splice->offset + splice->taken;
	}
	return buffer_add(out, rewrite->text + at, rewrite->length - at, err);
}

int rewrite_text(const struct rewrite *rewrite, struct buffer *out, struct error *err)
{
	cleanup(splicing_clear) struct splicing splicing = {
		.rewrite = rewrite,
		.document = { .text = rewrite->text, .code = ERROR_INPUT },
	};
	bool edited[array_count(places)] = { false };

	for (size_t i = 0; i < rewrite->edit_count; i++) {
		const struct rewrite_edit *edit = &rewrite->edits[i];

		/* nothing can be taken out of what is not there */
		if (!edit->removes || !decode_missing(rewrite_list(rewrite, edit->list)))
			edited[edit->list] = true;
	}
	for (size_t i = 0; i < array_count(places); i++)
		if (edited[i] && splice_list(&splicing, (enum rewrite_list)i, err) < 0)
			return -1;
	if (splicing.count > 0)
		qsort(splicing.splices, splicing.count, sizeof(*splicing.splices), by_offset);
	return join(&splicing, out, err);
}
