/* SPDX-License-Identifier: Apache-2.0 */
/* manifest: what all tests of the readers share: a world to read in, and containers as text. */
#pragma once

#include "manifest/manifest.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"

static const char *test_variable(void *closure, const char *name)
{
	static const struct {
		const char *name, *value;
	} variables[] = {
		{ "SOCKET", "/var/run/docker.sock" },
		{ "RUN", "/var/run" },
		{ "DATA_DIR", "./data" },
		{ "MODE", "rslave" },
		{ "YES", "true" },
		{ "EMPTY", "" },
		{ "DOLLAR", "$RUN" },
		{ "USER", "ada" },
		{ "_x1", "underscore" },
	};

	(void)closure;
	for (size_t i = 0; i < array_count(variables); i++)
		if (strcmp(variables[i].name, name) == 0)
			return variables[i].value;
	return NULL;
}

static inline struct manifest_context test_context(const char *file)
{
	return (struct manifest_context){
		.file = file,
		.directory = "/srv/app",
		.home = "/home/ada",
		.runtime_directory = "/run",
		.variable = test_variable,
	};
}

static const char *const test_propagations[] = {
	[PROPAGATION_UNSAID] = "unsaid",
	[PROPAGATION_PRIVATE] = "private",
	[PROPAGATION_SLAVE] = "slave",
	[PROPAGATION_SHARED] = "shared",
	[PROPAGATION_UNBINDABLE] = "unbindable",
};

static inline void mount_print(
	struct buffer *text, const struct planned_mount *mount, struct error *err)
{
	cr_assert_not_null(mount->destination);
	cr_assert_eq(buffer_print(text, err, "\t%s %s %s%s %s %s %zu\n",
			     mount->source != NULL ? mount->source : "-", mount->destination,
			     mount->bind                   ? ""
				     : mount->type != NULL ? mount->type
							   : "?",
			     !mount->bind               ? ""
				     : mount->recursive ? "rbind"
							: "bind",
			     mount->readonly ? "ro" : "rw", test_propagations[mount->propagation],
			     mount->line),
		0);
}

/* NAME | OBJECT | LINE, and below it SOURCE DESTINATION TYPE MODE PROPAGATION LINE. */
static inline void manifest_print(
	struct buffer *text, const struct manifest *manifest, struct error *err)
{
	for (size_t i = 0; i < manifest->container_count; i++) {
		const struct manifest_container *container = &manifest->containers[i];

		cr_assert_eq(buffer_print(text, err, "%s | %s | %zu%s%s%s\n", container->name,
				     container->object != NULL ? container->object : "-",
				     container->line, container->ordered ? " | ordered" : "",
				     container->rootfs_propagation ? " | " : "",
				     container->rootfs_propagation
					     ? test_propagations[container->rootfs_propagation]
					     : ""),
			0);
		for (size_t j = 0; j < container->mount_count; j++)
			mount_print(text, &container->mounts[j], err);
	}
}

/* What becomes of a text: its containers, or "error: …". On a copy of just its size, so that
 * a read past the end is caught. */
static inline void manifest_tell(struct buffer *told, const struct manifest_context *context,
	const char *text, size_t length)
{
	cleanup(manifest_clear) struct manifest manifest = { 0 };
	cleanup(text_clear) char *copy = malloc(length > 0 ? length : 1);
	struct error err = { 0 }, none = { 0 };

	memcpy(copy, text, length);
	cr_assert_eq(buffer_add(told, "", 0, &none), 0);
	if (manifest_parse(&manifest, context, copy, length, &err) == 0) {
		cr_assert_eq(err.code, ERROR_NONE, "success leaves the error alone");
		manifest_print(told, &manifest, &none);
		return;
	}
	cr_assert_null(manifest.containers, "failure leaves the manifest zeroed");
	cr_assert_eq(manifest.container_count, 0);
	cr_assert_eq(err.code, ERROR_INPUT, "%s", err.text);
	cr_assert_eq(buffer_print(told, &none, "error: %s\n", err.text), 0);
}

/* One text, and what it is read as. */
struct manifest_row {
	const char *because, *text, *expected;
};

static inline void expect_rows(const struct manifest_row *rows, size_t count, const char *file)
{
	struct manifest_context context = test_context(file);

	for (size_t i = 0; i < count; i++) {
		cleanup(buffer_clear) struct buffer told = { 0 };

		manifest_tell(&told, &context, rows[i].text, strlen(rows[i].text));
		cr_expect_str_eq(told.text, rows[i].expected, "%s:\n%s\ninstead of\n%s",
			rows[i].because, told.text, rows[i].expected);
	}
}
