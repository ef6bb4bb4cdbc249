/* SPDX-License-Identifier: Apache-2.0 */
/* remedy: chooses the rows that apply to one case and expands the values in them. */
#include "check/remedy.h"

#include <string.h>

#include "base/path.h"
#include "base/template.h"
#include "check/mount_layout.h"
#include "check/remedy_values.h"

static const char *const value_names[] = {
	[VALUE_NAME] = "name",
	[VALUE_SOURCES] = "sources",
	[VALUE_PLACE] = "place",
	[VALUE_NTH] = "nth",
	[VALUE_SOURCE] = "source",
	[VALUE_DESTINATION] = "destination",
	[VALUE_OPTIONS] = "options",
	[VALUE_SLAVED] = "slaved",
	[VALUE_ELSEWHERE] = "elsewhere",
	[VALUE_MOVED] = "moved",
	[VALUE_DIRECTORY] = "directory",
	[VALUE_MOUNTPOINT] = "mountpoint",
	[VALUE_BASE] = "base",
	[VALUE_LISTEN] = "listen",
	[VALUE_SLAVE] = "slave",
	[VALUE_MADE] = "made",
	[VALUE_SKIP] = "skip",
	[VALUE_HOOK] = "hook",
	[VALUE_CHANNEL] = "channel",
	[VALUE_VEIL] = "veil",
	[VALUE_COMMA] = "comma",
};

static const char *const condition_names[] = {
	[IF_SHARED] = "[shared]", /* for each bind that shares mounts with the host */
	[IF_ANY_SHARED] = "[ifshared]",
	[IF_BIDIRECTIONAL] = "[bidirectional]",
	[IF_SLAVE] = "[slave]",
	[IF_READONLY] = "[readonly]",
	[IF_API] = "[api]",
	[IF_EACH] = "[each]",     /* for each directory of a channel */
	[IF_MOUNTS] = "[mounts]", /* for each bind */
};

/* Puts the values in; what stands between ` and ` is one value of the file's language. */
static int expand(
	struct buffer *out, const struct values *values, const char *text, struct error *err)
{
	const char *texts[VALUES];
	const struct template_values put = { value_names, texts, VALUES };

	for (size_t i = 0; i < VALUES; i++)
		texts[i] = values->texts[i].length > 0 ? values->texts[i].text : NULL;
	for (bool quoted = false;; quoted = !quoted) {
		cleanup(buffer_clear) struct buffer inner = { 0 };
		size_t length = strcspn(text, "`");

		if (template_add(quoted ? &inner : out, text, length, &put, err) < 0)
			return -1;
		if (quoted &&
			dialect_add(out, values->dialect, inner.text ? inner.text : "", err) < 0)
			return -1;
		text += length;
		if (*text++ == '\0')
			return 0;
	}
}

/* Line by line; a line may begin with a condition of its own. */
static int expand_conditions(
	struct buffer *out, struct values *values, const char *text, struct error *err)
{
	while (*text) {
		size_t length = strcspn(text, "\n");
		cleanup(text_clear) char *line = NULL;
		const char *from;
		bool holds = true;

		length += text[length] == '\n';
		line = text_copy_bytes(text, length, err);
		if (!line)
			return -1;
		from = line;
		for (size_t i = 0; i < IF_EACH; i++)
			if (strncmp(line, condition_names[i], strlen(condition_names[i])) == 0) {
				from = line + strlen(condition_names[i]);
				holds = values->holds[i];
			}
		if (holds && expand(out, values, from, err) < 0)
			return -1;
		text += length;
	}
	return 0;
}

static int add_comma(struct values *values, struct error *err)
{
	values->texts[VALUE_COMMA].length = 0;
	return value_print(values, VALUE_COMMA, err, ",\n");
}

/* Where a cover must go to lie over the host's directory: below the bind that is written deepest of
 * those that show it, as engines mount by that depth. Empty: none shows it. */
static int print_veil(struct buffer *veil, const struct remedy_case *asked, const char *directory,
	struct error *err)
{
	size_t deepest = 0;

	for (size_t i = 0; i < asked->mount_count; i++) {
		const struct planned_mount *mount = &asked->container->mounts[asked->mounts[i]];
		cleanup(text_clear) char *source = malloc(strlen(mount->source) + 2);

		if (!source)
			return error_errno(err, "computing the remedies");
		host_path(source, mount->source);
		if (!path_within(directory, source) ||
			(veil->length > 0 && path_depth(mount->destination) <= deepest))
			continue;
		deepest = path_depth(mount->destination);
		veil->length = 0;
		if (buffer_print(veil, err, "%.*s%s", bare_length(mount->destination),
			    mount->destination, directory + strlen(source)) < 0)
			return -1;
	}
	return 0;
}

int remedy_veil(struct buffer *veil, const char **channel, const struct remedy_case *asked,
	size_t index, struct error *err)
{
	const struct channel *of = &channels[index / CHANNEL_PLACES_MAX];
	const struct channel_place *place = &of->places[index % CHANNEL_PLACES_MAX];
	char directory[PATH_MAX];

	veil->length = 0;
	*channel = of->name;
	if (!(asked->channels & channel_bit(index / CHANNEL_PLACES_MAX)) || !place->directory)
		return 0;
	host_path(directory, place->directory);
	return print_veil(veil, asked, directory, err);
}

/* A turn for each directory in which an exposed channel shows through the binds. */
static int expand_each(
	struct buffer *out, struct values *values, const char *text, struct error *err)
{
	struct buffer *veil = &values->texts[VALUE_VEIL];
	const char *channel;

	for (size_t i = 0; i < REMEDY_VEILS_MAX; i++) {
		if (remedy_veil(veil, &channel, values->asked, i, err) < 0)
			return -1;
		if (veil->length == 0)
			continue;
		values->texts[VALUE_CHANNEL].length = 0;
		if (value_print(values, VALUE_CHANNEL, err, "%s", channel) < 0 ||
			expand(out, values, text, err) < 0 || add_comma(values, err) < 0)
			return -1;
	}
	return 0;
}

/* Is a bind of the same source further up in the list? */
static bool source_seen(const struct values *values, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (strcmp(asked_mount(values, i)->source, asked_mount(values, index)->source) == 0)
			return true;
	return false;
}

/* A turn for each bind, or for each that is shared. */
static int expand_mounts(
	struct buffer *out, struct values *values, const char *text, bool shared, struct error *err)
{
	size_t nth = 0;

	for (size_t i = 0; i < values->asked->mount_count; i++) {
		const struct planned_mount *mount = asked_mount(values, i);
		bool shares = planned_mount_shares(
			mount, values->asked->container->rootfs_propagation);

		if (shared ? !shares : source_seen(values, i))
			continue;
		if (fill_mount(values, mount, nth++, err) < 0 ||
			expand_conditions(out, values, text, err) < 0 || add_comma(values, err) < 0)
			return -1;
	}
	return fill_mount(values, values->asked->mount, 0, err);
}

static int add_piece(
	struct buffer *out, struct values *values, const char *piece, struct error *err)
{
	for (size_t i = 0; i < array_count(condition_names); i++) {
		size_t length = strlen(condition_names[i]);

		if (strncmp(piece, condition_names[i], length) != 0)
			continue;
		if (i == IF_EACH)
			return expand_each(out, values, piece + length, err);
		if (i == IF_MOUNTS)
			return expand_mounts(out, values, piece + length, false, err);
		if (i == IF_SHARED && values->holds[IF_SHARED])
			return expand_mounts(out, values, piece + length, true, err);
		return values->holds[i] ? expand(out, values, piece + length, err) : 0;
	}
	return expand(out, values, piece, err);
}

static int print_lines(struct values *values, struct error *err)
{
	const struct remedy_case *asked = values->asked;
	size_t count = 0;

	for (size_t i = 0; i < asked->mount_count; i++)
		count += asked_mount(values, i)->line > 0;
	if (count == 0 || asked->several)
		return value_print(values, VALUE_PLACE, err, "%s",
			asked->mount_count > 1 ? "the binds" : "the bind");
	if (value_print(values, VALUE_PLACE, err, "line%s ", count > 1 ? "s" : "") < 0)
		return -1;
	for (size_t i = 0, said = 0; i < asked->mount_count; i++) {
		size_t line = asked_mount(values, i)->line;

		if (line == 0)
			continue;
		said++;
		if (value_print(values, VALUE_PLACE, err, "%s%zu",
			    said == 1               ? ""
				    : said == count ? " and "
						    : ", ",
			    line) < 0)
			return -1;
	}
	return 0;
}

static int print_existing(struct values *values, const char *key, size_t line, struct error *err)
{
	if (line == 0 || values->asked->several)
		return 0;
	return value_print(
		values, VALUE_PLACE, err, " (there is %s in line %zu: add to it)", key, line);
}

/* Where a way's lines go. */
static int fill_place(struct values *values, enum remedy_kind way, struct error *err)
{
	const struct manifest_container *container = values->asked->container;
	bool replaces = way != WAY_HOOK && way != WAY_TMPFS, lines = values->writes;

	values->texts[VALUE_PLACE].length = 0;
	if (replaces || (way == WAY_TMPFS && values->asked->shares)) {
		if (value_print(values, VALUE_PLACE, err, lines ? " Replace " : " Remove ") < 0 ||
			print_lines(values, err) < 0 ||
			value_print(values, VALUE_PLACE, err, lines ? " with" : "") < 0)
			return -1;
	} else if (lines &&
		value_print(values, VALUE_PLACE, err, " Add%s", values->dialect->where) < 0) {
		return -1;
	}
	if (lines && way == WAY_TMPFS &&
		print_existing(values, "tmpfs", container->tmpfs_line, err) < 0)
		return -1;
	if (lines && replaces && values->holds[IF_API] &&
		print_existing(values, "environment", container->environment_line, err) < 0)
		return -1;
	if (lines && way == WAY_HOOK &&
		print_existing(values, "annotations", container->annotations_line, err) < 0)
		return -1;
	return value_print(values, VALUE_PLACE, err, lines ? ":" : ".");
}

/* Another sentence than the table's where the case is another one; NULL: the table's. */
static const char *other_text(const struct values *values, enum remedy_kind way)
{
	const struct remedy_case *asked = values->asked;

	if (asked->channels == 0 && way == WAY_DIRECTORY)
		return "Bind a directory that holds the socket{listen}: a name in a directory is "
		       "looked up at each connect, so the new socket is found.{place}";
	if (way == WAY_DIRECTORY && !values->holds_socket && names_channel(values))
		return "Where {sources} is not meant to be seen, remove the bind.{place}";
	if (way == WAY_DIRECTORY && !values->holds_socket)
		return "Where nothing needs {sources}, remove the bind; else bind only those of "
		       "its "
		       "directories that are needed, each by its name.{place}";
	if (way == WAY_HOOK && asked->container->request == REQUEST_MASK)
		return "It asks for oci-runmask by name: where that is installed as its docs say, "
		       "it is protected at every start, and \"runmask scan\" shows it "
		       "masked.{skip}";
	if (way == WAY_HOOK && asked->container->request == REQUEST_OFF)
		return "Remove the annotation " ANNOTATION_STRATEGY
		       ": \"off\" keeps oci-runmask from protecting it.{skip}";
	return NULL;
}

static int remedy_make(
	struct remedy *remedy, struct values *values, enum remedy_kind way, struct error *err)
{
	const struct remedy_row *row = &values->dialect->rows[way];
	const char *text = other_text(values, way);

	remedy->way = way;
	values->writes = !(way == WAY_HOOK && values->asked->container->request != REQUEST_NONE) &&
		!(way == WAY_DIRECTORY && values->asked->channels != 0 && !values->holds_socket);
	values->texts[VALUE_COMMA].length = 0;
	if (fill_place(values, way, err) < 0 ||
		expand(&remedy->text, values, text ? text : row->text, err) < 0)
		return -1;
	for (size_t i = 0; values->writes && i < REMEDY_PIECES_MAX && row->pieces[i]; i++)
		if (add_piece(&remedy->lines, values, row->pieces[i], err) < 0)
			return -1;
	return 0;
}

/* A single socket goes into a directory. TCP is a way only for what wants the engine's API. */
static bool way_fits(const struct values *values, enum remedy_kind way)
{
	if (values->asked->channels == 0)
		return way == WAY_DIRECTORY;
	if (way == WAY_TMPFS && names_channel(values))
		return false; /* two mounts at one place */
	return way != WAY_TCP || values->holds_socket;
}

int remedies_make(
	struct remedy *remedies, size_t *count, const struct remedy_case *asked, struct error *err)
{
	cleanup(values_clear) struct values values = {
		.dialect = remedy_dialect_of(asked->container->kind),
		.asked = asked,
	};

	memset(remedies, 0, REMEDY_KINDS * sizeof(*remedies));
	*count = 0;
	if (values_fill(&values, err) < 0)
		return -1;
	for (enum remedy_kind way = 0; way < REMEDY_KINDS; way++)
		if (way_fits(&values, way) &&
			remedy_make(&remedies[(*count)++], &values, way, err) < 0)
			return -1;
	return 0;
}

void remedies_clear(struct remedy *remedies, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		buffer_clear(&remedies[i].text);
		buffer_clear(&remedies[i].lines);
	}
}

const char *remedy_kind_name(enum remedy_kind way)
{
	static const char *const names[] = {
		[WAY_HOOK] = "hook",
		[WAY_DIRECTORY] = "directory",
		[WAY_TMPFS] = "tmpfs",
		[WAY_ELSEWHERE] = "elsewhere",
		[WAY_TCP] = "tcp",
	};

	return names[way];
}
