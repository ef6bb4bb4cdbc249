/* SPDX-License-Identifier: Apache-2.0 */
/* Records of package managers; any version is comparable, and none is older than nothing. */
#include "text.h"

#include "doctor/package_db.h"

static void version_check(int result, const struct error *err, const char *version)
{
	succeeds_or_says(result, err);
	if (version == NULL)
		return;
	expect(!package_is_older(version, 0, 0));
	expect(!package_is_older(version, 4, 6) || package_is_older(version, 4, 7));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(text_clear) char *text = text_of(data, size);
	cleanup(text_clear) char *dpkg = NULL, *apk = NULL, *pacman = NULL;
	struct error err = { 0 };

	version_check(package_from_dpkg(text, "podman", &dpkg, &err), &err, dpkg);
	version_check(package_from_apk(text, "podman", &apk, &err), &err, apk);
	version_check(package_from_pacman(text, "podman", &pacman, &err), &err, pacman);
	version_check(0, &err, text);
	return 0;
}
