/* SPDX-License-Identifier: Apache-2.0 */
/* check: reads manifests and directories of them, and reports which containers will see the host's
 * name service. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/string.h"
#include "check/ignore.h"
#include "check/judge.h"
#include "check/report.h"
#include "check/would.h"
#include "manifest/manifest.h"
#include "runmask/check_input.h"
#include "runmask/verb.h"
#include "spec/oci.h"
#include "spec/policy.h"

#ifndef VERSION
#define VERSION "unknown"
#endif

#define PROGRESS_NAME 60 /* bytes of a file's name: the line is one of a terminal */

/* What is asked for, and what has been found so far. */
struct check {
	struct report report;
	struct policy policy;
	bool planned; /* --policy: say what the hook would do */
	bool strict;
	struct surroundings around;
	struct text_list exclude;
	struct fix_order fix;
	bool progress; /* standard error is a terminal */
	size_t visited;
	time_t started;
};

static void check_clear(struct check *check)
{
	report_clear(&check->report);
	policy_clear(&check->policy);
	surroundings_clear(&check->around);
	text_list_clear(&check->exclude);
	buffer_clear(&check->fix.shown);
}

static struct judge_request judge_request(const struct check *check)
{
	return (struct judge_request){
		.channels = check->policy.channels,
		.mask_named = check->policy.on_named == ON_NAMED_MASK,
		.shared_is_masked = check->planned && check->policy.on_shared == ON_SHARED_SLAVE,
	};
}

static int report_one(struct check *check, const struct input *input,
	const struct ignore_list *ignored, const struct manifest_container *container,
	struct error *err)
{
	cleanup(judgement_clear) struct judgement judgement = { 0 };
	cleanup(spec_clear) struct spec spec = { 0 };
	cleanup(buffer_clear) struct buffer sentence = { 0 };
	const struct judge_request request = judge_request(check);

	if (judge_as_written(&judgement, &request, ignored, container, err) < 0)
		return -1;
	if (report_container(&check->report, input->name, container, &judgement, err) < 0)
		return -1;
	if (!check->planned || container->kind != MANIFEST_OCI)
		return 0;
	if (spec_parse(&spec, input->text.text, input->text.length, err) < 0 ||
		hook_would(&sentence, &check->policy, &spec, &judgement, err) < 0)
		return -1;
	return report_remark(&check->report, sentence.text, err);
}

static const char *environment_variable(void *closure, const char *name)
{
	(void)closure;
	return getenv(name);
}

static int report_notes(struct check *check, const struct input *input,
	const struct manifest *manifest, struct error *err)
{
	cleanup(buffer_clear) struct buffer sentence = { 0 };

	if (manifest->container_count + manifest->problem_count > 0 || input->found)
		return 0;
	if (manifest->unread[0] != '\0'
			? buffer_print(&sentence, err, "%s: 0 containers; kind %s is not read.",
				  input->name, manifest->unread) < 0
			: buffer_print(&sentence, err, "%s: 0 containers.", input->name) < 0)
		return -1;
	return report_remark(&check->report, sentence.text, err);
}

/* A file that could not be judged: FILE:LINE:COLUMN: reason. The others go on. */
static int file_failed(
	struct check *check, const char *name, const struct error *failure, struct error *err)
{
	struct error sentence = *failure;
	enum report_format format = check->report.format;

	if (format == FORMAT_TEXT || format == FORMAT_QUIET) {
		if (failure->line > 0)
			error_in_file(&sentence, name);
		else
			error_wrap(&sentence, "%s", name);
		complain(sentence.text);
	}
	return report_error(&check->report, name, failure, err);
}

static int tell_fixed(
	struct check *check, const struct input *input, size_t fixed, struct error *err)
{
	cleanup(buffer_clear) struct buffer sentence = { 0 };

	if (buffer_print(&sentence, err, "%s: fixed %zu container%s (%s).", input->name, fixed,
		    fixed == 1 ? "" : "s", remedy_kind_name(check->fix.way)) < 0)
		return -1;
	return report_remark(&check->report, sentence.text, err);
}

/* --fix, where it is asked for; then the text that there is now is judged. */
static int fix_input(struct check *check, struct input *input,
	const struct manifest_context *context, struct error *err)
{
	const struct fix_request request = {
		.way = check->fix.way, .judge = judge_request(check), .context = context
	};
	size_t fixed;

	if (input_fix(input, &check->fix, &request, &fixed, err) < 0)
		return -1;
	return fixed > 0 && !check->fix.diff ? tell_fixed(check, input, fixed, err) : 0;
}

static int judge_text(struct check *check, struct input *input,
	const struct manifest_context *context, enum manifest_fit *fit, struct error *err)
{
	cleanup(manifest_clear) struct manifest manifest = { 0 };
	cleanup(ignore_clear) struct ignore_list ignored = { 0 };
	const char *text = input->text.text ? input->text.text : "";
	int result = manifest_parse(&manifest, context, text, input->text.length, err);

	*fit = manifest.fit;
	if (result < 0 || ignore_find(&ignored, text, input->text.length, err) < 0)
		return -1;
	for (size_t i = 0; i < manifest.container_count; i++)
		if (report_one(check, input, &ignored, &manifest.containers[i], err) < 0)
			return -1;
	for (size_t i = 0; i < manifest.problem_count; i++)
		if (file_failed(check, input->name, &manifest.problems[i], err) < 0)
			return -1;
	return report_notes(check, input, &manifest, err);
}

static int judge_input(
	struct check *check, struct input *input, enum manifest_fit *fit, struct error *err)
{
	struct manifest_context context = {
		.file = input->name,
		.directory = input->directory,
		.home = check->around.home,
		.runtime_directory = surroundings_runtime(&check->around, input->directory),
		.variable = environment_variable,
		.beside = input_beside,
		.list_beside = input_list_beside,
		.closure = input,
	};
	struct error failure = { 0 };

	if (check->fix.asked && fix_input(check, input, &context, &failure) < 0) {
		check->report.unfixed++;
		if (file_failed(check, input->name, &failure, err) < 0)
			return -1;
	}
	return judge_text(check, input, &context, fit, err);
}

static int show_progress(struct check *check, const char *name, struct error *err)
{
	cleanup(buffer_clear) struct buffer line = { 0 };

	check->visited++;
	if (!check->progress || check->visited % 64 != 0 || time(NULL) < check->started + 2)
		return 0;
	if (buffer_print(&line, err, "%zu files, at ", check->visited) < 0 ||
		text_add_escaped(&line, name, PROGRESS_NAME, err) < 0)
		return -1;
	say_progress(line.text);
	return 0;
}

static int visit(void *closure, struct input *input, struct error *err)
{
	struct check *check = closure;
	struct error failure = { 0 };
	enum manifest_fit fit = FIT_OURS;
	size_t containers = check->report.containers;

	if (show_progress(check, input->name, err) < 0)
		return -1;
	if (judge_input(check, input, &fit, &failure) == 0) {
		check->report.skipped += check->report.containers == containers;
		return 0;
	}
	if (fit == FIT_OURS)
		return file_failed(check, input->name, &failure, err);
	check->report.skipped++;
	if (fit != FIT_RENDER)
		return 0;
	check->report.rendered++;
	return report_hint(&check->report, input->name, error_sentence(&failure), err);
}

static int unread(
	void *closure, struct input *input, const struct error *failure, struct error *err)
{
	return file_failed(closure, input->name, failure, err);
}

static void passed_over(void *closure)
{
	struct check *check = closure;

	check->report.skipped++;
}

static int check_directory(struct check *check, const char *path, struct error *err)
{
	const struct walk walk = {
		.exclude = &check->exclude,
		.working_directory = check->around.working_directory,
		.visit = visit,
		.unread = unread,
		.passed_over = passed_over,
		.closure = check,
	};
	int result = walk_directory(&walk, path, err);

	if (check->progress && check->visited >= 64)
		say_progress(NULL);
	return result;
}

static int check_operand(struct check *check, const char *path, struct error *err)
{
	cleanup(input_clear) struct input input = { 0 };
	struct error failure = { 0 };
	enum manifest_fit fit;
	bool walk = false;

	if (input_read(&input, path, check->around.working_directory, &walk, &failure) == 0) {
		if (walk && check_directory(check, path, &failure) == 0)
			return 0;
		if (!walk && judge_input(check, &input, &fit, &failure) == 0)
			return 0;
	}
	return file_failed(check, input.name ? input.name : path, &failure, err);
}

static int read_policy(struct check *check, const char *file, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };

	if (!file)
		return policy_default(&check->policy, err);
	check->planned = true;
	if (file_read_at(&text, AT_FDCWD, file, POLICY_LIMIT, err) < 0)
		return error_wrap(err, "policy \"%s\"", file);
	return policy_parse(&check->policy, file, text.text ? text.text : "", text.length, err);
}

static void prepare_report(struct check *check, int format)
{
	struct winsize size;

	check->report.format = (enum report_format)format;
	check->report.colour = say_in_colour();
	check->report.channels = check->policy.channels;
	check->report.strict = check->strict;
	check->report.version = VERSION;
	if (isatty(STDOUT_FILENO))
		check->report.width = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
				size.ws_col > 40
			? size.ws_col
			: 80;
	check->progress = isatty(STDERR_FILENO);
	check->started = time(NULL);
}

static int exit_code(const struct check *check)
{
	const struct report *report = &check->report;

	if (report->errors > 0)
		return VERB_FAILED;
	if (report->verdicts[VERDICT_EXPOSED] + report->verdicts[VERDICT_SHARED] > 0)
		return VERB_FOUND;
	if (check->strict &&
		report->stale + report->verdicts[VERDICT_IGNORED] + report->ignored_stale > 0)
		return VERB_FOUND;
	return VERB_FINE;
}

static int find_format(const char *name, bool json, bool quiet, bool diff, struct error *err)
{
	int format = name ? report_format_find(name) : json ? FORMAT_JSON : FORMAT_TEXT;

	if (format < 0)
		return error_set(err, ERROR_INPUT,
			"unknown format \"%s\": text, json, sarif, github or gcc", name);
	if (diff && format != FORMAT_TEXT)
		return error_set(err, ERROR_INPUT, "--diff has no other format than its own");
	if (json && format != FORMAT_JSON)
		return error_set(
			err, ERROR_INPUT, "--json and --format %s exclude each other", name);
	return quiet && format == FORMAT_TEXT ? FORMAT_QUIET : format;
}

static const char about[] =
	"Judges containers before they are deployed: compose files, Kubernetes YAML or\n"
	"JSON, docker run lines in scripts, Makefiles, Markdown and systemd services,\n"
	"docker, podman and crictl inspect, quadlets, devcontainer.json, OCI bundles and\n"
	"config.json. It detects the kind of each file, walks directories, and executes\n"
	"nothing.\n\n"
	"The comment \"# runmask: ignore\" at a mount or container ignores its findings.\n\n"
	"Exit code: 0 none is exposed, 1 some are, 2 a file could not be judged.\n";

static const char example[] = "  runmask check docker-compose.yml deploy/\n"
			      "  runmask check --format sarif . > runmask.sarif\n"
			      "  runmask check --fix tmpfs --diff docker-compose.yml\n"
			      "  docker compose config | runmask check --json -\n";

int verb_check(int argc, char **argv, struct error *err)
{
	bool json = false, quiet = false, diff = false;
	const char *policy = NULL, *style = NULL, *way = NULL;
	cleanup(check_clear) struct check check = { 0 };
	cleanup(buffer_clear) struct buffer out = { 0 };
	const struct option options[] = {
		{ "--format", "text|json|sarif|github|gcc", "the format of the output",
			.value = &style },
		{ "--json", NULL, "one JSON object on one line: --format json", .flag = &json },
		{ "--quiet", NULL, "one line for each finding", .flag = &quiet },
		{ "--all", NULL, "show clear containers too", .flag = &check.report.all },
		{ "--exclude", "GLOB", "in a directory, skip files and directories that match",
			.list = &check.exclude },
		{ "--fix", "tmpfs|hook", "write this remedy into the files", .value = &way },
		{ "--diff", NULL, "with --fix: show a diff, and write nothing", .flag = &diff },
		{ "--policy", "FILE", "use its channels; for a bundle, say what the hook would do",
			.value = &policy },
		{ "--strict", NULL, "exit 1 also for stale sockets and ignored findings",
			.flag = &check.strict },
	};
	const struct verb_usage usage = {
		.synopsis = "check [OPTION...] PATH...|-",
		.about = about,
		.example = example,
		.options = options,
		.option_count = array_count(options),
		.takes_words = true,
	};
	struct verb_words words;
	int format;

	if (verb_begin(&usage, argc, argv, &words, err) < 0)
		return verb_ended(&words);
	if (words.count == 0)
		return error_set(err, ERROR_INPUT, "a file is missing (see runmask check --help)");
	format = find_format(style, json, quiet, diff, err);
	if (format < 0 || fix_order_read(&check.fix, way, diff, err) < 0 ||
		read_policy(&check, policy, err) < 0 || surroundings_look(&check.around, err) < 0)
		return -1;
	prepare_report(&check, format);
	for (int i = 0; i < words.count; i++)
		if (check_operand(&check, words.words[i], err) < 0)
			return -1;
	if ((!diff && report_end(&check.report, &out, err) < 0) ||
		say(diff ? &check.fix.shown : &out, err) < 0)
		return -1;
	return exit_code(&check);
}
