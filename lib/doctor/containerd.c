/* SPDX-License-Identifier: Apache-2.0 */
/* containerd: finds the runtimes and base specs of the CRI plugin in config.toml, by table
 * name. */
#include "doctor/containerd.h"

#include <string.h>

#include "doctor/toml_file.h"

const char *const containerd_plugins[2] = {
	[CONTAINERD_TABLE_2] = "io.containerd.grpc.v1.cri",
	[CONTAINERD_TABLE_3] = "io.containerd.cri.v1.runtime",
};

static int set_text(char **text, const struct text_list *values, struct error *err)
{
	text_clear(text);
	*text = text_copy(values->count > 0 ? values->texts[0] : "", err);
	return *text == NULL ? -1 : 0;
}

static struct containerd_runtime *runtime_of(struct containerd_config *config,
	enum containerd_table table, const char *name, struct error *err)
{
	struct containerd_runtime *runtime;

	for (size_t i = 0; i < config->count; i++)
		if (config->runtimes[i].table == table &&
			strcmp(config->runtimes[i].name, name) == 0)
			return &config->runtimes[i];
	runtime = array_add(&config->runtimes, &config->count, sizeof(*runtime), err);
	if (runtime == NULL)
		return NULL;
	runtime->table = table;
	runtime->name = text_copy(name, err);
	return runtime->name == NULL ? NULL : runtime;
}

/* Keys of a runtime, behind plugins.PLUGIN.containerd.runtimes.NAME. */
static const struct {
	const char *names[2]; /* the second may be NULL */
	size_t offset;
} keys[] = {
	{ { "base_runtime_spec" }, offsetof(struct containerd_runtime, base_spec) },
	{ { "options", "BinaryName" }, offsetof(struct containerd_runtime, program) },
	{ { "options", "SystemdCgroup" }, offsetof(struct containerd_runtime, cgroup) },
};

static int read_runtime(struct containerd_config *config, enum containerd_table table,
	const struct text_list *path, const struct text_list *values, struct error *err)
{
	struct containerd_runtime *runtime = runtime_of(config, table, path->texts[4], err);

	if (runtime == NULL)
		return -1;
	for (size_t i = 0; values != NULL && i < array_count(keys); i++) {
		size_t count = keys[i].names[1] == NULL ? 1 : 2;
		const struct text_list rest = { path->texts + 5, path->count - 5 };

		if (toml_path_is(&rest, keys[i].names, count) &&
			set_text((char **)((char *)runtime + keys[i].offset), values, err) < 0)
			return -1;
	}
	return 0;
}

static int read_cri(struct containerd_config *config, enum containerd_table table,
	const struct text_list *path, const struct text_list *values, struct error *err)
{
	const char *plugin = containerd_plugins[table];
	const char *const name[] = { "plugins", plugin, "containerd", "default_runtime_name" };
	const char *const runtimes[] = { "plugins", plugin, "containerd", "runtimes" };
	const struct text_list first = { path->texts, path->count < 4 ? path->count : 4 };

	if (path->count < 2 || strcmp(path->texts[0], "plugins") != 0 ||
		strcmp(path->texts[1], plugin) != 0)
		return 0;
	config->cri = true;
	if (values != NULL && toml_path_is(path, name, array_count(name)))
		return set_text(&config->default_runtime, values, err);
	if (path->count < 5 || !toml_path_is(&first, runtimes, array_count(runtimes)))
		return 0;
	return read_runtime(config, table, path, values, err);
}

static void read_nri(struct containerd_config *config, const struct text_list *path,
	const struct text_list *values)
{
	static const char *const names[] = { "plugins", "io.containerd.nri.v1.nri", "disable" };

	if (values == NULL || values->count == 0 || !toml_path_is(path, names, array_count(names)))
		return;
	config->nri_on = strcmp(values->texts[0], "false") == 0;
	config->nri_off = strcmp(values->texts[0], "true") == 0;
}

static int read_entry(void *context, const struct text_list *path, const struct text_list *values,
	struct error *err)
{
	static const char *const version[] = { "version" },
				 *const disabled[] = { "disabled_plugins" },
				 *const imports[] = { "imports" };
	struct containerd_config *config = context;

	if (values != NULL && values->count > 0 && toml_path_is(path, version, 1))
		config->version = (int)strtol(values->texts[0], NULL, 10);
	if (values != NULL && toml_path_is(path, disabled, 1))
		config->cri_off = text_list_has(values, "cri") ||
			text_list_has(values, containerd_plugins[CONTAINERD_TABLE_2]) ||
			text_list_has(values, containerd_plugins[CONTAINERD_TABLE_3]);
	if (values != NULL && toml_path_is(path, imports, 1))
		config->imports = values->count > 0;
	read_nri(config, path, values);
	return read_cri(config, CONTAINERD_TABLE_2, path, values, err) < 0 ||
			read_cri(config, CONTAINERD_TABLE_3, path, values, err) < 0
		? -1
		: 0;
}

int containerd_parse(struct containerd_config *config, const char *text, struct error *err)
{
	config->version = 1;
	return toml_walk(text, read_entry, config, err);
}

void containerd_clear(struct containerd_config *config)
{
	for (size_t i = 0; i < config->count; i++) {
		text_clear(&config->runtimes[i].name);
		text_clear(&config->runtimes[i].base_spec);
		text_clear(&config->runtimes[i].program);
		text_clear(&config->runtimes[i].cgroup);
	}
	free(config->runtimes);
	text_clear(&config->default_runtime);
	*config = (struct containerd_config){ 0 };
}

bool containerd_heeds(
	const struct containerd_config *config, const struct containerd_runtime *runtime)
{
	return config->version == (runtime->table == CONTAINERD_TABLE_2 ? 2 : 3);
}
