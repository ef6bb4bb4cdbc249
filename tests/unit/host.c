/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/host.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/buffer.h"

#define ENGINE "engine/with/a/long/way"

/* A host made of a directory: its run, and sources that share a way and leave it again. */
static char top[] = "/tmp/runmask-host-XXXXXX";
static struct host host;

static const char *const directories[] = {
	"run",
	"run/nscd",
	"engine",
	"engine/with",
	"engine/with/a",
	"engine/with/a/long",
	ENGINE,
	ENGINE "/volume",
	ENGINE "/deep",
	ENGINE "/deep/er",
};

static const struct {
	const char *target, *name;
} links[] = {
	{ "../../../../../run", ENGINE "/to-run" },
	{ "round", ENGINE "/round" },
	{ ENGINE, "short" },
	{ "engine/with/a", "another-long-way-to-the-engine" },
};

static const struct {
	const char *source;
	bool candidate;
	const char *because;
} rows[] = {
	{ ENGINE "/volume", false, "a volume" },
	{ ENGINE "/to-run", true, "a link to run" },
	{ ENGINE "/deep/er", false, "further down the same way" },
	{ ENGINE "/missing", false, "nothing there" },
	{ ENGINE "/volume/", false, "with a slash at the end" },
	{ ENGINE "/", false, "the way itself" },
	{ ENGINE "//to-run", true, "with a slash too many" },
	{ ENGINE "///run", false, "what is left is not taken from the root" },
	{ ENGINE "/to-run/", true, "the link, with a slash at the end" },
	{ ENGINE "/round", true, "links that go round are doubt" },
	{ ENGINE "/to-run/nscd", false, "below run, by a name that says nothing" },
	{ ENGINE "/../way/to-run", true, "up and down again" },
	{ ENGINE "/deep/../../../../../../run", true, "up to run" },
	{ ENGINE "/deep/../../../../../..", true, "up to what run is in" },
	{ "engine/with/a/longer", false, "a way that ends like another begins" },
	{ "engine/with/a/long/gone/volume", false, "a way that is not there" },
	{ "engine/with/a/long/gone/to-run", false, "neither is this" },
	{ "short/to-run", true, "through a short link" },
	{ "another-long-way-to-the-engine/long/way/to-run", true, "through a link on the way" },
	{ "another-long-way-to-the-engine/../../run", false, "from where the link leads" },
	{ "another-long-way-to-the-engine/../../../run", true,
		"from where the link leads, to run" },
	{ "run", true, "run" },
	{ ".", true, "what run is in" },
};

static struct inode inode_of(int directory, const char *path)
{
	struct inode_info info;

	cr_assert_eq(stat_at(directory, path, 0, &info), 0, "%s", path);
	return info.inode;
}

static void make_host(void)
{
	cleanup(fd_close) int at = -1;

	cr_assert_not_null(mkdtemp(top));
	at = open(top, O_PATH | O_DIRECTORY | O_CLOEXEC);
	cr_assert(at >= 0);
	for (size_t i = 0; i < array_count(directories); i++)
		cr_assert_eq(mkdirat(at, directories[i], 0755), 0, "%s", directories[i]);
	for (size_t i = 0; i < array_count(links); i++)
		cr_assert_eq(symlinkat(links[i].target, at, links[i].name), 0);
	host.run[host.run_count++] = inode_of(at, "run");
	host.ancestors[host.ancestor_count++] = inode_of(at, ".");
}

static int drop(const char *path, const struct stat *seen, int kind, struct FTW *where)
{
	(void)seen, (void)kind, (void)where;
	return remove(path);
}

static void remove_host(void)
{
	nftw(top, drop, 8, FTW_DEPTH | FTW_PHYS);
}

/* A relative source with ".." may mean two files, so it is always a candidate. */
static bool is_candidate(size_t row, const char *prefix)
{
	return rows[row].candidate || (prefix[0] == '\0' && strstr(rows[row].source, "..") != NULL);
}

/* Judges the rows in this order, as sources below the bundle or, with a prefix, as full paths. */
static void judge(const size_t *order, size_t count, const char *prefix)
{
	cleanup(fd_close) int bundle = open(top, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct planned_mount mounts[array_count(rows)] = { 0 };
	char sources[array_count(rows)][PATH_MAX];
	bool candidate[array_count(rows)];
	char root[] = ENGINE "/volume";
	struct spec spec = { .root_path = root, .mounts = mounts, .mount_count = count };
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		snprintf(sources[i], sizeof(sources[i]), "%s%s", prefix, rows[order[i]].source);
		mounts[i].source = sources[i];
		mounts[i].bind = true;
		any = any || is_candidate(order[i], prefix);
	}
	cr_expect_eq(host_candidates(&host, &spec, bundle, candidate), any);
	for (size_t i = 0; i < count; i++)
		cr_expect_eq(candidate[i], is_candidate(order[i], prefix), "%s, after %s: %s",
			sources[i], i > 0 ? sources[i - 1] : "none", rows[order[i]].because);
}

/* What was looked at before a source changes nothing in its answer. */
Test(host, candidates_in_every_pair, .init = make_host, .fini = remove_host)
{
	char prefix[PATH_MAX];

	snprintf(prefix, sizeof(prefix), "%s/", top);
	for (size_t i = 0; i < array_count(rows); i++)
		for (size_t j = 0; j < array_count(rows); j++) {
			judge((size_t[]){ i, j, i }, 3, "");
			judge((size_t[]){ i, j, i }, 3, prefix);
		}
}

Test(host, candidates_in_a_row, .init = make_host, .fini = remove_host)
{
	size_t forth[array_count(rows)], back[array_count(rows)];

	for (size_t i = 0; i < array_count(rows); i++) {
		forth[i] = i;
		back[array_count(rows) - 1 - i] = i;
	}
	judge(forth, array_count(rows), "");
	judge(back, array_count(rows), "");
}

/* A path into /proc/self meant the runtime, and would mean us. */
Test(host, sources_that_mean_the_reader)
{
	static const struct {
		char source[40];
		bool candidate;
	} means[] = {
		{ "/proc/self/root/tmp", true },
		{ "/proc/thread-self/root/tmp", true },
		{ "/proc/self/cwd", true },
		{ "/proc/self", true },
		{ "/dev/fd/../cwd", true },
		{ "/proc", true },
		{ "//proc/", true },
		{ "/proc/1", true },
		{ "/proc/1/task", true },
		{ "/proc//./1", true },
		{ "/proc/sys/../1", true },
		{ "/proc/thread-self", true },
		{ "/proc/selfish", false },
		{ "/proc/sys/kernel", false },
	};

	for (size_t i = 0; i < array_count(means); i++) {
		char source[sizeof(means[i].source)], root[] = "rootfs";
		struct planned_mount mount = { .source = source, .bind = true };
		struct spec spec = { .root_path = root, .mounts = &mount, .mount_count = 1 };
		bool candidate = false;

		memcpy(source, means[i].source, sizeof(source));
		host_candidates(&host, &spec, AT_FDCWD, &candidate);
		cr_expect_eq(candidate, means[i].candidate, "%s", source);
	}
}

/* One way is open at a time, and none afterwards. */
Test(host, nothing_stays_open, .init = make_host, .fini = remove_host)
{
	cleanup(fd_close) int before = dup(0), after = -1;

	judge((size_t[]){ 0, 1, 2, 3, 4 }, 5, "");
	after = dup(0);
	cr_expect_eq(after, before + 1, "an fd is open still");
}
