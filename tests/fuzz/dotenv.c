/* SPDX-License-Identifier: Apache-2.0 */
/* The file .env beside a compose file: its variables are found, and found again. */
#include "text.h"

#include "manifest/dotenv.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);

static char path[] = "/tmp/dotenv-XXXXXX";
static int file = -1;

static void clean_up(void)
{
	char name[sizeof(path) + 8];

	snprintf(name, sizeof(name), "%s/.env", path);
	unlink(name);
	rmdir(path);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char name[sizeof(path) + 8];

	(void)argc;
	(void)argv;
	expect(mkdtemp(path) != NULL && clearenv() == 0);
	snprintf(name, sizeof(name), "%s/.env", path);
	file = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	expect(file >= 0 && atexit(clean_up) == 0);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(dotenv_clear) struct dotenv dotenv = { .directory = path };
	const char *value;

	expect(ftruncate(file, 0) == 0 && pwrite(file, data, size, 0) == (ssize_t)size);
	value = dotenv_variable(&dotenv, "TAG");
	expect(value == NULL || strlen(value) <= size);
	expect(dotenv_variable(&dotenv, "TAG") == value);
	for (size_t at = 0; at < dotenv.length;) {
		const char *name = dotenv.text + at;

		expect(dotenv_variable(&dotenv, name) != NULL);
		at += strlen(name) + 1;
		at += strlen(dotenv.text + at) + 1;
	}
	return 0;
}
