/* SPDX-License-Identifier: Apache-2.0 */
/* planned_way: walks a path component by component: mounts by destination, links by readlink
 * below an fd. */
#include "observe/planned_way.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/path.h"
#include "observe/source.h"

#define LINKS_MAX 40    /* as many as the kernel follows */
#define MOUNTS_MAX 2000 /* each destination is compared with those before it */

/* A path on its way. */
struct walk {
	const struct planned_tree *tree;
	size_t mounts;      /* the first so many are there */
	struct buffer path; /* reached, without links */
	char *text;         /* what is left, on the heap … */
	const char *rest;   /* … from here on */
	int links;
	struct planned_way *way;
};

static void walk_clear(struct walk *walk)
{
	buffer_clear(&walk->path);
	text_clear(&walk->text);
}

void planned_way_clear(struct planned_way *way)
{
	text_clear(&way->path);
	lookup_clear(&way->look);
}

void planned_tree_clear(struct planned_tree *tree)
{
	for (size_t i = 0; tree->destinations != NULL && i < tree->spec->mount_count; i++)
		free(tree->destinations[i]);
	free(tree->destinations);
	fd_close(&tree->root);
	*tree = PLANNED_TREE_NONE;
}

/* A copy of what was there leads where that led. */
static bool shows_what_it_covers(const struct planned_mount *mount)
{
	return mount->copies_up && !mount->bind;
}

/* The mount in which the path is: the last one at it or above it. 0: none. */
static size_t mount_of(const struct walk *walk, const char *path)
{
	for (size_t i = walk->mounts; i > 0; i--) {
		const char *destination = walk->tree->destinations[i - 1];

		if (destination != NULL && path_within(path, destination) &&
			!shows_what_it_covers(&walk->tree->spec->mounts[i - 1]))
			return i;
	}
	return 0;
}

/* What is in a mount when the runtime has made it. */
enum content {
	CONTENT_UNKNOWN, /* files and links of any kind */
	CONTENT_EMPTY,
	CONTENT_LINKS, /* links within it: their ".." is not that of their names */
	CONTENT_PROC,
	CONTENT_SOURCE, /* a bind: what its source has */
};

static enum content content_of(const struct planned_mount *mount)
{
	static const struct {
		const char *type;
		enum content content;
	} known[] = {
		{ "proc", CONTENT_PROC },
		{ "tmpfs", CONTENT_EMPTY },
		{ "devpts", CONTENT_EMPTY },
		{ "mqueue", CONTENT_EMPTY },
		{ "sysfs", CONTENT_LINKS },
		{ "cgroup", CONTENT_LINKS },
		{ "cgroup2", CONTENT_LINKS },
	};
	const char *type = mount->type != NULL ? mount->type : "";

	if (mount->bind && strcmp(type, "proc") != 0)
		return CONTENT_SOURCE;
	for (size_t i = 0; i < array_count(known); i++)
		if (strcmp(type, known[i].type) == 0)
			return known[i].content;
	return CONTENT_UNKNOWN;
}

/* A bind's source. A link that only some runtimes follow here is ELOOP. */
static int open_source(const struct walk *walk, const struct planned_mount *mount)
{
	struct inode_info link;

	if (mount->copies_link &&
		stat_at(walk->tree->bundle, mount->source, AT_SYMLINK_NOFOLLOW, &link) == 0 &&
		S_ISLNK(link.mode)) {
		errno = ELOOP;
		return -1;
	}
	return source_open(walk->tree->bundle, mount->source);
}

/* The mount in which the path is, or NULL, and the path in it: "" for the mount itself. */
static const struct planned_mount *path_in_mount(
	const struct walk *walk, const char *path, size_t in, const char **rest)
{
	*rest = in == 0 ? path : path + strlen(walk->tree->destinations[in - 1]);
	*rest += strspn(*rest, "/");
	return in == 0 ? NULL : &walk->tree->spec->mounts[in - 1];
}

/* Opens what is at the path, which has no link but at its end: -1 with errno. */
static int open_planned(const struct walk *walk, const char *path, size_t in)
{
	const char *rest;
	const struct planned_mount *mount = path_in_mount(walk, path, in, &rest);
	cleanup(fd_close) int source = -1;

	if (mount == NULL)
		return open_beneath(
			walk->tree->root, rest[0] != '\0' ? rest : ".", O_PATH | O_NOFOLLOW);
	if (content_of(mount) == CONTENT_PROC)
		source = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	else if (mount->bind && mount->source != NULL)
		source = open_source(walk, mount);
	else
		errno = ENOENT; /* a new file system, with nothing in it that leads on */
	if (source < 0 || rest[0] == '\0')
		return take_fd(&source);
	return open_beneath(source, rest, O_PATH | O_NOFOLLOW);
}

/* The link's text in the place of its name. */
static int follow(struct walk *walk, size_t length, struct error *err)
{
	char target[PATH_MAX];
	struct buffer text = { 0 };
	ssize_t size = readlinkat(walk->way->look.fd, "", target, sizeof(target));

	if (size < 0) {
		walk->way->look.problem = errno;
		return 0;
	}
	if (buffer_add(&text, target, (size_t)size, err) < 0 ||
		buffer_add(&text, "/", 1, err) < 0 ||
		buffer_add(&text, walk->rest, strlen(walk->rest), err) < 0) {
		buffer_clear(&text);
		return -1;
	}
	text_clear(&walk->text);
	walk->text = text.text;
	walk->rest = walk->text;
	walk->path.length = size > 0 && target[0] == '/' ? 0 : length;
	walk->path.text[walk->path.length] = '\0';
	return 0;
}

/* A path that has grown too long for one look, by links that are not, is unknown; a link in the
 * host's source is for the kernel, which took it. */
static bool is_nothing(const struct walk *walk, int error)
{
	return is_absent(error) && error != ELOOP && walk->path.length < PATH_MAX;
}

/* runc and crun make links to /proc/self/fd in a /dev that is not bound, where they are missing
 * (runtime-spec, config-linux.md "Dev symbolic links"). */
static bool is_link_of_runtime(const struct walk *walk, const char *path, size_t in)
{
	static const char *const names[] = { "fd", "stdin", "stdout", "stderr" };
	const char *name;
	const struct planned_mount *mount = path_in_mount(walk, path, in, &name);

	if (mount == NULL && strncmp(path, "/dev/", 5) == 0)
		name = path + 5;
	else if (mount == NULL || content_of(mount) != CONTENT_EMPTY)
		return false;
	for (size_t i = 0; i < array_count(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* Why it is unknown what is at a path where nothing can be opened now. */
static int problem_of(const struct walk *walk, const char *path, size_t in, int error)
{
	const char *rest;
	const struct planned_mount *mount = path_in_mount(walk, path, in, &rest);

	if (error == ELOOP && mount != NULL && mount->bind && !mount->copies_link)
		return PROBLEM_READER;
	if (error == EBADF)
		return PROBLEM_BUNDLE;
	if (!is_nothing(walk, error))
		return error;
	if (is_link_of_runtime(walk, path, in))
		return PROBLEM_PROC;
	return mount != NULL && content_of(mount) == CONTENT_UNKNOWN && rest[0] != '\0'
		? PROBLEM_UNMADE
		: 0;
}

static void look_at(struct walk *walk)
{
	struct planned_way *way = walk->way;
	int in_proc;

	lookup_clear(&way->look);
	way->behind = mount_of(walk, walk->path.text);
	way->look = (struct lookup){ .fd = open_planned(walk, walk->path.text, way->behind) };
	if (way->look.fd < 0)
		way->look.problem = problem_of(walk, walk->path.text, way->behind, errno);
	else if ((in_proc = is_procfs(way->look.fd)) < 0 ||
		stat_at(way->look.fd, "", AT_EMPTY_PATH, &way->look.info) < 0)
		way->look.problem = errno;
	else if (in_proc == 1)
		way->look.problem = PROBLEM_PROC;
	else
		way->look.found = true;
}

/* The path is a name in a file system that has links: what is above it is not what is above its
 * name. */
static bool is_above_unknown(const struct walk *walk)
{
	const char *rest;
	const struct planned_mount *mount = path_in_mount(
		walk, walk->path.text, walk->way->behind, &rest);

	return mount != NULL && content_of(mount) == CONTENT_LINKS && rest[0] != '\0';
}

static void step_up(struct walk *walk)
{
	if (is_above_unknown(walk)) {
		walk->way->look.problem = PROBLEM_UNMADE;
		return;
	}
	while (walk->path.length > 0 && walk->path.text[--walk->path.length] != '/')
		continue;
	walk->path.text[walk->path.length] = '\0';
	look_at(walk);
}

static int step(struct walk *walk, const char *name, size_t length, struct error *err)
{
	size_t before = walk->path.length;

	if (buffer_add(&walk->path, "/", 1, err) < 0 ||
		buffer_add(&walk->path, name, length, err) < 0)
		return -1;
	look_at(walk);
	if (!walk->way->look.found || !S_ISLNK(walk->way->look.info.mode))
		return 0;
	if (++walk->links > LINKS_MAX) {
		lookup_clear(&walk->way->look);
		walk->way->look.found = false; /* round in circles: nothing, for programs too */
		walk->rest = "";
		return 0;
	}
	return follow(walk, before, err);
}

static int walk_all(struct walk *walk, struct error *err)
{
	const char *name;
	size_t length;

	look_at(walk);
	while (walk->way->look.problem == 0 && (name = path_next(&walk->rest, &length)) != NULL) {
		if (length == 1 && name[0] == '.')
			continue;
		if (length == 2 && memcmp(name, "..", 2) == 0)
			step_up(walk);
		else if (step(walk, name, length, err) < 0)
			return -1;
	}
	return 0;
}

static int walk_from(const struct planned_tree *tree, size_t mounts, const char *path,
	struct planned_way *way, struct error *err)
{
	cleanup(walk_clear) struct walk walk = {
		.tree = tree, .mounts = mounts, .rest = path, .way = way
	};

	if (buffer_add(&walk.path, "", 0, err) < 0 || walk_all(&walk, err) < 0)
		return -1;
	way->path = take(walk.path.text);
	walk.path = (struct buffer){ 0 };
	way->own = way->behind > 0 && tree->destinations[way->behind - 1] != NULL &&
		strcmp(way->path, tree->destinations[way->behind - 1]) == 0;
	return 0;
}

int planned_follow(const struct planned_tree *tree, const char *path, struct planned_way *way,
	struct error *err)
{
	return walk_from(tree, tree->spec->mount_count, path, way, err);
}

/* A plain name in /proc leads to no other file system, as its links do. */
static char *name_in_proc(const char *destination, const struct planned_way *way)
{
	char *normal = way->look.problem == PROBLEM_PROC && !path_steps_up(destination)
		? malloc(strlen(destination) + 2)
		: NULL;

	if (normal == NULL)
		return NULL;
	path_normalise(normal, destination);
	if (!path_is_below(normal, way->path) || path_depth(normal) != path_depth(way->path) + 1)
		text_clear(&normal);
	return normal;
}

int planned_tree_open(
	struct planned_tree *tree, const struct spec *spec, int bundle, struct error *err)
{
	tree->spec = spec;
	tree->bundle = bundle;
	tree->destinations = calloc(spec->mount_count + 1, sizeof(*tree->destinations));
	if (tree->destinations == NULL)
		return error_errno(err, "room for %zu mounts", spec->mount_count);
	tree->problem = E2BIG;
	if (spec->mount_count <= MOUNTS_MAX) {
		tree->root = source_open(bundle, spec->root_path);
		tree->problem = tree->root >= 0 || errno == ENOENT ? 0
			: errno == EBADF                           ? PROBLEM_BUNDLE
								   : errno;
	}
	for (size_t i = 0; tree->root >= 0 && i < spec->mount_count; i++) {
		cleanup(planned_way_clear) struct planned_way way = PLANNED_WAY_NONE;

		if (walk_from(tree, i, spec->mounts[i].destination, &way, err) < 0)
			return -1;
		tree->destinations[i] = way.look.problem == 0
			? take(way.path)
			: name_in_proc(spec->mounts[i].destination, &way);
		if (tree->destinations[i] == NULL)
			tree->unknown = way.look.problem;
	}
	return 0;
}
