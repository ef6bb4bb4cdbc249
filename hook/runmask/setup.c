/* SPDX-License-Identifier: Apache-2.0 */
/* setup: the hook, written into an engine's configuration. */
#include "runmask/verb.h"
#include "setup/setup.h"

int verb_setup(int argc, char **argv, struct error *err)
{
	bool dry_run = false, undo = false, done;
	const struct verb_option options[] = {
		{ .name = "--dry-run",
			.help = "show the change as a diff, and write nothing",
			.flag = &dry_run },
		{ .name = "--undo", .help = "take out again what setup wrote", .flag = &undo },
	};
	const struct verb_usage usage = {
		.synopsis = "setup docker|podman|cri-o|containerd [OPTION...]",
		.about = "Writes what the engine needs to come to the hook into its configuration: "
			 "only "
			 "our\n"
			 "keys change, the rest stays byte for byte, and a copy is kept. The "
			 "engine's own\n"
			 "validator sees the new file before it is in force (dockerd --validate, "
			 "containerd\n"
			 "config dump). Nothing is reloaded: the last line says what to do.\n\n"
			 "Exit code: 0 done, or nothing to do; 2 refused or failed, and nothing "
			 "changed.\n",
		.example = "  runmask setup docker --dry-run\n"
			   "  sudo runmask setup docker && sudo systemctl reload docker\n"
			   "  sudo runmask setup docker --undo\n",
		.options = options,
		.option_count = array_count(options),
	};
	cleanup(buffer_clear) struct buffer said = { 0 };
	int count;

	if (verb_options(&usage, argc, argv, &count, &done, err) < 0)
		return -1;
	if (done)
		return VERB_FINE;
	if (count != 1)
		return error_set(err, ERROR_INPUT, "takes one engine: %s", SETUP_ENGINES);
	if (setup_run(argv[1], dry_run, undo, &said, err) < 0)
		return error_wrap(err, "%s", argv[1]);
	return say(&said, err) < 0 ? -1 : VERB_FINE;
}
