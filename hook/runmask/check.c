/* SPDX-License-Identifier: Apache-2.0 */
/* check: reads what people deploy, and says which containers will see the host's name service. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "manifest/manifest.h"
#include "spec/oci.h"
#include "check/judge.h"
#include "spec/policy.h"
#include "check/report.h"
#include "manifest/dotenv.h"
#include "runmask/verb.h"
#include "base/file.h"

#define MANIFEST_LIMIT CONFIG_LIMIT

/* What is asked for, and what has been found so far. */
struct check {
	struct report report;
	struct policy policy;
	bool planned; /* --policy: say what the hook would do */
	char *working_directory, *home;
	char runtime_directory[64];
};

/* One file, read. */
struct input {
	char *name;      /* for sentences */
	char *directory; /* absolute; what relative sources are relative to */
	struct buffer text;
};

static void check_clear(struct check *check)
{
	report_clear(&check->report);
	policy_clear(&check->policy);
	text_clear(&check->working_directory);
	text_clear(&check->home);
}

static void input_clear(struct input *input)
{
	text_clear(&input->name);
	text_clear(&input->directory);
	buffer_clear(&input->text);
}

/* The directory of a path, absolute as far as the working directory is. */
static int find_directory(struct input *input, const char *working_directory, struct error *err)
{
	const char *slash = strrchr(input->name, '/');
	cleanup(buffer_clear) struct buffer path = { 0 };

	if (strcmp(input->name, "-") == 0 || !slash)
		return buffer_print(&path, err, "%s", working_directory) < 0 ||
				!(input->directory = take(path.text))
			? -1
			: 0;
	if (input->name[0] != '/' && buffer_print(&path, err, "%s/", working_directory) < 0)
		return -1;
	if (buffer_print(&path, err, "%.*s", slash == input->name ? 1 : (int)(slash - input->name),
		    input->name) < 0)
		return -1;
	input->directory = take(path.text);
	return 0;
}

static int open_bundle(struct input *input, int directory, struct error *err)
{
	cleanup(buffer_clear) struct buffer name = { 0 };
	size_t length = strlen(input->name);
	struct error failure = { 0 };
	int fd = file_open(directory, "config.json", 0, &failure);

	if (fd < 0 && errno == ENOENT)
		return error_set(
			err, ERROR_INPUT, "a directory without config.json, so not an OCI bundle");
	while (length > 1 && input->name[length - 1] == '/')
		length--;
	if (fd < 0 || buffer_print(&name, err, "%.*s/config.json", (int)length, input->name) < 0) {
		fd_close(&fd);
		return error_set(err, ERROR_INPUT, "config.json in it: %s", failure.text);
	}
	text_clear(&input->name);
	input->name = take(name.text);
	return fd;
}

static int open_input(struct input *input, struct error *err)
{
	struct stat status;
	cleanup(fd_close) int fd = -1;

	if (strcmp(input->name, "-") == 0)
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	else
		fd = open(input->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &status) < 0) {
		error_set(err, ERROR_SYSTEM, "%s", strerror(errno));
		return -1;
	}
	/* the opening of a FIFO is not waited for, what bash writes to <(COMMAND) is */
	if (S_ISFIFO(status.st_mode) && strcmp(input->name, "-") != 0 && fcntl(fd, F_SETFL, 0) < 0)
		return error_errno(err, "setting it to wait");
	return S_ISDIR(status.st_mode) ? open_bundle(input, fd, err) : take_fd(&fd);
}

static int input_read(
	struct input *input, const char *path, const struct check *check, struct error *err)
{
	cleanup(fd_close) int fd = -1;

	input->name = text_copy(path, err);
	if (!input->name)
		return -1;
	fd = open_input(input, err);
	if (fd < 0 || find_directory(input, check->working_directory, err) < 0)
		return -1;
	return stream_read(&input->text, fd, MANIFEST_LIMIT, err);
}

/* "A, B and C": the directories of the policy's channels that have this verdict. */
static int list_directories(struct buffer *list, const struct judgement *judgement,
	channel_set asked, enum verdict wanted, struct error *err)
{
	for (size_t i = 0; i < channel_count; i++) {
		const struct judged_place *place;
		enum verdict verdict = judgement_verdict(judgement, i, &place);

		if (!(asked & channel_bit(i)) || verdict != wanted)
			continue;
		if (buffer_print(list, err, "%s%s", list->length > 0 ? ", " : "",
			    channels[i].places[place - judgement->places[i]].directory) < 0)
			return -1;
	}
	return 0;
}

/* What the hook would do with this bundle under the policy, in words. What it does is decided by
 * what it sees on the host; here the paths speak for it. */
static int hook_would(struct check *check, const struct input *input,
	const struct judgement *judgement, struct error *err)
{
	static const char *const deeds[] = {
		[STRATEGY_OFF] = "do nothing",
		[STRATEGY_MASK] = "cover %s with an empty tmpfs",
		[STRATEGY_FACADE] = "replace the host's /run by a facade without %s",
	};
	static const char *const shared_deeds[] = {
		[ON_SHARED_SKIP] = "leave %s as it is and warn, as the bind is shared",
		[ON_SHARED_SLAVE] = "make the shared bind a slave, and cover %s",
		[ON_SHARED_FAIL] = "refuse to start it, as the bind that shows %s is shared",
	};
	const struct policy *policy = &check->policy;
	cleanup(spec_clear) struct spec spec = { 0 };
	cleanup(buffer_clear) struct buffer text = { 0 }, exposed = { 0 }, shared = { 0 };
	enum strategy strategy;

	if (spec_parse(&spec, input->text.text, input->text.length, err) < 0 ||
		policy_strategy(policy, spec.strategy_key, spec.strategy, &strategy, err) < 0 ||
		list_directories(&exposed, judgement, policy->channels, VERDICT_EXPOSED, err) < 0 ||
		list_directories(&shared, judgement, policy->channels, VERDICT_SHARED, err) < 0 ||
		buffer_print(&text, err, "The hook, with %s and strategy %s, would ",
			policy->source, strategy_name(strategy)) < 0)
		return -1;
	if (strategy == STRATEGY_OFF || exposed.length + shared.length == 0) {
		if (buffer_print(&text, err, "%s", deeds[STRATEGY_OFF]) < 0)
			return -1;
	} else if ((exposed.length > 0 &&
			   buffer_print(&text, err, deeds[strategy], exposed.text) < 0) ||
		(shared.length > 0 &&
			(buffer_print(&text, err, "%s", exposed.length > 0 ? "; and " : "") < 0 ||
				buffer_print(&text, err, shared_deeds[policy->on_shared],
					shared.text) < 0))) {
		return -1;
	}
	if (buffer_print(&text, err, ".") < 0)
		return -1;
	return report_remark(&check->report, text.text, err);
}

static int report_one(struct check *check, const struct input *input,
	const struct manifest_container *container, struct error *err)
{
	cleanup(judgement_clear) struct judgement judgement = { 0 };

	if (judge_container(&judgement, container, check->policy.channels, err) < 0 ||
		report_container(&check->report, input->name, container, &judgement, err) < 0)
		return -1;
	if (!check->planned || container->kind != MANIFEST_OCI)
		return 0;
	return hook_would(check, input, &judgement, err);
}

/* %t of a quadlet: /run for the system's units, which have places of their own. */
static const char *runtime_directory(const struct check *check, const char *directory)
{
	static const char *const places[] = { "/etc/containers/systemd",
		"/usr/share/containers/systemd", "/run/containers/systemd" };

	for (size_t i = 0; i < array_count(places); i++)
		if (strncmp(directory, places[i], strlen(places[i])) == 0 &&
			strncmp(directory + strlen(places[i]), "/users", strlen("/users")) != 0)
			return "/run";
	return check->runtime_directory;
}

static int judge_input(struct check *check, const struct input *input, struct error *err)
{
	cleanup(manifest_clear) struct manifest manifest = { 0 };
	cleanup(dotenv_clear) struct dotenv dotenv = { .directory = input->directory };
	struct manifest_context context = {
		.file = input->name,
		.directory = input->directory,
		.home = check->home,
		.runtime_directory = runtime_directory(check, input->directory),
		.variable = dotenv_variable,
		.closure = &dotenv,
	};
	const char *text = input->text.text ? input->text.text : "";

	if (manifest_parse(&manifest, &context, text, input->text.length, err) < 0)
		return -1;
	for (size_t i = 0; i < manifest.container_count; i++)
		if (report_one(check, input, &manifest.containers[i], err) < 0)
			return -1;
	return 0;
}

/* A file that could not be judged: FILE:LINE:COLUMN: reason. The others go on. */
static int file_failed(
	struct check *check, const char *name, const struct error *failure, struct error *err)
{
	size_t line = 0, column = 0;
	int skip = 0;
	struct error sentence = *failure;

	if (sscanf(failure->text, "%zu:%zu: %n", &line, &column, &skip) < 2 || skip == 0)
		line = column = (size_t)(skip = 0);
	if (check->report.form == REPORT_WORDS) {
		if (skip > 0)
			error_place(&sentence, "%s", name);
		else
			error_wrap(&sentence, "%s", name);
		complain(sentence.text);
	}
	return report_error(&check->report, name, line, column, failure->text + skip, err);
}

static int check_file(struct check *check, const char *path, struct error *err)
{
	cleanup(input_clear) struct input input = { 0 };
	struct error failure = { 0 };

	if (input_read(&input, path, check, &failure) == 0 &&
		judge_input(check, &input, &failure) == 0)
		return 0;
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

static int look_around(struct check *check, struct error *err)
{
	const char *home = getenv("HOME"), *runtime = getenv("XDG_RUNTIME_DIR");
	const struct passwd *user = home ? NULL : getpwuid(getuid());

	check->working_directory = getcwd(NULL, 0);
	if (!check->working_directory)
		return error_errno(err, "finding the working directory");
	check->home = text_copy(home ? home : user ? user->pw_dir : "/", err);
	if (!check->home)
		return -1;
	if (getuid() == 0)
		runtime = "/run";
	if (runtime && strlen(runtime) < sizeof(check->runtime_directory))
		strcpy(check->runtime_directory, runtime);
	else
		snprintf(check->runtime_directory, sizeof(check->runtime_directory), "/run/user/%u",
			(unsigned int)getuid());
	return 0;
}

static int exit_code(const struct report *report, bool strict)
{
	if (report->errors > 0)
		return VERB_FAILED;
	if (report->verdicts[VERDICT_EXPOSED] + report->verdicts[VERDICT_SHARED] > 0)
		return VERB_FOUND;
	return strict && report->stale > 0 ? VERB_FOUND : VERB_FINE;
}

int verb_check(int argc, char **argv, struct error *err)
{
	bool json = false, strict = false, done;
	const char *policy = NULL;
	const struct verb_option options[] = {
		{ "--json", NULL, "one JSON object on one line", &json, NULL },
		{ "--policy", "FILE", "its channels; on a bundle, what the hook would do", NULL,
			&policy },
		{ "--strict", NULL, "exit 1 also for single sockets that will go dead", &strict,
			NULL },
	};
	const struct verb_usage usage = {
		.synopsis = "check [OPTION...] FILE...|-",
		.about = "Judges containers before they are deployed: compose files, Kubernetes "
			 "YAML or\n"
			 "JSON, docker inspect, podman inspect, quadlet .container files, OCI "
			 "bundles\n"
			 "and config.json. What kind a file is, it finds out. Nothing is "
			 "executed.\n\n"
			 "Exit code: 0 none exposed, 1 some exposed, 2 some file could not be "
			 "judged.\n",
		.example = "  runmask check docker-compose.yml deploy/*.yaml\n"
			   "  docker compose config | runmask check --json -\n",
		.options = options,
		.option_count = array_count(options),
	};
	cleanup(check_clear) struct check check = { 0 };
	cleanup(buffer_clear) struct buffer out = { 0 };
	int count;

	if (verb_options(&usage, argc, argv, &count, &done, err) < 0)
		return -1;
	if (done)
		return VERB_FINE;
	if (count == 0)
		return error_set(err, ERROR_INPUT, "a file is missing (see runmask check --help)");
	if (read_policy(&check, policy, err) < 0 || look_around(&check, err) < 0)
		return -1;
	check.report.form = json ? REPORT_JSON : REPORT_WORDS;
	check.report.colour = say_in_colour();
	check.report.channels = check.policy.channels;
	for (int i = 1; i <= count; i++)
		if (check_file(&check, argv[i], err) < 0)
			return -1;
	if (report_end(&check.report, &out, err) < 0 || say(&out, err) < 0)
		return -1;
	return exit_code(&check.report, strict);
}
