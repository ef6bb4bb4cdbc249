/* SPDX-License-Identifier: Apache-2.0 */
/* daemon: finds the host's nscd, and whether /run/nscd is removed when its service stops or
 * restarts. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/string.h"
#include "base/unit_file.h"
#include "doctor/doctor_internal.h"
#include "doctor/process.h"

#define DIRECTORY "/run/nscd"

static const char *const daemons[] = { "nscd", "nsncd", "unscd" };

static int ask_process(
	const struct doctor *doctor, const char *pid, struct buffer *running, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct error vanished = { 0 };
	char path[32];
	bool there;

	snprintf(path, sizeof(path), "/proc/%.10s/comm", pid);
	if (host_read(doctor->root, path, &text, &there, &vanished) < 0 || !there)
		return 0;
	text.text[strcspn(text.text, "\n")] = '\0';
	if (word_find(text.text, daemons, array_count(daemons)) < 0 ||
		process_in_container(doctor, pid))
		return 0;
	return buffer_print(
		running, err, "%s%s (pid %s)", running->length > 0 ? ", " : "", text.text, pid);
}

int doctor_name_service(
	const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	cleanup(text_list_clear) struct text_list names = { 0 };
	cleanup(buffer_clear) struct buffer running = { 0 };

	if (host_list(doctor->root, "/proc", "", &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		if (names.texts[i][0] >= '1' && names.texts[i][0] <= '9' &&
			ask_process(doctor, names.texts[i], &running, err) < 0)
			return -1;
	if (running.length > 0)
		return doctor_found(answer, "running", running.text, NULL, err);
	return doctor_found(answer, "none", NULL, NULL, err);
}

/* Is the name among a unit's RuntimeDirectory= (or the first part of one)? */
static int removes(const char *unit, bool *is, struct error *err)
{
	cleanup(text_list_clear) struct text_list values = { 0 }, words = { 0 };

	*is = false;
	if (unit_values(unit, "Service", "RuntimeDirectory", &values, err) < 0)
		return -1;
	for (size_t i = 0; i < values.count; i++)
		if (unit_words(values.texts[i], &words, err) < 0)
			return -1;
	for (size_t i = 0; i < words.count; i++)
		*is = *is || strncmp(words.texts[i], "nscd/", 5) == 0 ||
			strcmp(words.texts[i], "nscd") == 0;
	return 0;
}

/* systemd.exec(5), RuntimeDirectoryPreserve=: no (the default), yes, restart. */
static const struct {
	const char *word, *key;
} preserves[] = {
	{ "yes", "preserved" },
	{ "true", "preserved" },
	{ "on", "preserved" },
	{ "1", "preserved" },
	{ "restart", "restart" },
};

static int ask_unit(const struct doctor *doctor, const char *name, const char *unit,
	struct doctor_answer *answer, struct error *err)
{
	cleanup(text_clear) char *value = NULL;
	const char *key = "removed";
	bool is;

	if (removes(unit, &is, err) < 0)
		return -1;
	if (!is)
		return doctor_found(answer, "kept", name, NULL, err);
	if (unit_value(unit, "Service", "RuntimeDirectoryPreserve", &value, err) < 0)
		return -1;
	for (size_t i = 0; value != NULL && i < array_count(preserves); i++)
		if (strcmp(preserves[i].word, value) == 0)
			key = preserves[i].key;
	if (doctor->policy.strategy == STRATEGY_FACADE && strcmp(key, "preserved") != 0)
		key = "facade";
	return doctor_found(answer, key, name, value, err);
}

/* The first file that has something to say, in the order in which systemd reads them. */
static int ask_tmpfiles(const struct doctor *doctor, char **remover, struct error *err)
{
	static const char *const directories[] = { "/etc/tmpfiles.d", "/run/tmpfiles.d",
		"/usr/local/lib/tmpfiles.d", "/usr/lib/tmpfiles.d" };
	cleanup(text_list_clear) struct text_list paths = { 0 };

	if (host_merge(doctor->root, directories, array_count(directories), ".conf", &paths, err) <
		0)
		return -1;
	for (size_t i = 0; i < paths.count && *remover == NULL; i++) {
		cleanup(buffer_clear) struct buffer text = { 0 };
		bool there;

		if (host_read(doctor->root, paths.texts[i], &text, &there, err) < 0)
			return -1;
		if (tmpfiles_says(text.text, DIRECTORY) != TMPFILES_REMOVES)
			continue;
		*remover = text_copy(paths.texts[i], err);
		if (*remover == NULL)
			return -1;
	}
	return 0;
}

/* What is least lasting of the units that are there. */
static int ask_units(const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	for (size_t i = 0; i < array_count(daemons); i++) {
		cleanup(buffer_clear) struct buffer unit = { 0 };
		bool settled = strcmp(answer->key, "none") != 0 && strcmp(answer->key, "kept") != 0;
		char name[32];
		bool there;

		snprintf(name, sizeof(name), "%s.service", daemons[i]);
		if (host_unit(doctor->root, name, &unit, &there, err) < 0)
			return -1;
		if (there && !settled && ask_unit(doctor, name, unit.text, answer, err) < 0)
			return -1;
	}
	return 0;
}

/* Does a runmask watch run, which masks again? */
static int ask_watch(const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	static const char *const lasting[] = { "none", "kept", "preserved", "facade" };
	cleanup(text_list_clear) struct text_list words = { 0 };
	cleanup(text_clear) char *remover = NULL;
	char name[48];
	pid_t pid;

	if (word_find(answer->key, lasting, array_count(lasting)) >= 0)
		return 0;
	if (process_find(doctor, "runmask", "doctor", &pid, err) < 0 ||
		(pid != 0 && process_words(pid, &words, err) < 0))
		return -1;
	if (pid == 0 || words.count < 2 || strcmp(words.texts[1], "watch") != 0)
		return 0;
	remover = text_copy(answer->details[0], err);
	snprintf(name, sizeof(name), "runmask watch (pid %d)", (int)pid);
	return remover == NULL ? -1 : doctor_found(answer, "watched", remover, name, err);
}

int doctor_directory(const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	cleanup(text_clear) char *remover = NULL;
	bool facade = doctor->policy.strategy == STRATEGY_FACADE;

	if (doctor_found(answer, "none", NULL, NULL, err) < 0 || ask_units(doctor, answer, err) < 0)
		return -1;
	if (strcmp(answer->key, "kept") == 0 && ask_tmpfiles(doctor, &remover, err) < 0)
		return -1;
	if (remover != NULL &&
		doctor_found(answer, facade ? "facade" : "tmpfiles", remover, NULL, err) < 0)
		return -1;
	return ask_watch(doctor, answer, err);
}
