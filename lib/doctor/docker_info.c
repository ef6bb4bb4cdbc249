/* SPDX-License-Identifier: Apache-2.0 */
/* docker_info: asks a running dockerd for its runtimes (docs.docker.com/reference/api/engine, GET
 * /info). The peer is not trusted: time and length of the answer are limited. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include "base/file.h"
#include "doctor/docker.h"
#include "kernel/clock.h"

#define TIME_LIMIT_MS 2000
#define ANSWER_LIMIT ((size_t)4 << 20)

/* HTTP/1.0: the answer ends with the connection, and comes in one piece. */
static const char request[] = "GET /info HTTP/1.0\r\nHost: docker\r\n\r\n";

/* The path of a socket among dockerd's hosts; its default where there is none, or it is systemd's.
 */
static const char *socket_of(const struct text_list *hosts)
{
	for (size_t i = 0; i < hosts->count; i++)
		if (strncmp(hosts->texts[i], "unix:///", 8) == 0)
			return hosts->texts[i] + 7;
	return "/run/docker.sock";
}

static int find_socket(const struct docker *docker, char *path, size_t size, struct error *err)
{
	static const char *const names[] = { "-H", "--host" };
	cleanup(text_list_clear) struct text_list hosts = { 0 };

	if (docker_option(&docker->words, names, 2, &hosts, err) < 0 ||
		doctor_strings(&hosts, json_object_get(docker->config, "hosts"), err) < 0)
		return -1;
	snprintf(path, size, "%s", socket_of(&hosts));
	return 0;
}

static int dial(const char *path)
{
	cleanup(fd_close) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (fd < 0 || strlen(path) >= sizeof(address.sun_path))
		return -1;
	strcpy(address.sun_path, path);
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
		send(fd, request, strlen(request), MSG_NOSIGNAL) != (ssize_t)strlen(request))
		return -1;
	return take_fd(&fd);
}

/* All that comes within the time; what is missing then makes no JSON. */
static int receive(int fd, struct buffer *answer, struct error *err)
{
	long long end = clock_ms() + TIME_LIMIT_MS;
	char part[16384];
	ssize_t length = 1;

	while (length > 0 && answer->length < ANSWER_LIMIT) {
		struct pollfd waits = { .fd = fd, .events = POLLIN };
		long long left = end - clock_ms();

		if (left <= 0 || poll(&waits, 1, (int)left) <= 0)
			break;
		length = recv(fd, part, sizeof(part), 0);
		if (length > 0 && buffer_add(answer, part, (size_t)length, err) < 0)
			return -1;
	}
	return 0;
}

static char *copy(const json_t *value, struct error *err)
{
	return json_is_string(value) ? text_copy(json_string_value(value), err) : NULL;
}

static void take_answer(
	struct docker_info *info, const char *body, size_t length, struct error *err)
{
	cleanup(doctor_decref)
		json_t *whole = json_loadb(body, length, JSON_DECODE_INT_AS_REAL, NULL);

	if (!json_is_object(json_object_get(whole, "Runtimes")))
		return;
	info->answers = true;
	info->version = copy(json_object_get(whole, "ServerVersion"), err);
	info->default_runtime = copy(json_object_get(whole, "DefaultRuntime"), err);
	info->runtimes = json_incref(json_object_get(whole, "Runtimes"));
	info->cdi = json_array_size(json_object_get(whole, "CDISpecDirs")) > 0;
}

void docker_info_parse(
	struct docker_info *info, const char *answer, size_t length, struct error *err)
{
	const char *body = length > 0 ? strstr(answer, "\r\n\r\n") : NULL;

	if (body != NULL && strncmp(answer, "HTTP/1.", 7) == 0)
		take_answer(info, body + 4, length - (size_t)(body + 4 - answer), err);
}

int docker_ask(const struct docker *docker, struct docker_info *info, struct error *err)
{
	cleanup(buffer_clear) struct buffer answer = { 0 };
	cleanup(fd_close) int fd = -1;
	char path[256];

	if (docker->pid == 0)
		return 0;
	if (find_socket(docker, path, sizeof(path), err) < 0)
		return -1;
	fd = dial(path);
	if (fd < 0)
		return 0;
	if (receive(fd, &answer, err) < 0)
		return -1;
	docker_info_parse(info, answer.text, answer.length, err);
	return 0;
}

void docker_info_clear(struct docker_info *info)
{
	text_clear(&info->version);
	text_clear(&info->default_runtime);
	json_decref(info->runtimes);
	*info = (struct docker_info){ 0 };
}
