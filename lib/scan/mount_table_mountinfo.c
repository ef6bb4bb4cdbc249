/* SPDX-License-Identifier: Apache-2.0 */
/* mount_table_mountinfo: mountinfo read line by line (proc(5)), for the build without libmount. */
#include <errno.h>
#include <string.h>

#include "base/buffer.h"
#include "scan/mount_line.h"
#include "scan/mount_table.h"

/* Before the separator: mount's id, parent, device, root, target, options, and any number of
 * others. */
enum { FIELD_ID, FIELD_TARGET = 4, FIELD_OPTIONS, FIELDS };

static void text_free(char **text)
{
	free(*text);
}

static void unescape(char *text)
{
	size_t length = strlen(text);

	(void)mount_line_unescape(text, length + 1, text, length);
}

/* Cuts the next field off, which may be empty; NULL: there are no more. */
static char *field(char **rest)
{
	return *rest == NULL ? NULL : strsep(rest, " ");
}

static bool parse_id(const char *text, uint64_t *id)
{
	char *end;

	errno = 0;
	*id = strtoull(text, &end, 10);
	return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0;
}

static int add_line(struct mount_table *table, char *line, struct error *err)
{
	char *separator = strstr(line, " - "), *rest = line, *fields[FIELDS];
	char *source, *options;
	uint64_t id;

	if (separator == NULL)
		return 0;
	*separator = '\0';
	for (size_t i = 0; i < FIELDS; i++)
		if ((fields[i] = field(&rest)) == NULL)
			return 0;
	if (!parse_id(fields[FIELD_ID], &id) || fields[FIELD_TARGET][0] != '/')
		return 0;
	rest = separator + strlen(" - ");
	field(&rest); /* the type */
	source = field(&rest);
	options = field(&rest);
	if (source == NULL || options == NULL)
		return 0;
	unescape(fields[FIELD_TARGET]);
	unescape(source);
	unescape(options);
	return mount_table_add(table, id, fields[FIELD_TARGET], source, options, err);
}

int mount_table_read_mountinfo(struct mount_table *table, FILE *file, struct error *err)
{
	cleanup(text_free) char *line = NULL;
	size_t size = 0;
	ssize_t length;

	errno = 0;
	while ((length = getline(&line, &size, file)) > 0) {
		if (line[length - 1] == '\n')
			line[length - 1] = '\0';
		if (add_line(table, line, err) < 0)
			return -1;
	}
	return feof(file) ? 0 : error_errno(err, "reading mountinfo");
}
