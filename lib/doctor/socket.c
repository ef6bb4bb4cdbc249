/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_socket: do the sockets that containers bind outlive their daemons? */
#include <stdio.h>
#include <string.h>

#include "doctor/doctor_internal.h"
#include "base/unit_file.h"
#include "base/path.h"
#include "base/string.h"

/* Where dockerd listens: what its unit and its configuration say, in words such as "fd://" and
 * "unix:///run/docker.sock". */
static int unit_hosts(const char *unit, struct text_list *hosts, struct error *err)
{
	static const char *const options[] = { "-H", "--host" };
	cleanup(text_list_clear) struct text_list lines = { 0 }, words = { 0 };

	if (unit_values(unit, "Service", "ExecStart", &lines, err) < 0)
		return -1;
	for (size_t i = 0; i < lines.count; i++)
		if (unit_words(lines.texts[i], &words, err) < 0)
			return -1;
	for (size_t i = 0; i < words.count; i++) {
		const char *word = words.texts[i], *value = NULL;

		if (word_find(word, options, array_count(options)) >= 0 && i + 1 < words.count)
			value = words.texts[++i];
		else if (strncmp(word, "--host=", 7) == 0)
			value = word + 7;
		else if (strncmp(word, "-H", 2) == 0 && word[2] != '\0')
			value = word + 2 + (word[2] == '=');
		if (value != NULL && text_list_add(hosts, value, strlen(value), err) < 0)
			return -1;
	}
	return 0;
}

static int config_hosts(const json_t *config, struct text_list *hosts, struct error *err)
{
	const json_t *values = json_object_get(config, "hosts");

	for (size_t i = 0; i < json_array_size(values); i++) {
		const char *word = json_string_value(json_array_get(values, i));

		if (word != NULL && text_list_add(hosts, word, strlen(word), err) < 0)
			return -1;
	}
	return 0;
}

/* The path of a socket; NULL: it is none. */
static const char *socket_path(const char *host)
{
	if (strncmp(host, "unix://", 7) == 0)
		return host[7] != '\0' ? host + 7 : "/var/run/docker.sock";
	return host[0] == '/' ? host : NULL;
}

/* Not directly in /run: a bind of its directory shows the socket and little else. */
static bool own_directory(const char *path)
{
	char directory[256];
	const char *slash = strrchr(path, '/');

	if (slash == NULL || (size_t)(slash - path) >= sizeof(directory))
		return false;
	snprintf(directory, sizeof(directory), "%.*s", (int)(slash - path), path);
	return directory[0] != '\0' && run_path_within(directory, "/run") &&
		!run_path_within("/run", directory);
}

static int found_own(struct doctor_answer *answer, const char *path, struct error *err)
{
	cleanup(text_clear) char *directory = text_copy_bytes(
		path, (size_t)(strrchr(path, '/') - path), err);

	return directory == NULL ? -1 : doctor_found(answer, "own", directory, NULL, err);
}

/* in_unit: the unit's words, beside which dockerd allows none in its configuration. */
static int judge_hosts(const struct text_list *hosts, bool in_unit, struct doctor_answer *answer,
	struct error *err)
{
	const char *bare = hosts->count == 0 ? "/var/run/docker.sock" : NULL;

	if (text_list_has(hosts, "fd://"))
		return doctor_found(answer, "activated", NULL, NULL, err);
	for (size_t i = 0; i < hosts->count; i++) {
		const char *path = socket_path(hosts->texts[i]);

		if (path != NULL && own_directory(path))
			return found_own(answer, path, err);
		if (path != NULL && bare == NULL)
			bare = path;
	}
	if (bare == NULL)
		return doctor_found(answer, "tcp", hosts->texts[0], NULL, err);
	return doctor_found(answer, in_unit ? "bare-unit" : "bare", bare, NULL, err);
}

int doctor_docker_socket(
	const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	static const char *const signs[] = { DOCKER_CONFIG, "/usr/bin/dockerd", "/usr/sbin/dockerd",
		"/usr/local/bin/dockerd" };
	cleanup(buffer_clear) struct buffer unit = { 0 };
	cleanup(text_list_clear) struct text_list of_unit = { 0 }, of_config = { 0 };
	cleanup(doctor_decref) json_t *config = NULL;
	bool there, any;

	if (tree_unit(doctor->root, "docker.service", &unit, &there, err) < 0 ||
		doctor_any_there(doctor, signs, array_count(signs), &any, err) < 0 ||
		doctor_docker_config(doctor, &config, NULL, err) < 0)
		return -1;
	if (!there && !any)
		return doctor_found(answer, "none", NULL, NULL, err);
	if ((there && unit_hosts(unit.text, &of_unit, err) < 0) ||
		config_hosts(config, &of_config, err) < 0)
		return -1;
	if (of_unit.count > 0 && of_config.count > 0)
		return doctor_found(answer, "both", NULL, NULL, err);
	if (of_unit.count > 0)
		return judge_hosts(&of_unit, true, answer, err);
	return judge_hosts(&of_config, false, answer, err);
}

int doctor_podman_socket(
	const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	cleanup(buffer_clear) struct buffer unit = { 0 };
	cleanup(text_clear) char *listens = NULL;
	char path[256];
	bool there, wanted;

	if (tree_unit(doctor->root, "podman.socket", &unit, &there, err) < 0)
		return -1;
	if (!there)
		return doctor_found(answer, "none", NULL, NULL, err);
	if (unit_value(unit.text, "Socket", "ListenStream", &listens, err) < 0 ||
		tree_unit_wanted(doctor->root, "podman.socket", &wanted, err) < 0)
		return -1;
	if (!wanted)
		return doctor_found(answer, "off", NULL, NULL, err);
	/* %t is /run in the system's units */
	snprintf(path, sizeof(path), "%s%s",
		listens != NULL && strncmp(listens, "%t", 2) == 0 ? "/run" : "",
		listens == NULL                          ? ""
			: strncmp(listens, "%t", 2) == 0 ? listens + 2
							 : listens);
	return doctor_found(answer, own_directory(path) ? "own" : "bare", path, NULL, err);
}
