/* SPDX-License-Identifier: Apache-2.0 */
/* annotations: looks the keys up in one pass; the key for a container wins. */
#include "spec/annotations.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"

/* Who names a container inside its pod, among the annotations that the engine adds: containerd's
 * CRI plugin, and CRI-O (which copies the kubelet's labels). */
static const char *const container_name_keys[] = {
	"io.kubernetes.cri.container-name",
	"io.kubernetes.container.name",
};

/* "KEY/CONTAINER", where the engine says the name of the container in its pod; else NULL. */
static int container_key(
	char **key, const struct json_source *document, const struct json *names, struct error *err)
{
	cleanup(text_clear) char *name = NULL;

	for (size_t i = 0; i < array_count(container_name_keys) && name == NULL; i++)
		if (decode_text(document, names[i], container_name_keys[i], &name, err) < 0)
			return -1;
	if (name == NULL)
		return 0;
	if (asprintf(key, "%s/%s", ANNOTATION_STRATEGY, name) >= 0)
		return 0;
	*key = NULL;
	return error_set(err, ERROR_SYSTEM, "out of memory");
}

static bool annotation_known(const char *key)
{
	size_t length = strlen(ANNOTATION_STRATEGY);

	if (strcmp(key, ANNOTATION_STRATEGY) == 0 || strcmp(key, ANNOTATION_CHECK) == 0)
		return true;
	return strncmp(key, ANNOTATION_STRATEGY "/", length + 1) == 0 && key[length + 1] != '\0';
}

/* A slip in a key of ours would be silent otherwise. Keys of others are not decoded. */
static int find_unknown_annotation(struct spec *spec, const struct json_source *document,
	struct json annotations, struct error *err)
{
	static const char ours[] = "\"" ANNOTATION_PREFIX;
	struct json_walk walk = json_walk(annotations);
	struct json name, value;

	while (spec->unknown_annotation == NULL && json_next_member(&walk, &name, &value)) {
		if (name.length < sizeof(ours) || strncmp(name.text, ours, sizeof(ours) - 1) != 0)
			continue;
		if (decode_text(document, name, "key", &spec->unknown_annotation, err) < 0)
			return -1;
		if (annotation_known(spec->unknown_annotation))
			text_clear(&spec->unknown_annotation);
	}
	return 0;
}

int annotations_read(struct spec *spec, const struct json_source *document, struct json annotations,
	struct error *err)
{
	enum { STRATEGY, NAMES };
	const char *const names[] = { [STRATEGY] = ANNOTATION_STRATEGY,
		[NAMES] = container_name_keys[0],
		container_name_keys[1] };
	struct json found[array_count(names)], own;
	cleanup(text_clear) char *key = NULL;

	if (decode_kind(document, annotations, JSON_KIND_OBJECT, "annotations", err) < 0)
		return -1;
	json_members(annotations, names, found, array_count(names));
	if (find_unknown_annotation(spec, document, annotations, err) < 0 ||
		container_key(&key, document, &found[NAMES], err) < 0)
		return -1;
	if (key != NULL && json_member(annotations, key, &own) && !decode_missing(own))
		found[STRATEGY] = own;
	else
		text_clear(&key);
	if (decode_missing(found[STRATEGY]))
		return 0;
	spec->strategy_key = key != NULL ? take(key) : text_copy(ANNOTATION_STRATEGY, err);
	if (spec->strategy_key == NULL)
		return -1;
	return decode_text(document, found[STRATEGY], spec->strategy_key, &spec->strategy, err);
}
