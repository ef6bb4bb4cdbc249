/* SPDX-License-Identifier: Apache-2.0 */
/* package_db: walks the paragraphs of dpkg's status file and of apk's installed file, and splits
 * the names of pacman's directories. */
#include "doctor/package_db.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"

/* What the line says behind "LABEL"; NULL: another one. */
static const char *behind(const char *line, const char *label)
{
	size_t length = strlen(label);

	return strncmp(line, label, length) == 0 ? line + length : NULL;
}

static bool is_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	return strncmp(text, word, length) == 0 && (text[length] == '\n' || text[length] == '\0');
}

/* Paragraphs of lines "LABEL VALUE". installed: a line that has to be there; NULL: none. */
static int find(const char *text, const char *name, const char *const labels[2],
	const char *installed, char **version, struct error *err)
{
	const char *found = NULL;
	bool right = false, there = installed == NULL;

	*version = NULL;
	for (;; text += strcspn(text, "\n"), text += *text == '\n') {
		const char *value;

		if (*text == '\n' || *text == '\0') {
			if (right && there && found)
				break;
			if (*text == '\0')
				return 0;
			right = false;
			found = NULL;
			there = installed == NULL;
		} else if ((value = behind(text, labels[0])) != NULL) {
			right = is_word(value, name);
		} else if ((value = behind(text, labels[1])) != NULL) {
			found = value;
		} else if (installed && is_word(text, installed)) {
			there = true;
		}
	}
	*version = text_copy_bytes(found, strcspn(found, "\n"), err);
	return *version == NULL ? -1 : 0;
}

int package_from_dpkg(const char *text, const char *name, char **version, struct error *err)
{
	static const char *const labels[] = { "Package: ", "Version: " };

	return find(text, name, labels, "Status: install ok installed", version, err);
}

int package_from_apk(const char *text, const char *name, char **version, struct error *err)
{
	static const char *const labels[] = { "P:", "V:" };

	return find(text, name, labels, NULL, version, err);
}

int package_from_pacman(const char *directory, const char *name, char **version, struct error *err)
{
	const char *rest = behind(directory, name);

	*version = NULL;
	if (rest == NULL || rest[0] != '-' || !isdigit((unsigned char)rest[1]))
		return 0;
	*version = text_copy(rest + 1, err);
	return *version == NULL ? -1 : 0;
}

bool package_is_older(const char *version, unsigned int major, unsigned int minor)
{
	const char *colon = strchr(version, ':');
	unsigned int its_major = 0, its_minor = 0;

	if (sscanf(colon ? colon + 1 : version, "%u.%u", &its_major, &its_minor) < 1)
		return false;
	return its_major < major || (its_major == major && its_minor < minor);
}
