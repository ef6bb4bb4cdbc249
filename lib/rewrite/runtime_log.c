/* SPDX-License-Identifier: Apache-2.0 */
/* runtime_log: appends a line in the format that --log-format asks for. */
#include "rewrite/runtime_log.h"

#include <fcntl.h>
#include <string.h>

#include "base/file.h"
#include "json/print.h"

int runtime_log_line(struct buffer *line, const char *format, time_t when, const char *sentence,
	struct error *err)
{
	cleanup(buffer_clear) struct buffer message = { 0 };
	char time_text[32];
	struct tm parts;

	/* between quotes and escaped: Go's way is JSON's for all that an error says */
	if (json_print(&message, json_string(sentence), JSON_ENCODE_ANY, err) < 0)
		return -1;
	if (gmtime_r(&when, &parts) == NULL ||
		strftime(time_text, sizeof(time_text), "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
		return error_set(err, ERROR_SYSTEM, "the time cannot be told");
	if (format != NULL && strcmp(format, "json") == 0)
		return buffer_print(line, err, "{\"level\":\"error\",\"msg\":%s,\"time\":\"%s\"}\n",
			message.text, time_text);
	return buffer_print(line, err, "time=\"%s\" level=error msg=%s\n", time_text, message.text);
}

/* crun takes "file:PATH"; "syslog:" and "journald:" are no files. NULL: none. */
static const char *log_file(const char *log)
{
	static const char *const elsewhere[] = { "syslog:", "journald:" };

	if (log == NULL || log[0] == '\0')
		return NULL;
	for (size_t i = 0; i < array_count(elsewhere); i++)
		if (strncmp(log, elsewhere[i], strlen(elsewhere[i])) == 0)
			return NULL;
	return strncmp(log, "file:", 5) == 0 ? log + 5 : log;
}

void runtime_log_append(const struct arguments *arguments, const char *sentence)
{
	const char *path = log_file(arguments->log);
	cleanup(buffer_clear) struct buffer line = { 0 };
	cleanup(fd_close) int fd = -1;
	struct error ignored = { 0 };

	if (path == NULL ||
		runtime_log_line(&line, arguments->log_format, time(NULL), sentence, &ignored) < 0)
		return;
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0644);
	/* what cannot be written here is on stderr and in syslog all the same */
	if (fd >= 0 && write(fd, line.text, line.length) < 0)
		return;
}
