/* SPDX-License-Identifier: Apache-2.0 */
/* replay FILE...: a target's main without libFuzzer: each file is one input. For tools that
 * libFuzzer cannot live with: memcheck, gcov. */
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));

/* Memory of just that size, so that reading behind it is seen. */
static void replay(const char *path)
{
	FILE *file = fopen(path, "re");
	uint8_t *data = NULL;
	size_t size = 0;
	long end;

	if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (end = ftell(file)) < 0)
		err(2, "%s", path);
	rewind(file);
	data = malloc(end > 0 ? (size_t)end : 1);
	if (data == NULL || (size = fread(data, 1, (size_t)end, file)) != (size_t)end)
		err(2, "%s", path);
	fclose(file);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
}

int main(int argc, char **argv)
{
	if (LLVMFuzzerInitialize != NULL && LLVMFuzzerInitialize(&argc, &argv) != 0)
		errx(2, "the target does not start");
	for (int i = 1; i < argc; i++)
		replay(argv[i]);
	printf("%d passed, 0 failed\n", argc - 1);
	return argc > 1 ? 0 : 2;
}
