/* SPDX-License-Identifier: Apache-2.0 */
/* Policies that are to be understood: every key, every value, and what holds without them. */
#include "policy_test.h"

#define ALL_CHANNELS "['nscd','resolved','userdb','dbus','nslcd','avahi','winbind']"

static void expect_defaults(const struct policy *policy, const char *source, const char *because)
{
	cr_expect_str_eq(policy->source, source, "%s", because);
	cr_expect_eq(policy->strategy, STRATEGY_MASK, "%s", because);
	cr_expect_eq(policy->channels, channel_bit(0), "%s", because);
	cr_expect_str_eq(channels[0].name, "nscd", "%s", because);
	cr_expect(policy->expose_all && policy->expose_count == 0, "%s", because);
	cr_expect_eq(policy->later_count, 0, "%s", because);
	cr_expect_eq(policy->on_named, ON_NAMED_KEEP, "%s", because);
	cr_expect_not(policy->dry_run, "%s", because);
	cr_expect_eq(policy->socket_count, 0, "%s", because);
	cr_expect_eq(policy->on_shared, ON_SHARED_SKIP, "%s", because);
	cr_expect_eq(policy->on_foreign, ON_FOREIGN_SKIP, "%s", because);
	cr_expect_eq(policy->on_error, ON_ERROR_FAIL, "%s", because);
	cr_expect_eq(policy->annotations, ANNOTATIONS_HONOUR, "%s", because);
	cr_expect_null(policy->runtime, "%s", because);
	cr_expect_eq(policy->log, LOG_TO_SYSLOG, "%s", because);
}

Test(policy, built_in)
{
	cleanup(policy_clear) struct policy policy = { 0 };
	struct error err = { 0 };

	cr_assert_eq(policy_default(&policy, &err), 0);
	expect_defaults(&policy, "built-in policy", "built in");
}

static const char *const same_as_built_in[] = {
	"{}",
	"{'version':1}",
	" \n{ } \n",
	"{'version':1,'strategy':'mask','channels':['nscd'],'facade':{'expose':'all'},'sockets':[],"
	"'onShared':'skip','onForeign':'skip','onError':'fail','annotations':'honour',"
	"'log':'syslog'}",
	"{'facade':{}}",
	"{'facade':{'later':[]},'onNamed':'keep','dryRun':false}",
	"{'facade':{'later':[],'expose':'all'}}",
	"{'channels':['nscd','nscd']}",
	"{'\\u0076ersion':1,'strategy':'m\\u0061sk','facade':{'expose':'\\u0061ll'}}",
};

Test(policy, defaults_of_every_key)
{
	for (size_t i = 0; i < array_count(same_as_built_in); i++) {
		cleanup(policy_clear) struct policy policy = { 0 };
		struct error err = { 0 };

		cr_assert_eq(policy_of(&policy, same_as_built_in[i], &err), 0, "%s: %s",
			same_as_built_in[i], err.text);
		expect_defaults(&policy, "P", same_as_built_in[i]);
	}
}

/* Where a value is kept, in an enumeration of int's size. */
static const struct {
	const char *key, *word;
	size_t offset;
	int value;
} words[] = {
	{ "strategy", "off", offsetof(struct policy, strategy), STRATEGY_OFF },
	{ "strategy", "mask", offsetof(struct policy, strategy), STRATEGY_MASK },
	{ "strategy", "facade", offsetof(struct policy, strategy), STRATEGY_FACADE },
	{ "onNamed", "keep", offsetof(struct policy, on_named), ON_NAMED_KEEP },
	{ "onNamed", "mask", offsetof(struct policy, on_named), ON_NAMED_MASK },
	{ "onShared", "skip", offsetof(struct policy, on_shared), ON_SHARED_SKIP },
	{ "onShared", "slave", offsetof(struct policy, on_shared), ON_SHARED_SLAVE },
	{ "onShared", "fail", offsetof(struct policy, on_shared), ON_SHARED_FAIL },
	{ "onForeign", "skip", offsetof(struct policy, on_foreign), ON_FOREIGN_SKIP },
	{ "onForeign", "fail", offsetof(struct policy, on_foreign), ON_FOREIGN_FAIL },
	{ "onError", "fail", offsetof(struct policy, on_error), ON_ERROR_FAIL },
	{ "onError", "warn", offsetof(struct policy, on_error), ON_ERROR_WARN },
	{ "annotations", "honour", offsetof(struct policy, annotations), ANNOTATIONS_HONOUR },
	{ "annotations", "raise", offsetof(struct policy, annotations), ANNOTATIONS_RAISE },
	{ "annotations", "ignore", offsetof(struct policy, annotations), ANNOTATIONS_IGNORE },
	{ "log", "syslog", offsetof(struct policy, log), LOG_TO_SYSLOG },
	{ "log", "none", offsetof(struct policy, log), LOG_TO_NONE },
};

Test(policy, words_of_every_key)
{
	for (size_t i = 0; i < array_count(words); i++) {
		cleanup(policy_clear) struct policy policy = { 0 };
		struct error err = { 0 };
		char row[80];
		int value;

		snprintf(row, sizeof(row), "{'%s':'%s'}", words[i].key, words[i].word);
		cr_assert_eq(policy_of(&policy, row, &err), 0, "%s: %s", row, err.text);
		memcpy(&value, (const char *)&policy + words[i].offset, sizeof(value));
		cr_expect_eq(value, words[i].value, "%s", row);
	}
}

Test(policy, names_of_the_words)
{
	cr_expect_str_eq(strategy_name(STRATEGY_OFF), "off");
	cr_expect_str_eq(strategy_name(STRATEGY_MASK), "mask");
	cr_expect_str_eq(strategy_name(STRATEGY_FACADE), "facade");
	cr_expect_str_eq(enum_word(&on_shared_words, ON_SHARED_SKIP), "skip");
	cr_expect_str_eq(enum_word(&on_shared_words, ON_SHARED_SLAVE), "slave");
	cr_expect_str_eq(enum_word(&on_shared_words, ON_SHARED_FAIL), "fail");
	cr_expect_str_eq(enum_word(&on_foreign_words, ON_FOREIGN_SKIP), "skip");
	cr_expect_str_eq(enum_word(&on_foreign_words, ON_FOREIGN_FAIL), "fail");
	cr_expect_str_eq(enum_word(&on_error_words, ON_ERROR_FAIL), "fail");
	cr_expect_str_eq(enum_word(&on_error_words, ON_ERROR_WARN), "warn");
	cr_expect_str_eq(enum_word(&annotations_words, ANNOTATIONS_HONOUR), "honour");
	cr_expect_str_eq(enum_word(&annotations_words, ANNOTATIONS_RAISE), "raise");
	cr_expect_str_eq(enum_word(&annotations_words, ANNOTATIONS_IGNORE), "ignore");
	cr_expect_str_eq(enum_word(&log_words, LOG_TO_SYSLOG), "syslog");
	cr_expect_str_eq(enum_word(&log_words, LOG_TO_NONE), "none");
	for (int i = STRATEGY_OFF; i <= STRATEGY_FACADE; i++)
		cr_expect_eq(strategy_from(strategy_name((enum strategy)i)), i);
	cr_expect_eq(strategy_from("Mask"), -1, "words are lower case");
	cr_expect_eq(strategy_from(""), -1);
	cr_expect_eq(strategy_from("masks"), -1);
}

static const struct {
	const char *channels;
	channel_set set;
	const char *because;
} sets[] = {
	{ "[]", 0, "none" },
	{ "['resolved']", 1u << 1, "not nscd unless it is named" },
	{ "['winbind','nscd']", 1u << 6 | 1u, "in any order" },
	{ ALL_CHANNELS, 0x7f, "all of the table" },
};

Test(policy, channels)
{
	for (size_t i = 0; i < array_count(sets); i++) {
		cleanup(policy_clear) struct policy policy = { 0 };
		struct error err = { 0 };
		char row[128];

		snprintf(row, sizeof(row), "{'channels':%s}", sets[i].channels);
		cr_assert_eq(policy_of(&policy, row, &err), 0, "%s: %s", sets[i].because, err.text);
		cr_expect_eq(policy.channels, sets[i].set, "%s", sets[i].because);
	}
}

Test(policy, facade_and_sockets)
{
	cleanup(policy_clear) struct policy policy = { 0 };
	struct error err = { 0 };

	cr_assert_eq(
		policy_of(&policy,
			"{'facade':{'expose':['docker.sock','a b','...','\\u00e9']},"
			"'sockets':[{'path':'\\/run\\/docker.sock','directory':'/run/docker-api'},"
			"{'certificates':'/etc/c','tcp':'tcp://10.0.0.1:2376',"
			"'path':'/var/run/x.sock'}],"
			"'runtime':'/usr/bin/crun'}",
			&err),
		0, "%s", err.text);
	cr_expect_not(policy.expose_all);
	cr_assert_eq(policy.expose_count, 4);
	cr_expect_str_eq(policy.expose[0], "docker.sock");
	cr_expect_str_eq(policy.expose[1], "a b");
	cr_expect_str_eq(policy.expose[2], "...");
	cr_expect_str_eq(policy.expose[3], "é");
	cr_assert_eq(policy.socket_count, 2);
	cr_expect_str_eq(policy.sockets[0].path, "/run/docker.sock");
	cr_expect_str_eq(policy.sockets[0].directory, "/run/docker-api");
	cr_expect(policy.sockets[0].tcp == NULL && policy.sockets[0].certificates == NULL);
	cr_expect_str_eq(policy.sockets[1].path, "/var/run/x.sock");
	cr_expect_null(policy.sockets[1].directory);
	cr_expect_str_eq(policy.sockets[1].tcp, "tcp://10.0.0.1:2376");
	cr_expect_str_eq(policy.sockets[1].certificates, "/etc/c");
	cr_expect_str_eq(policy.runtime, "/usr/bin/crun");
}

Test(policy, names_that_are_made_later)
{
	static const char *const rows[] = {
		"{'facade':{'later':['netns','k3s','.x','a.b'],'expose':'all'},'dryRun':true}",
		"{'dryRun':true,'facade':{'later':['netns','k3s','.x','a.b']}}",
	};

	for (size_t i = 0; i < array_count(rows); i++) {
		cleanup(policy_clear) struct policy policy = { 0 };
		struct error err = { 0 };

		cr_assert_eq(policy_of(&policy, rows[i], &err), 0, "%s", err.text);
		cr_expect(policy.expose_all && policy.dry_run);
		cr_assert_eq(policy.later_count, 4);
		cr_expect_str_eq(policy.later[0], "netns");
		cr_expect_str_eq(policy.later[3], "a.b");
	}
}

Test(policy, an_empty_list_exposes_nothing)
{
	cleanup(policy_clear) struct policy policy = { 0 };
	struct error err = { 0 };

	cr_assert_eq(policy_of(&policy, "{'facade':{'expose':[]}}", &err), 0);
	cr_expect(!policy.expose_all && policy.expose_count == 0);
}

Test(policy, long_lists_and_long_names)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	cleanup(policy_clear) struct policy policy = { 0 };
	struct error err = { 0 };
	char name[256];

	memset(name, 'n', 255);
	name[255] = '\0';
	cr_assert_eq(buffer_print(&text, &err, "{'facade':{'expose':['%s'", name), 0);
	for (int i = 0; i < 1000; i++)
		cr_assert_eq(buffer_print(&text, &err, ",'entry-%d'", i), 0);
	cr_assert_eq(buffer_print(&text, &err, "]},'sockets':["), 0);
	for (int i = 0; i < 100; i++)
		cr_assert_eq(buffer_print(&text, &err, "%s{'path':'/run/%d','directory':'/d/%d'}",
				     i > 0 ? "," : "", i, i),
			0);
	cr_assert_eq(buffer_print(&text, &err, "]}"), 0);
	cr_assert_eq(policy_of(&policy, text.text, &err), 0, "%s", err.text);
	cr_assert_eq(policy.expose_count, 1001);
	cr_expect_str_eq(policy.expose[0], name);
	cr_expect_str_eq(policy.expose[1000], "entry-999");
	cr_assert_eq(policy.socket_count, 100);
	cr_expect_str_eq(policy.sockets[99].directory, "/d/99");
}

/* The strategy in force: policy, annotations key, the annotation's value. */
static const struct {
	enum strategy policy;
	enum annotations annotations;
	const char *value;
	int wanted; /* -1: refused */
	const char *because;
} strategies[] = {
	{ STRATEGY_OFF, ANNOTATIONS_HONOUR, NULL, STRATEGY_OFF, "no annotation" },
	{ STRATEGY_MASK, ANNOTATIONS_HONOUR, NULL, STRATEGY_MASK, "no annotation" },
	{ STRATEGY_FACADE, ANNOTATIONS_HONOUR, NULL, STRATEGY_FACADE, "no annotation" },
	{ STRATEGY_OFF, ANNOTATIONS_HONOUR, "mask", STRATEGY_MASK, "opt-in" },
	{ STRATEGY_OFF, ANNOTATIONS_HONOUR, "facade", STRATEGY_FACADE, "opt-in" },
	{ STRATEGY_MASK, ANNOTATIONS_HONOUR, "off", STRATEGY_OFF, "opt-out" },
	{ STRATEGY_MASK, ANNOTATIONS_HONOUR, "mask", STRATEGY_MASK, "the same" },
	{ STRATEGY_FACADE, ANNOTATIONS_HONOUR, "mask", STRATEGY_MASK, "less, honoured" },
	{ STRATEGY_MASK, ANNOTATIONS_HONOUR, "", -1, "an empty word is unknown" },
	{ STRATEGY_MASK, ANNOTATIONS_HONOUR, "Off", -1, "words are lower case" },
	{ STRATEGY_OFF, ANNOTATIONS_HONOUR, "true", -1, "unknown, even where all is off" },
	{ STRATEGY_OFF, ANNOTATIONS_RAISE, "mask", STRATEGY_MASK, "raised" },
	{ STRATEGY_OFF, ANNOTATIONS_RAISE, "facade", STRATEGY_FACADE, "raised twice" },
	{ STRATEGY_MASK, ANNOTATIONS_RAISE, "facade", STRATEGY_FACADE, "raised" },
	{ STRATEGY_MASK, ANNOTATIONS_RAISE, "off", STRATEGY_MASK, "never lowered" },
	{ STRATEGY_FACADE, ANNOTATIONS_RAISE, "mask", STRATEGY_FACADE, "never lowered" },
	{ STRATEGY_FACADE, ANNOTATIONS_RAISE, "off", STRATEGY_FACADE, "never lowered" },
	{ STRATEGY_MASK, ANNOTATIONS_RAISE, NULL, STRATEGY_MASK, "no annotation" },
	{ STRATEGY_MASK, ANNOTATIONS_RAISE, "strong", -1, "unknown" },
	{ STRATEGY_MASK, ANNOTATIONS_IGNORE, "off", STRATEGY_MASK, "ignored" },
	{ STRATEGY_OFF, ANNOTATIONS_IGNORE, "facade", STRATEGY_OFF, "ignored" },
	{ STRATEGY_MASK, ANNOTATIONS_IGNORE, "nonsense", STRATEGY_MASK, "not even read" },
};

Test(policy, strategy_in_force)
{
	for (size_t i = 0; i < array_count(strategies); i++) {
		const struct policy policy = { .strategy = strategies[i].policy,
			.annotations = strategies[i].annotations };
		enum strategy strategy = STRATEGY_OFF;
		struct error err = { 0 };
		char wanted[128];
		int result;

		result = policy_strategy(&policy, "KEY", strategies[i].value, &strategy, &err);
		cr_expect_eq(result, strategies[i].wanted < 0 ? -1 : 0, "row %zu: %s", i,
			strategies[i].because);
		if (strategies[i].wanted >= 0) {
			cr_expect_eq((int)strategy, strategies[i].wanted, "row %zu: %s", i,
				strategies[i].because);
			continue;
		}
		snprintf(wanted, sizeof(wanted),
			"annotation KEY: must be off, mask or facade, is \"%s\"",
			strategies[i].value);
		cr_expect_str_eq(err.text, wanted, "row %zu", i);
		cr_expect_eq(err.code, ERROR_POLICY, "onError must not soften it");
	}
}

Test(policy, clearing_twice_is_harmless)
{
	struct policy policy = { 0 };
	struct error err = { 0 };

	policy_clear(&policy);
	cr_assert_eq(policy_of(&policy, "{'facade':{'expose':['a']},'runtime':'/r'}", &err), 0);
	policy_clear(&policy);
	policy_clear(&policy);
	cr_expect(policy.source == NULL && policy.expose == NULL && policy.runtime == NULL);
}
