/* SPDX-License-Identifier: Apache-2.0 */
/* /proc/PID/mountinfo, as scan reads it without libmount: every mount has a target. */
#include "text.h"

#include <stdio.h>

#include "scan/mount_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(mount_table_clear) struct mount_table table = { 0 };
	cleanup(text_clear) char *label = NULL;
	struct error err = { 0 }, of_label = { 0 };
	FILE *file = size == 0 ? NULL : fmemopen((void *)data, size, "r");

	if (file == NULL)
		return 0;
	succeeds_or_says(mount_table_read_mountinfo(&table, file, &err), &err);
	fclose(file);
	for (size_t i = 0; i < table.count; i++) {
		expect(table.mounts[i].target != NULL && strlen(table.mounts[i].target) <= size);
		(void)mount_table_source(&table, table.mounts[i].id);
	}
	succeeds_or_says(mount_table_label(&table, &label, &of_label), &of_label);
	return 0;
}
