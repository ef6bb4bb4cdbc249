/* SPDX-License-Identifier: Apache-2.0 */
/* search: builds the list of containers from the messages of the helper. */
#include <string.h>

#include "scan/search_internal.h"

struct running *search_row(const struct running_list *list, ino_t namespace)
{
	for (size_t i = list->count; i-- > 0;)
		if (list->rows[i].namespace == namespace && list->rows[i].kind == RUNNING_CONTAINER)
			return &list->rows[i];
	return NULL;
}

static int take_text(char **text, const char **at, const char *end, struct error *err)
{
	size_t length = strnlen(*at, (size_t)(end - *at));

	*text = text_copy_bytes(*at, length, err);
	*at += length + 1;
	return *text == NULL ? -1 : 0;
}

static int take_sockets(
	struct running *row, size_t count, const char *at, const char *end, struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		struct running_socket *socket = array_add(
			&row->sockets, &row->socket_count, sizeof(*socket), err);

		if (socket == NULL)
			return -1;
		memcpy(socket, at, sizeof(*socket));
		socket->destination = socket->source = NULL;
		at += sizeof(*socket);
		if (take_text(&socket->destination, &at, end, err) < 0 ||
			take_text(&socket->source, &at, end, err) < 0)
			return -1;
	}
	return 0;
}

static int hear_row(struct search *search, const struct said *said, const char *at, const char *end,
	struct error *err)
{
	struct running *row = said->again ? search_row(search->list, said->row.namespace) : NULL;

	if (row == NULL)
		row = array_add(&search->list->rows, &search->list->count, sizeof(*row), err);
	else
		running_clear(row); /* it is told again, since it reaches more than was known */
	if (row == NULL)
		return -1;
	*row = said->row;
	row->name = NULL;
	row->sockets = NULL;
	row->socket_count = 0;
	if (take_text(&row->name, &at, end, err) < 0)
		return -1;
	return take_sockets(row, said->row.socket_count, at, end, err);
}

static void note_problem(struct running_list *list, const struct error *problem)
{
	list->unseen++;
	if (list->problem.code == ERROR_NONE)
		list->problem = *problem;
}

static int hear(void *closure, const char *bytes, size_t length, struct error *err)
{
	struct search *search = closure;
	struct said said;
	bool known;

	memcpy(&said, bytes, sizeof(said));
	for (size_t i = 0; i < array_count(said.roots); i++)
		if (said.roots[i].namespace != 0 &&
			root_set_add(&search->roots, &said.roots[i], &known, err) < 0)
			return -1;
	if (said.what == SAID_ROW)
		return hear_row(search, &said, bytes + sizeof(said), bytes + length, err);
	note_problem(search->list, &said.problem);
	search->passing += said.roots[0].namespace == 0;
	return 0;
}

static int stuck(void *closure, const struct helper_mark *mark, struct error *err)
{
	struct search *search = closure;
	struct error problem = { 0 };
	ino_t *namespace = array_add(&search->stuck, &search->stuck_count, sizeof(*namespace), err);

	if (namespace == NULL)
		return -1;
	*namespace = mark->namespace;
	error_set(&problem, ERROR_SYSTEM,
		"pid %d: no answer in time, from a file system in its mount namespace",
		(int)mark->pid);
	search->list->unseen -= search->passing;
	search->passing = 0;
	note_problem(search->list, &problem);
	return 0;
}

static void tick(void *closure, const struct helper_mark *mark)
{
	struct search *search = closure;

	search->list->processes = mark->processes;
	if (search->progress != NULL)
		search->progress->tell(
			search->progress->closure, mark->processes, mark->containers);
}

static int worst_first(const void *left, const void *right)
{
	const struct running *a = left, *b = right;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->worst != b->worst)
		return a->worst > b->worst ? -1 : 1;
	return a->pid < b->pid ? -1 : a->pid > b->pid;
}

int running_find(struct running_list *list, struct running_view *view,
	const struct running_progress *progress, struct error *err)
{
	struct search search = { .list = list, .view = view, .progress = progress };
	const struct helper_job job = { &search, search_work, hear, stuck, tick };
	int result = helper_run(&job, err);

	root_set_clear(&search.roots);
	free(search.stuck);
	if (result == 0 && list->count > 0)
		qsort(list->rows, list->count, sizeof(*list->rows), worst_first);
	return result;
}

void running_clear(struct running *row)
{
	text_clear(&row->name);
	running_sockets_free(row);
}

void running_list_clear(struct running_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		running_clear(&list->rows[i]);
	free(list->rows);
	*list = (struct running_list){ 0 };
}
