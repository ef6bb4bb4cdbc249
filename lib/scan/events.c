/* SPDX-License-Identifier: Apache-2.0 */
/* events: inotify watches on directories and their parents; events are gathered into one batch. */
#include "scan/events.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>

#include "base/file.h"
#include "base/path.h"
#include "observe/observe.h"

#define MADE (IN_CREATE | IN_MOVED_TO)
#define GONE (IN_DELETE | IN_MOVED_FROM)
#define SELF_GONE (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)

enum point_kind {
	POINT_WAY,     /* above a directory that is to be watched */
	POINT_CHANNEL, /* in which a daemon makes its socket */
	POINT_STATES,  /* in which a runtime makes a directory for each container */
	POINT_ID,      /* of one container, until its state is written */
};

/* A directory that is watched. */
struct event_point {
	int wd;
	enum point_kind kind;
	const struct state_location *location; /* POINT_STATES, POINT_ID */
	char *path;
};

void event_container_clear(struct event_container *container)
{
	text_clear(&container->directory);
	text_clear(&container->id);
}

void news_clear(struct news *news)
{
	for (size_t i = 0; i < news->count; i++)
		event_container_clear(&news->containers[i]);
	for (size_t i = 0; i < news->ended_count; i++)
		free(news->ended[i]);
	free(news->containers);
	free(news->ended);
	*news = (struct news){ 0 };
}

int events_open(struct events *events, channel_set set, struct error *err)
{
	events->channels = set;
	events->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	return events->inotify < 0 ? error_errno(err, "starting inotify") : 0;
}

void events_close(struct events *events)
{
	for (size_t i = 0; i < events->count; i++)
		text_clear(&events->points[i].path);
	free(events->points);
	fd_close(&events->inotify);
	*events = EVENTS_NONE;
}

/* ---- what is watched ------------------------------------------------------------------------ */

static struct event_point *point_of(const struct events *events, int wd)
{
	for (size_t i = events->count; i-- > 0;)
		if (events->points[i].wd == wd)
			return &events->points[i];
	return NULL;
}

static void forget(struct events *events, struct event_point *point)
{
	text_clear(&point->path);
	*point = events->points[--events->count];
}

/* A directory that is not there is none to be watched; one that was watched under another kind
 * becomes the more telling one. */
static int watch(struct events *events, enum point_kind kind, const struct state_location *location,
	const char *path, struct error *err)
{
	struct event_point *point;
	int wd = inotify_add_watch(events->inotify, path,
		MADE | GONE | SELF_GONE | IN_CLOSE_WRITE | IN_ONLYDIR | IN_EXCL_UNLINK);

	if (wd < 0 && (errno == ENOSPC || errno == ENOMEM))
		return error_errno(err, "watching \"%s\" (fs.inotify.max_user_watches)", path);
	if (wd < 0)
		return 0;
	point = point_of(events, wd);
	if (point != NULL) {
		point->kind = point->kind > kind ? point->kind : kind;
		point->location = location != NULL ? location : point->location;
		return 0;
	}
	point = array_add(&events->points, &events->count, sizeof(*point), err);
	if (point == NULL)
		return -1;
	*point = (struct event_point){ .wd = wd, .kind = kind, .location = location };
	point->path = text_copy(path, err);
	return point->path == NULL ? -1 : 0;
}

/* Every directory on the way: "/run", "/run/systemd", "/run/systemd/resolve". */
static int watch_channel(struct events *events, const char *directory, struct error *err)
{
	const char *path = run_path_short(directory);
	char part[PATH_MAX];

	for (size_t length = strcspn(path + 1, "/") + 1;;
		length += strcspn(path + length + 1, "/") + 1) {
		bool last = path[length] == '\0';

		snprintf(part, sizeof(part), "%.*s", (int)length, path);
		if (watch(events, last ? POINT_CHANNEL : POINT_WAY, NULL, part, err) < 0)
			return -1;
		if (last)
			return 0;
	}
}

/* What is to be watched. */
struct arming {
	struct events *events;
	struct news *news;
};

static int watch_way(void *closure, const struct state_location *location, const char *directory,
	struct error *err)
{
	struct arming *arming = closure;

	return watch(arming->events, POINT_WAY, location, directory, err);
}

/* ---- what has happened ---------------------------------------------------------------------- */

/* Is this a name on the way to a directory that is to be watched? */
static bool leads_on(const struct events *events, const char *directory, const char *name)
{
	char path[PATH_MAX];
	size_t length = (size_t)snprintf(path, sizeof(path), "%s/%s", directory, name);

	if (length >= sizeof(path))
		return false;
	if (states_leads_on(path))
		return true;
	for_each_place(channel, place, events->channels)
	{
		const char *to = run_path_short(place->directory);

		if (strncmp(to, path, length) == 0 && (to[length] == '/' || to[length] == '\0'))
			return true;
	}
	return false;
}

/* A directory of states, and in it the container's. Borrowed. */
struct found {
	const struct state_location *location;
	const char *directory;
	size_t length; /* of directory */
	const char *id;
};

static int add_container(struct news *news, const struct found *found, struct error *err)
{
	struct event_container *container;

	for (size_t i = 0; i < news->count; i++)
		if (strcmp(news->containers[i].id, found->id) == 0 &&
			news->containers[i].location == found->location)
			return 0;
	if (news->count >= NEWS_MAX) {
		news->all = true;
		return 0;
	}
	container = array_add(&news->containers, &news->count, sizeof(*container), err);
	if (container == NULL)
		return -1;
	container->location = found->location;
	container->directory = text_copy_bytes(found->directory, found->length, err);
	container->id = text_copy(found->id, err);
	return container->directory == NULL || container->id == NULL ? -1 : 0;
}

static int container_made(
	struct events *events, struct news *news, const struct found *found, struct error *err)
{
	char path[PATH_MAX];

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", found->directory, found->id) >=
		sizeof(path))
		return 0;
	if (watch(events, POINT_ID, found->location, path, err) < 0)
		return -1;
	return add_container(news, found, err);
}

static int watch_states(void *closure, const struct state_location *location, const char *directory,
	struct error *err)
{
	struct arming *arming = closure;
	cleanup(fd_close) int fd = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	cleanup(directory_close) DIR *list = fd < 0 ? NULL : directory_list(fd);
	const struct dirent *entry;
	size_t left = NEWS_MAX;

	if (watch(arming->events, POINT_STATES, location, directory, err) < 0)
		return -1;
	while (list != NULL && left-- > 0 && (entry = readdir(list)) != NULL) {
		const struct found found = { location, directory, strlen(directory),
			entry->d_name };
		struct running_state state = { 0 };
		bool ready;

		if (entry->d_name[0] == '.' || entry->d_type != DT_DIR)
			continue;
		ready = states_read_one(&state, location, directory, entry->d_name);
		state_row_clear(&state);
		if (!ready && container_made(arming->events, arming->news, &found, err) < 0)
			return -1;
	}
	return 0;
}

int events_arm(struct events *events, struct news *news, struct error *err)
{
	struct arming arming = { events, news };

	for_each_place(channel, place, events->channels)
	{
		if (watch_channel(events, place->directory, err) < 0)
			return -1;
	}
	if (states_each_way(watch_way, &arming, err) < 0)
		return -1;
	return states_each_directory(watch_states, &arming, err);
}

void events_done(struct events *events, const struct event_container *container)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", container->directory, container->id);
	for (size_t i = events->count; i-- > 0;)
		if (events->points[i].kind == POINT_ID &&
			strcmp(events->points[i].path, path) == 0) {
			inotify_rm_watch(events->inotify, events->points[i].wd);
			forget(events, &events->points[i]);
		}
}

static int container_ended(struct news *news, const char *id, struct error *err)
{
	char **ended = array_add(&news->ended, &news->ended_count, sizeof(*ended), err);

	if (ended == NULL)
		return -1;
	*ended = text_copy(id, err);
	return *ended == NULL ? -1 : 0;
}

/* Its state may be written now. */
static int container_changed(struct news *news, const struct event_point *point, struct error *err)
{
	const char *slash = strrchr(point->path, '/');
	const struct found found = { point->location, point->path, (size_t)(slash - point->path),
		slash + 1 };

	return add_container(news, &found, err);
}

static int in_states(struct events *events, struct news *news, const struct event_point *point,
	const struct inotify_event *event, struct error *err)
{
	const struct found found = { point->location, point->path, strlen(point->path),
		event->name };

	if (!(event->mask & IN_ISDIR))
		return 0;
	if (event->mask & MADE)
		return container_made(events, news, &found, err);
	return event->mask & GONE ? container_ended(news, event->name, err) : 0;
}

static int one_event(struct events *events, struct news *news, const struct inotify_event *event,
	struct error *err)
{
	struct event_point *point = point_of(events, event->wd);
	const char *path;

	if (event->mask & IN_Q_OVERFLOW)
		news->all = news->rearm = news->lost = true;
	if (point == NULL)
		return 0;
	path = point->path; /* stays where it is when the points move */
	if (event->mask & IN_IGNORED) {
		forget(events, point);
		return 0;
	}
	if (event->mask & SELF_GONE) {
		/* a channel's directory: with it nothing is left to be masked, and its parent says
		 * when it is made again; a pass now would only put off the one that is needed then
		 */
		news->rearm = news->rearm || point->kind == POINT_STATES ||
			point->kind == POINT_WAY;
		return 0;
	}
	switch (point->kind) {
	case POINT_ID:
		return container_changed(news, point, err);
	case POINT_CHANNEL:
		news->all = news->all || (event->mask & MADE);
		break;
	case POINT_STATES:
		if (in_states(events, news, point, event, err) < 0)
			return -1;
		break;
	case POINT_WAY:
		break;
	}
	if ((event->mask & MADE) && leads_on(events, path, event->name))
		news->all = news->rearm = true;
	return 0;
}

int events_read(struct events *events, struct news *news, struct error *err)
{
	char bytes[16384] __attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t length;

	while ((length = read(events->inotify, bytes, sizeof(bytes))) > 0)
		for (const char *at = bytes; at < bytes + length;) {
			const struct inotify_event *event = (const struct inotify_event *)at;

			if (one_event(events, news, event, err) < 0)
				return -1;
			at += sizeof(*event) + event->len;
		}
	return length < 0 && errno != EAGAIN && errno != EINTR ? error_errno(err, "reading inotify")
							       : 0;
}
