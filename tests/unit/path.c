/* SPDX-License-Identifier: Apache-2.0 */
/* path: paths made normal, on a host and by their words alone. */
#include "base/path.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"

static const struct {
	const char *path, *normal, *host, *because;
} paths[] = {
	{ "/", "", "", "the root" },
	{ "//", "", "", "doubled slashes alone" },
	{ "/a//b/", "/a/b", "/a/b", "doubled and trailing slashes" },
	{ "/a/./b/.", "/a/b", "/a/b", "dots" },
	{ "/srv/app/a/../b", "/srv/app/b", "/srv/app/b", "one directory up, not more" },
	{ "/a/b/../../c", "/c", "/c", "two directories up" },
	{ "/../..", "", "", "nothing is above the root" },
	{ "/..a/b..", "/..a/b..", "/..a/b..", "names with dots" },
	{ "/var/run/nscd", "/var/run/nscd", "/run/nscd", "/var/run is a link on a host" },
	{ "/var/./run//nscd/", "/var/run/nscd", "/run/nscd", "however it is written" },
	{ "/var/run/../a", "/var/a", "/a", "up from where the link leads" },
	{ "/var/runs", "/var/runs", "/var/runs", "a name that begins alike" },
	{ "/a/var/run", "/a/var/run", "/a/var/run", "not at the root" },
};

Test(path, is_made_normal)
{
	for (size_t i = 0; i < array_count(paths); i++) {
		char normal[64], host[64], same[64];

		memset(normal, 'x', sizeof(normal));
		memset(host, 'x', sizeof(host));
		path_normalise(normal, paths[i].path);
		cr_expect_str_eq(normal, paths[i].normal, "%s: \"%s\"", paths[i].because, normal);
		host_path(host, paths[i].path);
		cr_expect_str_eq(host, paths[i].host, "%s: \"%s\"", paths[i].because, host);
		snprintf(same, sizeof(same), "%s", paths[i].path);
		path_normalise(same, same);
		cr_expect_str_eq(same, paths[i].normal, "%s, in place", paths[i].because);
	}
}
