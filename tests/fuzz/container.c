/* SPDX-License-Identifier: Apache-2.0 */
/* What engines leave beside a container's processes: an id that fits, a name that can be shown. */
#include "text.h"

#include "scan/container_name.h"
#include "scan/states.h"

static void id_check(bool found, const struct container_id *id)
{
	if (!found)
		return;
	expect(id->engine != NULL && id->id[0] != '\0');
	expect(memchr(id->id, '\0', sizeof(id->id)) != NULL);
}

static void name_check(int result, const struct error *err, const char *name)
{
	cleanup(text_clear) char *tidy = NULL;
	struct error memory = { 0 };

	succeeds_or_says(result, err);
	if (name == NULL)
		return;
	tidy = container_name_tidy(name, &memory);
	expect(tidy != NULL && strlen(tidy) <= strlen(name));
	expect((tidy[0] == '\0') == (name[0] == '\0'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(text_clear) char *text = text_of(data, size), *docker = NULL, *bundle = NULL;
	struct error of_docker = { 0 }, of_bundle = { 0 };
	struct container_id id = { 0 };

	id_check(container_id_from_cgroup(text, &id), &id);
	id_check(container_id_from_command((const char *)data, size, &id), &id);
	/* the caller checks that it is the number of a process */
	struct running_state state = { 0 };

	(void)state_row_parse(&state, (const char *)data, size);
	state_row_clear(&state);
	name_check(container_name_from_docker((const char *)data, size, &docker, &of_docker),
		&of_docker, docker);
	name_check(container_name_from_bundle((const char *)data, size, &bundle, &of_bundle),
		&of_bundle, bundle);
	name_check(0, &(struct error){ 0 }, text);
	return 0;
}
