/* SPDX-License-Identifier: Apache-2.0 */
/* package_db: versions of packages. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/buffer.h"
#include "doctor/package_db.h"

typedef int finder(const char *text, const char *name, char **version, struct error *err);

Test(package_db, records)
{
	static const struct {
		const char *because;
		finder *find;
		const char *text, *version;
	} rows[] = {
		{ "dpkg", package_from_dpkg,
			"Package: a\nStatus: install ok installed\nVersion: 1\n\n"
			"Package: podman\nStatus: install ok installed\nVersion: 4.3.1+ds1-8\n",
			"4.3.1+ds1-8" },
		{ "dpkg: the version first", package_from_dpkg,
			"Version: 2\nPackage: podman\nStatus: install ok installed\n", "2" },
		{ "dpkg: removed", package_from_dpkg,
			"Package: podman\nStatus: deinstall ok config-files\nVersion: 1\n", NULL },
		{ "dpkg: a longer name", package_from_dpkg,
			"Package: podman-docker\nStatus: install ok installed\nVersion: 1\n",
			NULL },
		{ "dpkg: without a version", package_from_dpkg,
			"Package: podman\nStatus: install ok installed\n\nVersion: 9\n", NULL },
		{ "dpkg: empty", package_from_dpkg, "", NULL },
		{ "apk", package_from_apk, "P:x\nV:1\n\nC:Q1\nP:podman\nV:5.2.0-r1\nA:x86_64\n",
			"5.2.0-r1" },
		{ "apk: another", package_from_apk, "P:podman-remote\nV:5.2.0-r1\n", NULL },
		{ "pacman", package_from_pacman, "podman-5.2.1-1", "5.2.1-1" },
		{ "pacman: another", package_from_pacman, "podman-docker-5.2.1-1", NULL },
		{ "pacman: no version", package_from_pacman, "podman", NULL },
	};

	for (size_t i = 0; i < array_count(rows); i++) {
		cleanup(text_clear) char *version = NULL;
		struct error err = { 0 };

		cr_assert_eq(rows[i].find(rows[i].text, "podman", &version, &err), 0);
		if (rows[i].version)
			cr_expect_str_eq(version, rows[i].version, "%s", rows[i].because);
		else
			cr_expect_null(version, "%s", rows[i].because);
	}
}

Test(package_db, older)
{
	static const struct {
		const char *version;
		bool older; /* than 4.6 */
	} rows[] = { { "4.3.1+ds1-8", true }, { "4.5.99", true }, { "4.6.0", false },
		{ "4.6", false }, { "5.0.1", false }, { "3.9", true }, { "4", true },
		{ "2:4.5.1-1.el9", true }, { "5:4.6.0", false }, { "10.0", false },
		{ "4.10.0", false }, { "unknown", false } };

	for (size_t i = 0; i < array_count(rows); i++)
		cr_expect_eq(package_is_older(rows[i].version, 4, 6), rows[i].older, "%s",
			rows[i].version);
}
