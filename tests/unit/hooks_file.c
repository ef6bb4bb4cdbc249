/* SPDX-License-Identifier: Apache-2.0 */
/* hooks_file: files of hooks.d, judged as the engines do. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "doctor/hooks_file.h"
#include "base/buffer.h"

#define PROGRAM "\"path\":\"/usr/libexec/oci/hooks.d/oci-runmask\""
#define ALWAYS "\"when\":{\"always\":true}"
#define FILE_OF(args, when, stages)                                                                \
	"{\"version\":\"1.0.0\",\"hook\":{" PROGRAM args "}," when ",\"stages\":" stages "}"
#define ARGS(door) ",\"args\":[\"oci-runmask\",\"" door "\"]"

static const struct {
	const char *because, *text;
	const char *problem; /* what it begins with; NULL: none */
	bool fatal, ours, precreate;
} rows[] = {
	{ "as it should be", FILE_OF(ARGS("createRuntime"), ALWAYS, "[\"createRuntime\"]"), NULL,
		false, true, false },
	{ "the doors of the same moment",
		FILE_OF(ARGS("prestart"), ALWAYS, "[\"createRuntime\",\"prestart\"]"), NULL, false,
		true, false },
	{ "precreate", FILE_OF(ARGS("precreate"), ALWAYS, "[\"precreate\"]"), NULL, false, true,
		true },
	{ "by mounts",
		FILE_OF(ARGS("prestart"), "\"when\":{\"hasBindMounts\":true}", "[\"prestart\"]"),
		NULL, false, true, false },
	{ "by annotations",
		FILE_OF(ARGS("prestart"), "\"when\":{\"annotations\":{\"a\":\"b\"}}",
			"[\"prestart\"]"),
		NULL, false, true, false },
	{ "no args", FILE_OF("", ALWAYS, "[\"prestart\"]"), "hook.args names no door", false, true,
		false },
	{ "one arg", FILE_OF(",\"args\":[\"x\"]", ALWAYS, "[\"prestart\"]"),
		"hook.args names no door", false, true, false },
	{ "a dry run",
		FILE_OF(",\"args\":[\"oci-runmask\",\"createRuntime\",\"--dry-run\"]", ALWAYS,
			"[\"createRuntime\"]"),
		NULL, false, true, false }, /* said where the hook is tried */
	{ "the other program",
		"{\"version\":\"1.0.0\",\"hook\":{\"path\":\"/x/oci-runmask-runtime\"},\"when\":{},"
		"\"stages\":[\"prestart\"]}",
		"hook.path is the runtime door", false, true, false },
	{ "a program with another name",
		"{\"version\":\"1.0.0\",\"hook\":{\"path\":\"/x/"
		"oci-runmask-old\"},\"when\":{\"always\":true},"
		"\"stages\":[\"prestart\"]}",
		NULL, false, false, false },
	{ "another stage's door", FILE_OF(ARGS("createContainer"), ALWAYS, "[\"prestart\"]"),
		"the door \"createContainer\" in hook.args does not serve the stage prestart",
		false, true, false },
	{ "a stage without a door", FILE_OF(ARGS("createRuntime"), ALWAYS, "[\"poststop\"]"),
		"the door", false, true, false },
	{ "never: nothing is asked", FILE_OF(ARGS("prestart"), "\"when\":{}", "[\"prestart\"]"),
		"\"when\" is never true", false, true, false },
	{ "never: always false",
		FILE_OF(ARGS("prestart"), "\"when\":{\"always\":false,\"hasBindMounts\":true}",
			"[\"prestart\"]"),
		"\"when\" is never true", false, true, false },
	{ "never: hasBindMounts false",
		FILE_OF(ARGS("prestart"), "\"when\":{\"hasBindMounts\":false}", "[\"prestart\"]"),
		"\"when\" is never true", false, true, false },
	{ "of another program, whatever its args are",
		"{\"version\":\"1.0.0\",\"hook\":{\"path\":\"/usr/bin/other\"},\"when\":{},"
		"\"stages\":[\"poststop\"]}",
		NULL, false, false, false },
	{ "no such stage", FILE_OF(ARGS("prestart"), ALWAYS, "[\"CreateRuntime\"]"),
		"unknown stage \"CreateRuntime\"", true, true, false },
	{ "no stages", FILE_OF(ARGS("prestart"), ALWAYS, "[]"), "it names no stages", true, true,
		false },
	{ "stages of another kind", FILE_OF(ARGS("prestart"), ALWAYS, "\"prestart\""),
		"it names no stages", true, true, false },
	{ "no when", "{\"version\":\"1.0.0\",\"hook\":{" PROGRAM "},\"stages\":[\"prestart\"]}",
		"\"when\" is missing", true, true, false },
	{ "another version", "{\"version\":\"1.1.0\"}", "the key version must be", true, false,
		false },
	{ "no version", "{}", "the key version must be", true, false, false },
	{ "no program", "{\"version\":\"1.0.0\",\"hook\":{}}", "hook.path must be", true, false,
		false },
	{ "a relative program", "{\"version\":\"1.0.0\",\"hook\":{\"path\":\"x\"}}",
		"hook.path must be", true, false, false },
	{ "half written", "{\"version\":", "1:12: ", true, false, false },
	{ "no object", "[]", "it must be a JSON object", true, false, false },
	{ "empty", "", "1:1: ", true, false, false },
};

Test(hooks_file, rows)
{
	for (size_t i = 0; i < array_count(rows); i++) {
		cleanup(hooks_file_clear) struct hooks_file file = { 0 };
		struct error err = { 0 };
		const char *wanted = rows[i].problem, *problem;

		cr_assert_eq(hooks_file_read(&file, rows[i].text, strlen(rows[i].text), &err), 0);
		problem = file.problem ? file.problem : "none";
		cr_expect_eq(
			wanted == NULL, file.problem == NULL, "%s: %s", rows[i].because, problem);
		if (wanted && file.problem)
			cr_expect_arr_eq(file.problem, wanted, strlen(wanted), "%s: %s",
				rows[i].because, problem);
		cr_expect_eq(file.fatal, rows[i].fatal, "%s", rows[i].because);
		cr_expect_eq(file.ours, rows[i].ours, "%s", rows[i].because);
		cr_expect_eq(file.precreate, rows[i].precreate, "%s", rows[i].because);
	}
}
