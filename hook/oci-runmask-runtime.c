/* SPDX-License-Identifier: Apache-2.0 */
/* oci-runmask-runtime: the door "runtime" as a program of its own, for engines that take a path of
 * a runtime without arguments. All arguments are the runtime's. */
#include "options.h"

#define EXIT_REFUSED 2

int main(int argc, char **argv)
{
	static const struct door door = { .name = DOOR_RUNTIME };
	const struct options options = {
		.door = DOOR_RUNTIME,
		.strategy = -1,
		.rest = argv + (argc > 0),
		.rest_count = argc > 0 ? (size_t)argc - 1 : 0,
	};
	struct outcome outcome = { .log = -1, .door = DOOR_RUNTIME };
	struct error err = { 0 };

	if (runtime(&options, &door, &outcome, &err) == 0)
		return 0;
	outcome_refuse(&outcome, "oci-runmask-runtime", &err);
	return EXIT_REFUSED;
}
