/* SPDX-License-Identifier: Apache-2.0 */
/* host_units: reads systemd units with their drop-ins, and versions from package databases, below
 * the root. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "doctor/host_files.h"
#include "doctor/package_db.h"

/* systemd.unit(5), "System Unit Search Path"; what comes first wins. */
static const char *const unit_directories[] = {
	"/etc/systemd/system.control",
	"/run/systemd/system.control",
	"/run/systemd/transient",
	"/etc/systemd/system",
	"/run/systemd/system",
	"/run/systemd/generator",
	"/usr/local/lib/systemd/system",
	"/usr/lib/systemd/system",
	"/lib/systemd/system",
};

/* A link to /dev/null, or an empty file, stands for no unit at all. */
static int read_main(
	int root, const char *name, struct buffer *text, bool *there, struct error *err)
{
	for (size_t i = 0; i < array_count(unit_directories); i++) {
		cleanup(text_clear) char *target = NULL;
		char path[PATH_MAX];
		bool found;

		snprintf(path, sizeof(path), "%s/%s", unit_directories[i], name);
		if (host_has(root, path, &found, &target, err) < 0)
			return -1;
		if (!found)
			continue;
		*there = false;
		if (target != NULL && strcmp(target, "/dev/null") == 0)
			return 0;
		if (host_read(root, path, text, there, err) < 0)
			return -1;
		*there = *there && text->length > 0;
		return 0;
	}
	*there = false;
	return 0;
}

static int drop_ins(int root, const char *name, struct text_list *paths, struct error *err)
{
	const char *directories[array_count(unit_directories)];
	char names[array_count(unit_directories)][PATH_MAX];

	for (size_t i = 0; i < array_count(unit_directories); i++) {
		snprintf(names[i], sizeof(names[i]), "%s/%s.d", unit_directories[i], name);
		directories[i] = names[i];
	}
	return host_merge(root, directories, array_count(directories), ".conf", paths, err);
}

int host_unit(int root, const char *name, struct buffer *text, bool *there, struct error *err)
{
	cleanup(text_list_clear) struct text_list paths = { 0 };

	if (read_main(root, name, text, there, err) < 0)
		return -1;
	if (!*there)
		return 0;
	if (drop_ins(root, name, &paths, err) < 0)
		return -1;
	for (size_t i = 0; i < paths.count; i++) {
		cleanup(buffer_clear) struct buffer part = { 0 };
		bool readable;

		if (host_read(root, paths.texts[i], &part, &readable, err) < 0 ||
			/* no file goes on in the section of the one before it */
			buffer_print(text, err, "\n[]\n%s", part.text) < 0)
			return -1;
	}
	return 0;
}

static int wanted_in(int root, const char *directory, const char *suffix, const char *name,
	bool *wanted, struct error *err)
{
	cleanup(text_list_clear) struct text_list others = { 0 };

	if (host_list(root, directory, suffix, &others, err) < 0)
		return -1;
	for (size_t i = 0; i < others.count && !*wanted; i++) {
		char path[PATH_MAX];

		snprintf(path, sizeof(path), "%s/%s/%s", directory, others.texts[i], name);
		if (host_has(root, path, wanted, NULL, err) < 0)
			return -1;
	}
	return 0;
}

int host_unit_wanted(int root, const char *name, bool *wanted, struct error *err)
{
	*wanted = false;
	for (size_t i = 0; i < array_count(unit_directories); i++)
		if (wanted_in(root, unit_directories[i], ".wants", name, wanted, err) < 0 ||
			wanted_in(root, unit_directories[i], ".requires", name, wanted, err) < 0)
			return -1;
	return 0;
}

/* ---- packages ------------------------------------------------------------------------------ */

static const struct {
	const char *path;
	int (*find)(const char *text, const char *name, char **version, struct error *err);
} records[] = {
	{ "/var/lib/dpkg/status", package_from_dpkg },
	{ "/lib/apk/db/installed", package_from_apk },
};

static int ask_pacman(int root, const char *name, char **version, struct error *err)
{
	cleanup(text_list_clear) struct text_list names = { 0 };

	if (host_list(root, "/var/lib/pacman/local", "", &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count && *version == NULL; i++)
		if (package_from_pacman(names.texts[i], name, version, err) < 0)
			return -1;
	return 0;
}

int host_package(
	int root, const char *const *names, size_t count, char **version, struct error *err)
{
	*version = NULL;
	for (size_t i = 0; i < array_count(records); i++) {
		cleanup(buffer_clear) struct buffer text = { 0 };
		bool there;

		if (host_read(root, records[i].path, &text, &there, err) < 0)
			return -1;
		for (size_t j = 0; there && j < count && *version == NULL; j++)
			if (records[i].find(text.text, names[j], version, err) < 0)
				return -1;
	}
	for (size_t j = 0; j < count && *version == NULL; j++)
		if (ask_pacman(root, names[j], version, err) < 0)
			return -1;
	return 0;
}
