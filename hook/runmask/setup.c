/* SPDX-License-Identifier: Apache-2.0 */
/* setup: the verb "setup": writes the hook into an engine's configuration, or removes it
 * (lib/setup). */
#include "runmask/verb.h"
#include "setup/setup.h"

static const char about[] =
	"Changes the configuration of an engine so that the engine calls the hook: only\n"
	"our keys change, the rest stays byte for byte, and a copy is kept. The engine's\n"
	"own validator checks the new file before it is in force (dockerd --validate,\n"
	"containerd config dump). Nothing is reloaded: the last line says what to do.\n"
	"\n"
	"Exit code: 0 done, or nothing to do; 2 refused or failed, nothing was changed.\n";

static const char example[] = "  runmask setup docker --dry-run\n"
			      "  sudo runmask setup docker && sudo systemctl reload docker\n"
			      "  sudo runmask setup docker --undo\n";

int verb_setup(int argc, char **argv, struct error *err)
{
	struct setup_request request = { 0 };
	const struct option options[] = {
		{ .name = "--dry-run",
			.help = "show the change as a diff, and write nothing",
			.flag = &request.dry_run },
		{ .name = "--undo", .help = "remove what setup wrote", .flag = &request.undo },
		{ "--program", "PATH", "the runtime door, where it is not at its usual place",
			.value = &request.program },
	};
	const struct verb_usage usage = {
		.synopsis = "setup docker|podman|cri-o|containerd [OPTION...]",
		.about = about,
		.example = example,
		.options = options,
		.option_count = array_count(options),
		.takes_words = true,
	};
	cleanup(buffer_clear) struct buffer said = { 0 };
	struct verb_words words;

	if (verb_begin(&usage, argc, argv, &words, err) < 0)
		return verb_ended(&words);
	if (words.count != 1)
		return error_set(err, ERROR_INPUT, "takes one engine: %s", SETUP_ENGINES);
	request.engine = words.words[0];
	if (setup_run(&request, &said, err) < 0)
		return error_wrap(err, "%s", words.words[0]);
	return say(&said, err) < 0 ? -1 : VERB_FINE;
}
