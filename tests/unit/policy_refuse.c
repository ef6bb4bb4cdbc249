/* SPDX-License-Identifier: Apache-2.0 */
/* Policies that are refused, with just their sentences: file, line, column and key. */
#include "policy_test.h"

#define STRATEGIES "\"off\", \"mask\" or \"facade\""
#define CHANNELS                                                                                   \
	"\"nscd\", \"resolved\", \"userdb\", \"dbus\", \"nslcd\", \"avahi\", \"winbind\" or "      \
	"\"kanidm\""

#define JSON "(a policy must be JSON, such as { \"version\": 1, \"strategy\": \"mask\" }"

static const struct refusal {
	const char *row, *error, *because;
} refusals[] = {
	{ "", "P:1:1: is empty " JSON ")", "nothing at all" },
	{ "version: 1\nstrategy: mask\n",
		"P:1:1: unexpected character where a value is expected " JSON "; YAML is not read)",
		"YAML" },
	{ "---\n",
		"P:1:2: unexpected character where a digit is expected " JSON "; YAML is not read)",
		"YAML's first line" },
	{ "{'version':1, # one\n'strategy':'mask'}",
		"P:1:15: unexpected character where a key in quotes is expected (JSON has no "
		"comments: take it out)",
		"a comment behind a key" },
	{ "{'version':1 /* one */}",
		"P:1:14: unexpected character where ',' or '}' is expected (JSON has no comments: "
		"take it out)",
		"a comment of C" },
	{ "{'version':1,\n}",
		"P:2:1: unexpected character where a key in quotes is expected (no comma may stand "
		"behind the last entry)",
		"a comma too many" },
	{ "{'strategy': }", "P:1:14: unexpected character where a value is expected",
		"no value: no comma is too many" },
	{ "{'channels':['nscd'}", "P:1:20: unexpected character where ',' or ']' is expected",
		"a bracket that is not closed" },
	{ "\xef\xbb\xbf{}", "P:1:1: byte-order mark (save the file as UTF-8 without it)",
		"an editor's mark" },
	{ "{'version':1,", "P:1:14: end of text where a key in quotes is expected", "cut" },
	{ "// a comment\n{}",
		"P:1:1: unexpected character where a value is expected (JSON has no comments: take "
		"it out)",
		"a comment" },
	{ "[]", "P:1:1: the policy: must be an object, is an array", "an array" },
	{ "null", "P:1:1: the policy: must not be null", "null" },
	{ "{'strategy':'mask',\n'log':'none','strategy':'off'}",
		"P:2:14: duplicate key \"strategy\"", "a key twice" },
	{ "{'facade':{'expose':'all','expose':[]}}", "P:1:27: duplicate key \"expose\"",
		"a key twice, further in" },

	{ "{'version':1,\n  'stratgy':'mask'}",
		"P:2:3: unknown key \"stratgy\" (did you mean \"strategy\"?)", "a slip of a key" },
	{ "{'onshared':'skip'}", "P:1:2: unknown key \"onshared\" (did you mean \"onShared\"?)",
		"keys have their letters' case" },
	{ "{'chanels':[]}", "P:1:2: unknown key \"chanels\" (did you mean \"channels\"?)",
		"a letter too few" },
	{ "{'hide':true}", "P:1:2: unknown key \"hide\"", "nothing that is near" },
	{ "{'':1}", "P:1:2: unknown key \"\"", "an empty key" },
	{ "{'facade':{'exposed':'all'}}",
		"P:1:12: unknown key \"exposed\" (did you mean \"expose\"?)", "a slip in facade" },
	{ "{'sockets':[{'path':'/a','dirctory':'/b'}]}",
		"P:1:26: unknown key \"dirctory\" (did you mean \"directory\"?)",
		"a slip in sockets" },
	{ "{'a\\u001b[1m':1}", "P:1:2: unknown key \"a\\x1b[1m\"", "a key that a terminal obeys" },

	{ "{'version':2}", "P:1:12: version: 2 is newer than what this program reads (1)",
		"a newer version" },
	{ "{'version':0}", "P:1:12: version: must be 1, is 0", "no such version" },
	{ "{'version':-1}", "P:1:12: version: must be 1, is -1", "no such version" },
	{ "{'version':'1'}", "P:1:12: version: must be a number, is a string", "quotes" },
	{ "{'version':1.0}", "P:1:12: version: must be a whole number", "a fraction" },
	{ "{'version':null}", "P:1:12: version: must not be null", "null" },

	{ "{'strategy':'hide'}", "P:1:13: strategy: must be " STRATEGIES ", is \"hide\"",
		"a word" },
	{ "{'strategy':''}", "P:1:13: strategy: must be " STRATEGIES ", is \"\"", "an empty word" },
	{ "{'strategy':['mask']}", "P:1:13: strategy: must be a string, is an array", "a list" },
	{ "{'strategy':false}", "P:1:13: strategy: must be a string, is false", "no word" },
	{ "{'strategy':null}", "P:1:13: strategy: must not be null", "null" },
	{ "{'onShared':'ignore'}",
		"P:1:13: onShared: must be \"skip\", \"slave\" or \"fail\", is \"ignore\"",
		"a word" },
	{ "{'onShared':1}", "P:1:13: onShared: must be a string, is a number", "a number" },
	{ "{'onForeign':'slave'}", "P:1:14: onForeign: must be \"skip\" or \"fail\", is \"slave\"",
		"a word" },
	{ "{'onForeign':null}", "P:1:14: onForeign: must not be null", "null" },
	{ "{'onError':'skip'}", "P:1:12: onError: must be \"fail\" or \"warn\", is \"skip\"",
		"a word" },
	{ "{'onError':{}}", "P:1:12: onError: must be a string, is an object", "an object" },
	{ "{'annotations':'honor'}",
		"P:1:16: annotations: must be \"honour\", \"raise\" or \"ignore\", is \"honor\"",
		"a word" },
	{ "{'annotations':true}", "P:1:16: annotations: must be a string, is true", "true" },
	{ "{'log':'stderr'}", "P:1:8: log: must be \"syslog\" or \"none\", is \"stderr\"",
		"a word" },
	{ "{'log':null}", "P:1:8: log: must not be null", "null" },

	{ "{'channels':'nscd'}", "P:1:13: channels: must be an array, is a string", "a word" },
	{ "{'channels':null}", "P:1:13: channels: must not be null", "null" },
	{ "{'channels':['nscd',\n 'ncsd']}", "P:2:2: channels: must be " CHANNELS ", is \"ncsd\"",
		"no such channel" },
	{ "{'channels':[0]}", "P:1:14: channels: must be a string, is a number", "a number" },
	{ "{'channels':[null]}", "P:1:14: channels: must not be null", "null inside" },

	{ "{'facade':'all'}", "P:1:11: facade: must be an object, is a string", "no object" },
	{ "{'facade':null}", "P:1:11: facade: must not be null", "null" },
	{ "{'facade':{'expose':'some'}}",
		"P:1:21: facade.expose: must be \"all\" or a list of names", "a word" },
	{ "{'facade':{'expose':null}}", "P:1:21: facade.expose: must be \"all\" or a list of names",
		"null" },
	{ "{'facade':{'expose':{}}}", "P:1:21: facade.expose: must be \"all\" or a list of names",
		"an object" },
	{ "{'facade':{'expose':[1]}}", "P:1:22: facade.expose: must be a string, is a number",
		"a number inside" },
	{ "{'facade':{'expose':['a',null]}}", "P:1:26: facade.expose: must not be null",
		"null inside" },
	{ "{'facade':{'expose':['podman/podman.sock']}}",
		"P:1:22: facade.expose: must be a name in /run without \"/\" and not "
		"\".host-run\", is "
		"\"podman/podman.sock\"",
		"a path" },
	{ "{'facade':{'expose':['.host-run']}}",
		"P:1:22: facade.expose: must be a name in /run without \"/\" and not "
		"\".host-run\", is \".host-run\"",
		"the veil's own name" },
	{ "{'facade':{'expose':['..']}}",
		"P:1:22: facade.expose: must be a name in /run without \"/\" and not "
		"\".host-run\", is \"..\"",
		"the way up" },
	{ "{'facade':{'expose':['.']}}",
		"P:1:22: facade.expose: must be a name in /run without \"/\" and not "
		"\".host-run\", is \".\"",
		"itself" },
	{ "{'facade':{'later':'netns'}}", "P:1:20: facade.later: must be an array, is a string",
		"one name" },
	{ "{'facade':{'later':null}}", "P:1:20: facade.later: must not be null", "null" },
	{ "{'facade':{'later':'all'}}", "P:1:20: facade.later: must be an array, is a string",
		"the word of expose" },
	{ "{'facade':{'later':[1]}}", "P:1:21: facade.later: must be a string, is a number",
		"a number inside" },
	{ "{'facade':{'later':['a','flannel/subnet.env']}}",
		"P:1:25: facade.later: must be a name in /run without \"/\" and not "
		"\".host-run\", is \"flannel/subnet.env\"",
		"a path" },
	{ "{'facade':{'later':['/run/netns']}}",
		"P:1:21: facade.later: must be a name in /run without \"/\" and not "
		"\".host-run\", is \"/run/netns\"",
		"an absolute path" },
	{ "{'facade':{'later':['..']}}",
		"P:1:21: facade.later: must be a name in /run without \"/\" and not "
		"\".host-run\", is \"..\"",
		"the way up" },
	{ "{'facade':{'later':['.']}}",
		"P:1:21: facade.later: must be a name in /run without \"/\" and not "
		"\".host-run\", is \".\"",
		"itself" },
	{ "{'facade':{'later':['']}}",
		"P:1:21: facade.later: must be a name in /run without \"/\" and not "
		"\".host-run\", is \"\"",
		"nothing" },
	{ "{'facade':{'later':['.host-run']}}",
		"P:1:21: facade.later: must be a name in /run without \"/\" and not "
		"\".host-run\", is \".host-run\"",
		"the veil's own name" },
	{ "{'facade':{'later':['a'],'expose':['b']}}",
		"P:1:11: facade.later: is for \"expose\": \"all\"; write its names into the list "
		"facade.expose",
		"beside a list" },
	{ "{'facade':{'expose':[],'later':['a']}}",
		"P:1:11: facade.later: is for \"expose\": \"all\"; write its names into the list "
		"facade.expose",
		"beside an empty list" },
	{ "{'onNamed':'skip'}", "P:1:12: onNamed: must be \"keep\" or \"mask\", is \"skip\"",
		"a word of another key" },
	{ "{'onNamed':true}", "P:1:12: onNamed: must be a string, is true", "no word" },
	{ "{'dryRun':'true'}", "P:1:11: dryRun: must be true or false", "a word" },
	{ "{'dryRun':1}", "P:1:11: dryRun: must be true or false", "a number" },
	{ "{'dryRun':null}", "P:1:11: dryRun: must be true or false", "null" },
	{ "{'dryrun':true}", "P:1:2: unknown key \"dryrun\" (did you mean \"dryRun\"?)",
		"a small letter" },
	{ "{'facade':{'expose':['']}}",
		"P:1:22: facade.expose: must be a name in /run without \"/\" and not "
		"\".host-run\", is \"\"",
		"nothing" },

	{ "{'sockets':{}}", "P:1:12: sockets: must be an array, is an object", "no list" },
	{ "{'sockets':null}", "P:1:12: sockets: must not be null", "null" },
	{ "{'sockets':['/run/docker.sock']}",
		"P:1:13: sockets: each entry: must be an object, is a string", "a path" },
	{ "{'sockets':[null]}", "P:1:13: sockets: each entry: must not be null", "null inside" },
	{ "{'sockets':[{}]}", "P:1:13: sockets: each entry needs a \"path\" that names a socket",
		"nothing" },
	{ "{'sockets':[{'path':'/run/'}]}",
		"P:1:13: sockets: each entry needs a \"path\" that names a socket",
		"a path without a name" },
	{ "{'sockets':[{'path':'/run/docker.sock'}]}",
		"P:1:13: sockets: each entry needs either \"directory\" or \"tcp\"", "no way" },
	{ "{'sockets':[{'path':'/a','directory':'/b','tcp':'tcp://h:1','certificates':'/c'}]}",
		"P:1:13: sockets: each entry needs either \"directory\" or \"tcp\"", "two ways" },
	{ "{'sockets':[{'path':'/a','tcp':'tcp://h:1'}]}",
		"P:1:13: sockets: \"tcp\" and \"certificates\" go together", "no certificates" },
	{ "{'sockets':[{'path':'/a','directory':'/b','certificates':'/c'}]}",
		"P:1:13: sockets: \"tcp\" and \"certificates\" go together", "no tcp" },
	{ "{'sockets':[{'path':'/a','tcp':'h:1','certificates':'/c'}]}",
		"P:1:32: tcp: must be \"tcp://HOST:PORT\", is \"h:1\"", "no scheme" },
	{ "{'sockets':[{'path':'/a','tcp':'tcp://h','certificates':'/c'}]}",
		"P:1:32: tcp: must be \"tcp://HOST:PORT\", is \"tcp://h\"", "no port" },
	{ "{'sockets':[{'path':'run/docker.sock','directory':'/b'}]}",
		"P:1:21: path: must be an absolute path, is \"run/docker.sock\"", "relative" },
	{ "{'sockets':[{'path':'','directory':'/b'}]}",
		"P:1:21: path: must be an absolute path, is \"\"", "empty" },
	{ "{'sockets':[{'path':null,'directory':'/b'}]}", "P:1:21: path: must not be null",
		"null" },
	{ "{'sockets':[{'path':'/run/../a','directory':'/b'}]}",
		"P:1:21: path: must not contain \"..\", is \"/run/../a\"", "the way up" },
	{ "{'sockets':[{'path':'/a','directory':'/b/..'}]}",
		"P:1:38: directory: must not contain \"..\", is \"/b/..\"", "the way up" },
	{ "{'sockets':[{'path':'/a','directory':7}]}",
		"P:1:38: directory: must be a string, is a number", "a number" },
	{ "{'sockets':[{'path':'/a','tcp':'tcp://h:1','certificates':'c'}]}",
		"P:1:59: certificates: must be an absolute path, is \"c\"", "relative" },

	{ "{'runtime':'crun'}", "P:1:12: runtime: must be an absolute path, is \"crun\"",
		"not looked up in PATH" },
	{ "{'runtime':'/usr/../crun'}",
		"P:1:12: runtime: must not contain \"..\", is \"/usr/../crun\"", "the way up" },
	{ "{'runtime':null}", "P:1:12: runtime: must not be null", "null" },
	{ "{'runtime':['/usr/bin/crun']}", "P:1:12: runtime: must be a string, is an array",
		"a list" },
};

Test(policy_refuse, every_wrong_policy)
{
	static const struct policy none;

	for (size_t i = 0; i < array_count(refusals); i++) {
		cleanup(policy_clear) struct policy policy = { 0 };
		struct error err = { 0 };

		cr_expect_eq(policy_of(&policy, refusals[i].row, &err), -1, "%s: %s",
			refusals[i].because, refusals[i].row);
		cr_expect_eq(
			err.code, ERROR_POLICY, "%s: %s", refusals[i].because, refusals[i].row);
		cr_expect_str_eq(err.text, refusals[i].error, "%s: \"%s\" is not \"%s\"",
			refusals[i].because, err.text, refusals[i].error);
		cr_expect_eq(memcmp(&policy, &none, sizeof(policy)), 0, "left zeroed: %s",
			refusals[i].row);
	}
}

/* Every key has a hint for its own misspelling. */
Test(policy_refuse, a_slip_in_any_key_is_noticed)
{
	static const char *const keys[] = { "version", "strategy", "channels", "facade", "sockets",
		"onShared", "onForeign", "onError", "annotations", "runtime" };

	for (size_t i = 0; i < array_count(keys); i++) {
		cleanup(policy_clear) struct policy policy = { 0 };
		struct error err = { 0 };
		char row[64], wanted[128];

		snprintf(row, sizeof(row), "{'%ss':1}", keys[i]);
		snprintf(wanted, sizeof(wanted),
			"P:1:2: unknown key \"%ss\" (did you mean \"%s\"?)", keys[i], keys[i]);
		cr_expect_eq(policy_of(&policy, row, &err), -1);
		cr_expect_str_eq(err.text, wanted);
	}
}

Test(policy_refuse, long_words_are_told_in_part)
{
	static const char begin[] = "P:1:13: strategy: must be " STRATEGIES ", is \"www";
	cleanup(policy_clear) struct policy policy = { 0 };
	struct error err = { 0 };
	char row[2000] = "{'strategy':'", word[1500];

	memset(word, 'w', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	strcat(row, word);
	strcat(row, "'}");
	cr_expect_eq(policy_of(&policy, row, &err), -1);
	cr_expect_eq(strncmp(err.text, begin, strlen(begin)), 0, "%s", err.text);
	cr_expect_lt(strlen(err.text), sizeof(err.text));
	cr_expect(strstr(err.text, "…") != NULL, "what is cut says so: %s", err.text);
}

Test(policy_refuse, the_error_names_the_file_in_full)
{
	cleanup(policy_clear) struct policy policy = { 0 };
	struct error err = { 0 };

	cr_expect_eq(
		policy_parse(&policy, "/etc/oci-runmask/policy.json", "{\"log\":0}", 9, &err), -1);
	cr_expect_str_eq(
		err.text, "/etc/oci-runmask/policy.json:1:8: log: must be a string, is a number");
}
