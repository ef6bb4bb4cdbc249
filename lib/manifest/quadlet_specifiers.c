/* SPDX-License-Identifier: Apache-2.0 */
/* quadlet_specifiers: expands those specifiers of systemd.unit(5) that stand in paths of mounts:
 * the directories (%t, %h, %S, %C, %L, %E, %T, %V), the unit's name (%n, %N, %p, %i) and its user
 * (%u, %U). All others, which say something of the host, stay as they are written. */
#include "manifest/quadlet_specifiers.h"

#include <string.h>

#include "base/path.h"
#include "base/string.h"

#define USER_RUNTIME "/run/user/"

struct expansion {
	struct buffer *expanded;
	const struct manifest_context *context;
	bool user; /* a user's unit, not the system's */
	struct error *err;
};

static int add(const struct expansion *expansion, const char *text, size_t length)
{
	return buffer_add(expansion->expanded, text, length, expansion->err);
}

/* A part that is not known stays the specifier it was. */
static int add_text(const struct expansion *expansion, char letter, const char *text)
{
	if (text == NULL)
		return buffer_print(expansion->expanded, expansion->err, "%%%c", letter);
	return add(expansion, text, strlen(text));
}

/* The file's base name without its suffix, as slices: the whole, up to "@", behind it. */
static int add_unit(const struct expansion *expansion, char letter)
{
	static const char *const suffixes[] = { ".container", ".pod", ".kube" };
	const char *file = expansion->context->file, *base, *at;
	size_t length;

	if (file == NULL || strcmp(file, "-") == 0)
		return add_text(expansion, letter, NULL);
	base = path_base(file);
	length = strlen(base);
	for (size_t i = 0; i < array_count(suffixes); i++) {
		size_t suffix = strlen(suffixes[i]);

		if (length > suffix && slice_is(base + length - suffix, suffix, suffixes[i]))
			length -= suffix;
	}
	at = memchr(base, '@', length);
	switch (letter) {
	case 'n':
		return add(expansion, base, length) < 0 ? -1
							: add_text(expansion, letter, ".service");
	case 'p':
		return add(expansion, base, at != NULL ? (size_t)(at - base) : length);
	case 'i':
		return at == NULL ? 0 : add(expansion, at + 1, length - (size_t)(at + 1 - base));
	default:
		return add(expansion, base, length);
	}
}

static int add_home(const struct expansion *expansion, char letter, const char *below)
{
	const char *home = expansion->context->home;

	if (home == NULL || add(expansion, home, strlen(home)) < 0)
		return home == NULL ? add_text(expansion, letter, NULL) : -1;
	return *below == '\0' ? 0 : buffer_print(expansion->expanded, expansion->err, "/%s", below);
}

static int add_user(const struct expansion *expansion, char letter)
{
	const struct manifest_context *context = expansion->context;

	if (!expansion->user)
		return add_text(expansion, letter, letter == 'u' ? "root" : "0");
	if (letter == 'U')
		return add_text(
			expansion, letter, context->runtime_directory + strlen(USER_RUNTIME));
	return add_text(expansion, letter,
		context->variable != NULL ? context->variable(context->closure, "USER") : NULL);
}

static int add_specifier(const struct expansion *expansion, char letter)
{
	static const struct {
		char letter;
		const char *system, *below_home; /* NULL: the same for users */
	} directories[] = {
		{ 'S', "/var/lib", ".local/state" },
		{ 'C', "/var/cache", ".cache" },
		{ 'L', "/var/log", ".local/state/log" },
		{ 'E', "/etc", ".config" },
		{ 'T', "/tmp", NULL },
		{ 'V', "/var/tmp", NULL },
	};

	if (letter == '%')
		return add(expansion, "%", 1);
	if (letter == 't')
		return add_text(expansion, letter, expansion->context->runtime_directory);
	if (letter == 'h')
		return add_home(expansion, letter, "");
	if (strchr("nNpi", letter) != NULL)
		return add_unit(expansion, letter);
	if (strchr("uU", letter) != NULL)
		return add_user(expansion, letter);
	for (size_t i = 0; i < array_count(directories); i++) {
		if (directories[i].letter != letter)
			continue;
		if (expansion->user && directories[i].below_home != NULL)
			return add_home(expansion, letter, directories[i].below_home);
		return add_text(expansion, letter, directories[i].system);
	}
	return add_text(expansion, letter, NULL);
}

int specifiers_expand(struct buffer *expanded, const char *text,
	const struct manifest_context *context, struct error *err)
{
	const char *runtime = context->runtime_directory;
	struct expansion expansion = {
		.expanded = expanded,
		.context = context,
		.user = runtime != NULL &&
			strncmp(runtime, USER_RUNTIME, strlen(USER_RUNTIME)) == 0,
		.err = err,
	};

	for (;;) {
		size_t length = strcspn(text, "%");

		if (add(&expansion, text, length) < 0)
			return -1;
		text += length;
		if (text[0] == '\0')
			return 0;
		if (text[1] == '\0')
			return add(&expansion, "%", 1);
		if (add_specifier(&expansion, text[1]) < 0)
			return -1;
		text += 2;
	}
}
