/* SPDX-License-Identifier: Apache-2.0 */
/* package_db: finds a package's version in the records of dpkg, apk and pacman. Pure. */
#pragma once

#include <stdbool.h>

#include "base/error.h"

/* From dpkg's status file. *version is a copy on the heap; NULL: not installed. */
int package_from_dpkg(const char *text, const char *name, char **version, struct error *err)
	must_check;
/* From apk's file of what is installed. */
int package_from_apk(const char *text, const char *name, char **version, struct error *err)
	must_check;
/* From the name of a directory of pacman's, "podman-5.2.1-1". */
int package_from_pacman(const char *directory, const char *name, char **version, struct error *err)
	must_check;

/* Whether the version, without its epoch and its distributor's suffix, is older than major.minor.
 * False for a text that does not begin with a number. */
bool package_is_older(const char *version, unsigned int major, unsigned int minor);
