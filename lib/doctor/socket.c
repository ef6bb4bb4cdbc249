/* SPDX-License-Identifier: Apache-2.0 */
/* socket: checks whether the sockets of Docker and Podman survive a restart of the daemon: made by
 * systemd, or in a directory that can be bound instead. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "base/string.h"
#include "base/unit_file.h"
#include "doctor/docker.h"

/* Where dockerd listens: what its command line and its configuration say, in words such as "fd://"
 * and "unix:///run/docker.sock". */
static int hosts_of_arguments(
	const struct text_list *words, struct text_list *hosts, struct error *err)
{
	static const char *const options[] = { "-H", "--host" };

	return docker_option(words, options, array_count(options), hosts, err);
}

static int config_hosts(const json_t *config, struct text_list *hosts, struct error *err)
{
	return doctor_strings(hosts, json_object_get(config, "hosts"), err);
}

/* The path of a socket; NULL: the address is not a path. */
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

/* Is a socket there? Not asked of another host's files, where no daemon runs. */
static int is_made(const struct doctor *doctor, const char *path, bool *made, struct error *err)
{
	struct stat status;
	bool there;

	*made = true;
	if (!doctor->live)
		return 0;
	if (host_stat(doctor->root, path, &status, &there, err) < 0)
		return -1;
	*made = there && S_ISSOCK(status.st_mode);
	return 0;
}

static int found_own(const struct doctor *doctor, bool runs, const char *path,
	struct doctor_answer *answer, struct error *err)
{
	cleanup(text_clear) char *directory = text_copy_bytes(
		path, (size_t)(strrchr(path, '/') - path), err);
	bool made;

	if (directory == NULL || is_made(doctor, path, &made, err) < 0)
		return -1;
	if (runs && !made)
		return doctor_found(answer, "unmade", path, NULL, err);
	return doctor_found(answer, "own", directory, NULL, err);
}

/* in_unit: the unit's words, beside which dockerd allows none in its configuration. */
static int judge_hosts(const struct doctor *doctor, const struct docker *docker,
	const struct text_list *hosts, bool in_unit, struct doctor_answer *answer,
	struct error *err)
{
	const char *bare = hosts->count == 0 ? "/var/run/docker.sock" : NULL;

	for (size_t i = 0; i < hosts->count; i++) {
		const char *path = socket_path(hosts->texts[i]);

		if (path != NULL && own_directory(path))
			return found_own(doctor, docker->pid != 0, path, answer, err);
		if (path != NULL && bare == NULL)
			bare = path;
	}
	if (bare == NULL)
		return doctor_found(answer, "tcp", hosts->texts[0], NULL, err);
	return doctor_found(answer, in_unit ? "bare-unit" : "bare", bare, NULL, err);
}

/* systemd's socket is not there, or masked: dockerd -H fd:// does not start. */
static int judge_activated(
	const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	cleanup(buffer_clear) struct buffer unit = { 0 };
	bool there;

	if (host_unit(doctor->root, "docker.socket", &unit, &there, err) < 0)
		return -1;
	return doctor_found(answer, there ? "activated" : "no-socket", NULL, NULL, err);
}

int doctor_docker_socket(
	const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	cleanup(text_list_clear) struct text_list of_words = { 0 }, of_config = { 0 };
	cleanup(docker_clear) struct docker docker = { 0 };
	const struct text_list *hosts = &of_words;

	if (docker_read(doctor, &docker, err) < 0)
		return -1;
	if (!docker.there)
		return doctor_found(answer, "none", NULL, NULL, err);
	if (hosts_of_arguments(&docker.words, &of_words, err) < 0 ||
		config_hosts(docker.config, &of_config, err) < 0)
		return -1;
	if (of_words.count > 0 && of_config.count > 0)
		return doctor_found(answer, "both", NULL, NULL, err);
	if (of_words.count == 0)
		hosts = &of_config;
	if (text_list_has(hosts, "fd://"))
		return judge_activated(doctor, answer, err);
	return judge_hosts(doctor, &docker, hosts, hosts == &of_words, answer, err);
}

int doctor_podman_socket(
	const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	cleanup(buffer_clear) struct buffer unit = { 0 };
	cleanup(text_clear) char *listens = NULL;
	char path[256];
	bool there, wanted, made;

	if (host_unit(doctor->root, "podman.socket", &unit, &there, err) < 0)
		return -1;
	if (!there)
		return doctor_found(answer, "none", NULL, NULL, err);
	if (unit_value(unit.text, "Socket", "ListenStream", &listens, err) < 0 ||
		host_unit_wanted(doctor->root, "podman.socket", &wanted, err) < 0)
		return -1;
	if (!wanted)
		return doctor_found(answer, "off", NULL, NULL, err);
	/* %t is /run in the system's units */
	snprintf(path, sizeof(path), "%s%s",
		listens != NULL && strncmp(listens, "%t", 2) == 0 ? "/run" : "",
		listens == NULL                          ? ""
			: strncmp(listens, "%t", 2) == 0 ? listens + 2
							 : listens);
	if (is_made(doctor, path, &made, err) < 0)
		return -1;
	if (!own_directory(path))
		return doctor_found(answer, "bare", path, NULL, err);
	return doctor_found(answer, made ? "own" : "unmade", path, NULL, err);
}
