/* SPDX-License-Identifier: Apache-2.0 */
/* Every folder of tests/golden/plan is a case: config.json, policy.json (missing: the built-in one)
 * and what is seen (seen.txt) become a plan (plan.txt) or an error (error). UPDATE_GOLDEN=1 writes
 * these anew; look at what changed before you keep it. Ends with "N passed, N failed". */
#include <dirent.h>
#include <fcntl.h>

#include "plan_scene.h"
#include "plan_text.h"
#include "base/file.h"

#define FOLDER "tests/golden/plan"

struct run {
	struct spec spec;
	struct policy policy;
	struct scene scene;
	struct plan plan;
	struct buffer seen;
};

static void run_clear(struct run *run)
{
	plan_clear(&run->plan);
	scene_clear(&run->scene);
	policy_clear(&run->policy);
	spec_clear(&run->spec);
	buffer_clear(&run->seen);
}

/* False where there is no such file. */
static bool case_read(struct buffer *text, const char *folder, const char *name)
{
	char path[512];
	struct error err = { 0 };
	cleanup(fd_close) int fd = -1;

	snprintf(path, sizeof(path), FOLDER "/%s/%s", folder, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0 && buffer_read(text, fd, 0, 1 << 20, &err) == 0;
}

static void file_write(const char *folder, const char *name, const struct buffer *text)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), FOLDER "/%s/%s", folder, name);
	unlink(path);
	if (text == NULL)
		return;
	file = fopen(path, "we");
	if (file == NULL || fwrite(text->text, 1, text->length, file) != text->length ||
		fclose(file) != 0)
		abort();
}

static int read_spec(struct run *run, const char *folder, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };

	if (!case_read(&text, folder, "config.json"))
		return error_set(err, ERROR_FINAL, "config.json is missing");
	if (spec_parse(&run->spec, text.text, text.length, err) < 0)
		return error_in_file(err, "config.json");
	return 0;
}

static int read_policy(struct run *run, const char *folder, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };

	if (!case_read(&text, folder, "policy.json"))
		return policy_default(&run->policy, err);
	return policy_parse(&run->policy, "policy.json", text.text, text.length, err);
}

static int read_seen(struct run *run, const char *folder, struct error *err)
{
	run->scene = (struct scene){
		.spec = &run->spec, .policy = &run->policy, .option = -1, .next_fd = 1000
	};
	if (case_read(&run->seen, folder, "seen.txt") && !scene_read(&run->scene, run->seen.text))
		return error_set(err, ERROR_FINAL, "seen.txt is not understood");
	if (run->scene.option >= 0)
		run->policy.strategy = (enum strategy)run->scene.option;
	return 0;
}

/* As the doors do it: what is wrong is found in this order. */
static int make(struct run *run, const char *folder, struct error *err)
{
	enum strategy strategy;

	if (read_spec(run, folder, err) < 0 || read_policy(run, folder, err) < 0 ||
		read_seen(run, folder, err) < 0 ||
		policy_strategy(&run->policy, run->spec.strategy_key, run->spec.strategy, &strategy,
			err) < 0)
		return -1;
	return plan_make(&run->plan, &run->scene.seen, &run->policy, strategy, err);
}

static bool same(const char *folder, const char *name, const char *other, const struct buffer *text)
{
	cleanup(buffer_clear) struct buffer wanted = { 0 }, unwanted = { 0 };

	if (case_read(&unwanted, folder, other)) {
		printf("# %s: has %s, but made %s:\n%s", folder, other, name, text->text);
		return false;
	}
	if (!case_read(&wanted, folder, name)) {
		printf("# %s: has no %s, but made:\n%s", folder, name, text->text);
		return false;
	}
	if (wanted.length == text->length && memcmp(wanted.text, text->text, text->length) == 0)
		return true;
	printf("# %s: %s is\n%s# but made\n%s", folder, name, wanted.text, text->text);
	return false;
}

static bool one(const char *folder)
{
	cleanup(run_clear) struct run run = { 0 };
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct error err = { 0 };
	bool made = make(&run, folder, &err) == 0;
	const char *name = made ? "plan.txt" : "error", *other = made ? "error" : "plan.txt";

	if (made)
		text_plan(&text, &run.scene.seen, &run.plan);
	else
		text_error(&text, &err);
	if (getenv("UPDATE_GOLDEN") == NULL || getenv("CI") != NULL)
		return same(folder, name, other, &text);
	file_write(folder, name, &text);
	file_write(folder, other, NULL);
	return true;
}

/* Without arguments, all cases; else those that they name. */
static int selected;
static char **selection;

static int is_case(const struct dirent *entry)
{
	for (int i = 0; i < selected; i++)
		if (strcmp(entry->d_name, selection[i]) == 0)
			return true;
	return selected == 0 && entry->d_type == DT_DIR && entry->d_name[0] != '.';
}

int main(int argc, char *argv[])
{
	struct dirent **cases = NULL;
	int count, failed = 0;

	selected = argc - 1;
	selection = argv + 1;
	count = scandir(FOLDER, &cases, is_case, alphasort);

	if (count <= 0) {
		printf("# no cases in %s\n0 passed, 1 failed\n", FOLDER);
		return 1;
	}
	for (int i = 0; i < count; i++) {
		if (!one(cases[i]->d_name))
			failed++;
		free(cases[i]);
	}
	free(cases);
	printf("%d passed, %d failed\n", count - failed, failed);
	return failed > 0;
}
