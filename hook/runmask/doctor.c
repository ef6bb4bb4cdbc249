/* SPDX-License-Identifier: Apache-2.0 */
/* doctor: the verb "doctor": runs the checklist of lib/doctor and prints it. */
#include "doctor/doctor.h"
#include "runmask/verb.h"

static int exit_code(const struct doctor_results *results)
{
	if (results->counts[DOCTOR_UNKNOWN] > 0)
		return VERB_FAILED;
	return results->counts[DOCTOR_LOOK] > 0 ? VERB_FOUND : VERB_FINE;
}

static int examine(struct doctor *doctor, const char *root, bool json, struct error *err)
{
	cleanup(doctor_results_clear) struct doctor_results results = { 0 };
	cleanup(buffer_clear) struct buffer out = { 0 };

	if (doctor_open(doctor, root, err) < 0 || doctor_look(doctor, &results, err) < 0)
		return -1;
	if ((json ? doctor_json(&out, &results, err)
		  : doctor_text(&out, &results, say_in_colour(), err)) < 0 ||
		say(&out, err) < 0)
		return -1;
	return exit_code(&results);
}

static const char about[] =
	"Goes through a checklist for this host and this installation: the name service\n"
	"daemon and its directory, the engines' sockets, how the engines call the hook,\n"
	"the policy.\n"
	"\n"
	"It runs the hook's dry run on a bundle that it makes in a mount namespace of its\n"
	"own, runs programs with --version, and asks a running dockerd what it knows. It\n"
	"changes nothing. With --root or --offline it only reads files.\n"
	"\n"
	"Exit code: 0 all is well, 1 something needs attention, 2 something was not seen.\n";

static const char example[] = "  sudo runmask doctor\n"
			      "  runmask doctor --root /mnt/image --json\n";

int verb_doctor(int argc, char **argv, struct error *err)
{
	bool json = false, offline = false;
	const char *root = NULL;
	const struct option options[] = {
		{ "--json", NULL, "one JSON object on one line", .flag = &json },
		{ "--offline", NULL, "run no program and contact no daemon", .flag = &offline },
		{ "--root", "DIR", "read the files of another host, below DIR", .value = &root },
	};
	const struct verb_usage usage = {
		.synopsis = "doctor [OPTION...]",
		.about = about,
		.example = example,
		.options = options,
		.option_count = array_count(options),
	};
	cleanup(doctor_clear) struct doctor doctor = { .root = -1 };
	struct verb_words words;

	if (verb_begin(&usage, argc, argv, &words, err) < 0)
		return verb_ended(&words);
	doctor.live = root == NULL;
	doctor.offline = offline;
	return examine(&doctor, root ? root : "/", json, err);
}
