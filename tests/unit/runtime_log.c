/* SPDX-License-Identifier: Apache-2.0 */
/* runtime_log: a line as engines read it, and where it goes. */
#include "rewrite/runtime_log.h"
#include "base/file.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const struct {
	const char *format, *sentence, *line;
} rows[] = {
	{ "json", "it broke",
		"{\"level\":\"error\",\"msg\":\"it broke\",\"time\":\"2001-09-09T01:46:40Z\"}\n" },
	{ "json", "\"/run\" \\x1b …",
		"{\"level\":\"error\",\"msg\":\"\\\"/run\\\" \\\\x1b "
		"…\",\"time\":\"2001-09-09T01:46:40Z\"}"
		"\n" },
	{ "text", "it broke", "time=\"2001-09-09T01:46:40Z\" level=error msg=\"it broke\"\n" },
	{ NULL, "\"/run\"", "time=\"2001-09-09T01:46:40Z\" level=error msg=\"\\\"/run\\\"\"\n" },
};

Test(runtime_log, lines)
{
	for (size_t i = 0; i < array_count(rows); i++) {
		cleanup(buffer_clear) struct buffer line = { 0 };
		struct error err = { 0 };

		cr_assert_eq(
			runtime_log_line(&line, rows[i].format, 1000000000, rows[i].sentence, &err),
			0, "%s", err.text);
		cr_expect_str_eq(line.text, rows[i].line, "%s", line.text);
	}
}

/* How many lines the file has after an append by that name. */
static size_t lines_after(const char *file, const char *log)
{
	const struct arguments arguments = { .log = log, .log_format = "json" };
	cleanup(buffer_clear) struct buffer text = { 0 };
	cleanup(fd_close) int fd = -1;
	struct error err = { 0 };
	size_t lines = 0;

	runtime_log_append(&arguments, "it broke");
	fd = open(file, O_RDONLY | O_CLOEXEC);
	cr_assert_geq(fd, 0, "%s is not there", file);
	cr_assert_eq(buffer_read(&text, fd, 0, 4096, &err), 0, "%s", err.text);
	for (size_t i = 0; i < text.length; i++)
		lines += text.text[i] == '\n';
	return lines;
}

Test(runtime_log, appends_to_the_file)
{
	char directory[] = "/tmp/runtime-log.XXXXXX", file[64], log[80];

	cr_assert_not_null(mkdtemp(directory));
	snprintf(file, sizeof(file), "%s/log", directory);
	cr_expect_eq(lines_after(file, file), 1, "it makes the file");
	snprintf(log, sizeof(log), "file:%s", file);
	cr_expect_eq(lines_after(file, log), 2, "crun's form is the same file");
	cr_expect_eq(lines_after(file, NULL), 2, "no file is named");
	cr_expect_eq(lines_after(file, "syslog:x"), 2, "syslog is not a file");
	cr_expect_eq(lines_after(file, "journald:x"), 2, "nor is the journal");
	cr_expect_eq(lines_after(file, "/nonexistent/log"), 2, "one that cannot be written");
	unlink(file);
	rmdir(directory);
}
