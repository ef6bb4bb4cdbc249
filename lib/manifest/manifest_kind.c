/* SPDX-License-Identifier: Apache-2.0 */
/* manifest_kind: recognises the kind of a document by its keys, and of other texts by a line. */
#define _GNU_SOURCE 1 /* memmem */

#include "manifest/manifest_kind.h"

#include <ctype.h>
#include <string.h>

#include "base/buffer.h"

static bool has(const struct node *node, const char *key)
{
	return node_pair(node, key) != NULL;
}

static bool is_kubernetes(const struct node *root)
{
	return has(root, "apiVersion") && has(root, "kind");
}

static const struct node *first_of(const struct node *root)
{
	return root->kind == NODE_LIST && root->count > 0 ? root->elements[0] : root;
}

static bool is_inspect(const struct node *root)
{
	root = first_of(root);
	return has(root, "HostConfig") || has(root, "Mounts");
}

const struct node *node_member(const struct node *node, const char *key)
{
	const struct node_pair *pair = node_pair(node, key);

	return pair != NULL ? pair->value : NULL;
}

static bool is_crictl(const struct node *root)
{
	const struct node *status, *specification;

	root = first_of(root);
	status = node_member(root, "status");
	specification = node_member(root, "Spec");
	return (status != NULL && has(status, "mounts")) ||
		(specification != NULL && has(specification, "TaskTemplate"));
}

/* Files of the first docker-compose had the services at the top. */
static bool is_first_compose(const struct node *root)
{
	if (root->kind != NODE_MAPPING || root->count == 0)
		return false;
	for (size_t i = 0; i < root->count; i++)
		if (!has(root->pairs[i].value, "image") && !has(root->pairs[i].value, "build") &&
			!has(root->pairs[i].value, "extends"))
			return false;
	return true;
}

static bool is_compose(const struct node *root)
{
	return has(root, "services") || has(root, "include") || is_first_compose(root);
}

bool is_oci(const struct node *root)
{
	return has(root, "ociVersion") || (has(root, "root") && has(root, "process"));
}

/* devcontainer.json has no key that only it has; its name or two of these speak for it. */
static bool is_devcontainer(const struct node *root)
{
	bool mounts = has(root, "mounts") || has(root, "runArgs") || has(root, "workspaceMount");

	return root->kind == NODE_MAPPING &&
		(has(root, "dockerComposeFile") ||
			(mounts &&
				(has(root, "image") || has(root, "build") ||
					has(root, "dockerFile"))));
}

static const struct form forms[] = {
	{ is_kubernetes, true, manifest_kubernetes },
	{ is_devcontainer, false, manifest_devcontainer },
	{ is_compose, false, manifest_compose },
	{ is_inspect, true, manifest_inspect },
	{ is_crictl, true, manifest_crictl },
};

/* Kinds that hold containers only once something else has read them. */
static bool is_chart(const struct node *root)
{
	return has(root, "apiVersion") && has(root, "name") && has(root, "version");
}

static bool is_ansible(const struct node *root)
{
	const struct node *first = first_of(root);

	if (root->kind != NODE_LIST || first->kind != NODE_MAPPING)
		return false;
	if (has(first, "hosts") || has(first, "import_playbook"))
		return true;
	for (size_t i = 0; i < root->count; i++)
		for (size_t j = 0;
			root->elements[i]->kind == NODE_MAPPING && j < root->elements[i]->count;
			j++) {
			const char *key = root->elements[i]->pairs[j].key->text;

			if (strstr(key, "docker_container") != NULL ||
				strstr(key, "podman_container") != NULL ||
				strcmp(key, "ansible.builtin.include_tasks") == 0)
				return true;
		}
	return false;
}

static bool is_ecs(const struct node *root)
{
	return has(root, "containerDefinitions") || has(root, "taskDefinition");
}

static bool is_nomad_json(const struct node *root)
{
	const struct node *job = node_member(root, "Job");

	return has(root, "TaskGroups") || (job != NULL && has(job, "TaskGroups"));
}

static const struct {
	bool (*is)(const struct node *root);
	const char *sentence;
} rendered[] = {
	{ is_chart, "a Helm chart: run \"helm template CHART | runmask check -\"" },
	{ is_ansible,
		"Ansible: its containers are known only when they run: run \"docker inspect "
		"NAME | runmask check -\" on the host" },
	{ is_ecs,
		"an ECS task definition: its containers are known on the instance: run \"docker "
		"inspect NAME | runmask check -\" there" },
	{ is_nomad_json, NOMAD },
};

const struct form *form_find(const struct node *root)
{
	for (size_t i = 0; i < array_count(forms); i++)
		if (forms[i].is(root))
			return &forms[i];
	return NULL;
}

int form_unknown(struct manifest *manifest, const struct node *root, struct error *err)
{
	manifest->fit = FIT_RENDER;
	for (size_t i = 0; i < array_count(rendered); i++)
		if (rendered[i].is(root))
			return error_at(err, ERROR_INPUT, root->line, root->column, "%s",
				rendered[i].sentence);
	manifest->fit = FIT_FOREIGN;
	if (root->kind == NODE_LIST && root->count == 0)
		return error_at(err, ERROR_INPUT, root->line, root->column,
			"an empty list: no container was found");
	if (has(root, "kind") != has(root, "apiVersion"))
		return error_at(err, ERROR_INPUT, root->line, root->column,
			"%s is missing: an object of Kubernetes has apiVersion and kind",
			has(root, "kind") ? "apiVersion" : "kind");
	return error_at(err, ERROR_INPUT, root->line, root->column,
		"unknown kind of file. Known are: compose (has \"services\"), Kubernetes "
		"(\"apiVersion\" and \"kind\"), docker, podman and crictl inspect (\"HostConfig\", "
		"\"Mounts\", \"status\"), devcontainer.json, an OCI config.json (\"ociVersion\"), "
		"quadlets (\"[Container]\", \"[Pod]\", \"[Kube]\"), docker run lines in scripts");
}

/* Is the first line that says anything a section's head, such as "[Unit]"? */
bool is_unit(const char *text, size_t length)
{
	const char *end = text + length, *close;

	for (;;) {
		while (text < end && isspace((unsigned char)*text))
			text++;
		if (text == end || (*text != '#' && *text != ';'))
			break;
		text = memchr(text, '\n', (size_t)(end - text));
		if (text == NULL)
			return false;
	}
	if (text == end || *text != '[')
		return false;
	close = memchr(text, ']', (size_t)(end - text));
	if (close == NULL || !isalpha((unsigned char)text[1]))
		return false;
	while (++text < close)
		if (!isalnum((unsigned char)*text) && strchr("-_ ", *text) == NULL)
			return false;
	return close + 1 == end || isspace((unsigned char)close[1]);
}

/* Does a line begin with that key? */
bool has_key_line(const char *text, size_t length, const char *key)
{
	const char *end = text + length, *found = text;

	while ((found = memmem(found, (size_t)(end - found), key, strlen(key))) != NULL) {
		if (found == text || found[-1] == '\n')
			return true;
		found++;
	}
	return false;
}

/* A unit that starts programs, and is not a quadlet. */
bool is_service(const char *text, size_t length)
{
	return has_key_line(text, length, "[Service]") &&
		!has_key_line(text, length, "[Container]") &&
		!has_key_line(text, length, "[Pod]") && !has_key_line(text, length, "[Kube]");
}

/* A job of Nomad's own language. */
bool is_nomad(const char *text, size_t length)
{
	return has_key_line(text, length, "job \"") && memmem(text, length, "task \"", 6) != NULL;
}
