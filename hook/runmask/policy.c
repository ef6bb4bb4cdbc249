/* SPDX-License-Identifier: Apache-2.0 */
/* policy: the verb "policy": validates a policy and prints the effective one, with every key, as a
 * policy file. */
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "json/print.h"
#include "runmask/verb.h"
#include "spec/load.h"
#include "spec/policy.h"

static const struct verb_usage usage = {
	.synopsis = "policy [FILE|-]",
	.takes_words = true,
	.about =
		"Validates a policy and prints it as JSON with all defaults. Without FILE it\n"
		"reads the policy in force on this host. FILE must belong to root, and only root\n"
		"may be able to write to it, as for the hook; of standard input (-) only the text\n"
		"is checked.\n\n"
		"Exit code: 0 valid, 2 not valid.\n",
	.example = "  runmask policy /etc/oci-runmask/policy.json\n"
		   "  runmask policy - < draft.json\n",
};

static json_t *sockets_value(const struct policy *policy)
{
	json_t *sockets = json_array();

	for (size_t i = 0; i < policy->socket_count; i++) {
		const struct policy_socket *socket = &policy->sockets[i];

		json_array_append_new(sockets,
			json_pack("{s:s, s:s*, s:s*, s:s*}", "path", socket->path, "directory",
				socket->directory, "tcp", socket->tcp, "certificates",
				socket->certificates));
	}
	return sockets;
}

static json_t *names_value(char *const *names, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_string(names[i]));
	return list;
}

static json_t *facade_value(const struct policy *policy)
{
	if (!policy->expose_all)
		return json_pack(
			"{s:o}", "expose", names_value(policy->expose, policy->expose_count));
	return json_pack("{s:s, s:o}", "expose", "all", "later",
		names_value(policy->later, policy->later_count));
}

static json_t *channels_value(const struct policy *policy)
{
	json_t *names = json_array();

	for (size_t i = 0; i < channel_count; i++)
		if (policy->channels & channel_bit(i))
			json_array_append_new(names, json_string(channels[i].name));
	return names;
}

static json_t *policy_value(const struct policy *policy)
{
	/* clang-format off: one key a line */
	return json_pack("{s:i, s:s, s:o, s:o, s:o, s:s, s:s, s:s, s:s, s:s, s:b, s:s*, s:s}",
		"version", 1, "strategy", strategy_name(policy->strategy), "channels",
		channels_value(policy), "facade", facade_value(policy), "sockets",
		sockets_value(policy), "onNamed", enum_word(&on_named_words, policy->on_named),
		"onShared", enum_word(&on_shared_words, policy->on_shared), "onForeign",
		enum_word(&on_foreign_words, policy->on_foreign), "onError",
		enum_word(&on_error_words, policy->on_error), "annotations",
		enum_word(&annotations_words, policy->annotations), "dryRun", policy->dry_run,
		"runtime", policy->runtime, "log", enum_word(&log_words, policy->log));
	/* clang-format on */
}

static int print_policy(const struct policy *policy, struct error *err)
{
	cleanup(buffer_clear) struct buffer out = { 0 };

	if (json_print(&out, policy_value(policy), JSON_INDENT(2), err) < 0 ||
		buffer_add(&out, "\n", 1, err) < 0)
		return -1;
	return say(&out, err);
}

static int policy_from_input(struct policy *policy, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };

	if (stream_read(&text, STDIN_FILENO, POLICY_LIMIT, err) < 0)
		return error_wrap(err, "standard input");
	return policy_parse(policy, "-", text.text ? text.text : "", text.length, err);
}

/* The hook reads a policy without a version; one that says it is refused by a program that would
 * read it differently. */
static void say_of_version(const struct policy *policy)
{
	char line[PATH_MAX + 128];

	if (policy->has_version)
		return;
	snprintf(line, sizeof(line),
		"runmask: policy: %.4000s: has no key \"version\": write \"version\": 1",
		policy->source);
	complain(line);
}

int verb_policy(int argc, char **argv, struct error *err)
{
	cleanup(policy_clear) struct policy policy = { 0 };
	struct verb_words words;
	int result;

	if (verb_begin(&usage, argc, argv, &words, err) < 0)
		return verb_ended(&words);
	if (words.count > 1)
		return error_set(err, ERROR_INPUT, "one file at a time, not %d", words.count);
	if (words.count == 1 && strcmp(words.words[0], "-") == 0)
		result = policy_from_input(&policy, err);
	else
		result = policy_load(&policy, words.count == 1 ? words.words[0] : NULL, err);
	if (result < 0)
		return -1;
	say_of_version(&policy);
	return print_policy(&policy, err);
}
