/* SPDX-License-Identifier: Apache-2.0 */
/* States and config.jsons that are refused, with just their sentences. */
#include "oci_test.h"

struct refusal {
	const char *row, *error, *because;
};

static const struct refusal states[] = {
	{ "null", "1:1: must be an object, is null", "null" },
	{ "", "1:1: is empty", "nothing at all" },
	{ " \n", "2:1: end of text where a value is expected", "white space only" },
	{ "{'id':'w','bundle':'/b'", "1:24: end of text where ',' or '}' is expected", "cut" },
	{ "{'id':'w','bundle':'/b'}{}", "1:25: something follows the value", "two documents" },
	{ "[]", "1:1: the document: must be an object, is an array", "an array" },
	{ " 'text'", "1:2: the document: must be an object, is a string", "a string" },
	{ "42", "1:1: the document: must be an object, is a number", "a number" },
	{ "{'id':'a',\n 'id':'b','bundle':'/b'}", "2:2: duplicate key \"id\"", "two ids" },
	{ "{'bundle':'/b'}", "1:1: id is missing", "no id" },
	{ "{'id':null,'bundle':'/b'}", "1:1: id is missing", "a null id" },
	{ "{'id':'w'}", "1:1: bundle is missing", "no bundle" },
	{ "{'id':'w','bundle':null}", "1:1: bundle is missing", "a null bundle" },
	{ "{'id':7,'bundle':'/b'}", "1:7: id: must be a string, is a number", "a number for id" },
	{ "{'id':'w',\n\t'bundle': ['/b']}", "2:12: bundle: must be a string, is an array",
		"an array for bundle" },
	{ "{'id':'w','bundle':'b'}", "1:20: bundle: must be an absolute path, is \"b\"",
		"a relative bundle" },
	{ "{'id':'w','bundle':''}", "1:20: bundle: must be an absolute path, is \"\"",
		"an empty bundle" },
	{ "{'id':'w','bundle':'/b','pid':'1'}", "1:31: pid: must be a number, is a string",
		"a pid in quotes" },
	{ "{'id':'w','bundle':'/b','pid':true}", "1:31: pid: must be a number, is true",
		"a pid that is true" },
	{ "{'id':'w','bundle':'/b','pid':1.5}", "1:31: pid: must be a whole number",
		"half a process" },
};

#define NUL "must not hold \\u0000, behind which some runtimes read on and some do not"
#define ODD                                                                                        \
	"differs from a known key in case alone, or behind a \\u0000, which some runtimes take "   \
	"for that key and some "                                                                   \
	"do not; write it as the specification does"

static const struct refusal specs[] = {
	{ "{'root':{'path':'/r'},'Mounts':[]}", "1:23: key \"Mounts\": " ODD,
		"mounts, as only Go takes it" },
	{ "{'ROOT':{'path':'/r'}}", "1:2: key \"ROOT\": " ODD, "root" },
	{ "{'root':{'path':'/r','Path':'/s'}}", "1:22: key \"Path\": " ODD,
		"beside the key itself" },
	{ "{'root':{'path':'/r'},'mount\\u017f':[]}", "1:23: key \"mount\\u017f\": " ODD,
		"a letter that Unicode folds" },
	{ "{'root':{'path':'/r'},'lin\\u0055x':{}}", "1:23: key \"lin\\u0055x\": " ODD,
		"an escape" },
	{ "{'root':{'path':'/r'},'hooKs':{}}", "1:23: key \"hooKs\": " ODD, "hooks" },
	{ "{'root':{'path':'/r'},'hooks':{'createruntime':[]}}",
		"1:32: key \"createruntime\": " ODD, "a stage" },
	{ "{'root':{'path':'/r'},'process':{'Env':[]}}", "1:34: key \"Env\": " ODD,
		"the environment" },
	{ "{'root':{'path':'/r'},'linux':{'Namespaces':[]}}", "1:32: key \"Namespaces\": " ODD,
		"namespaces" },
	{ "{'root':{'path':'/r'},'linux':{'namespaces':[{'TYPE':'mount'}]}}",
		"1:47: key \"TYPE\": " ODD, "a namespace" },
	{ "{'root':{'path':'/r'},'mounts\\u0000x':[]}", "1:23: key \"mounts\\u0000x\": " ODD,
		"mounts, behind which crun stops" },
	{ "{'root':{'path':'/r'},'mounts':[{'destination':'/d','source\\u0000':0}]}",
		"1:53: mounts[0]: key \"source\\u0000\": " ODD, "source" },
	{ "{'root':{'path':'/r'},'mounts':[{'destination':'/d','source':'/run\\u0000'}]}",
		"1:62: mounts[0]: source: " NUL, "a source" },
	{ "{'root':{'path':'/r'},'mounts':[{'destination':'/d','options':['rbind\\u0000x']}]}",
		"1:64: mounts[0]: an option: " NUL, "an option" },
	{ "{'root':{'path':'/r'},'linux':{'namespaces':[{'type':'mount\\u0000'}]}}",
		"1:54: a namespace's type: " NUL, "a namespace" },
	{ "{'root':{'path':'/r'},'linux':{'namespaces':[{'type':'mount','path':'\\u0000'}]}}",
		"1:69: a namespace's path: " NUL, "a namespace that is joined" },
	{ "{'root':{'path':'/r'},'linux':{'rootfsPropagation':'shared\\u0000'}}",
		"1:52: linux.rootfsPropagation: " NUL, "sharing" },
	{ "{'root':{'path':'/r'},'mounts':[{'destination':'/d','Destination':0}]}",
		"1:53: mounts[0]: key \"Destination\": " ODD, "Destination" },
	{ "{'root':{'path':'/r'},'mounts':[{'destination':'/d','Source':0}]}",
		"1:53: mounts[0]: key \"Source\": " ODD, "Source" },
	{ "{'root':{'path':'/r'},'mounts':[{'destination':'/d','tYpe':0}]}",
		"1:53: mounts[0]: key \"tYpe\": " ODD, "tYpe" },
	{ "{'root':{'path':'/r'},'mounts':[{'destination':'/d','OPTIONS':0}]}",
		"1:53: mounts[0]: key \"OPTIONS\": " ODD, "OPTIONS" },
	{ "null", "1:1: must be an object, is null", "null" },
	{ "", "1:1: is empty", "nothing at all" },
	{ "{'root':{'path':'r'},", "1:22: end of text where a key in quotes is expected", "cut" },
	{ "[]", "1:1: the document: must be an object, is an array", "an array" },
	{ "{}", "1:1: root is missing", "no root" },
	{ "{'root':'/r'}", "1:9: root: must be an object, is a string", "root is not an object" },
	{ "{'root':{}}", "1:9: root.path is missing", "no path" },
	{ "{\n 'root': {'path': null}}", "2:10: root.path is missing", "a null path" },
	{ "{'root':{'path':['r']}}", "1:17: root.path: must be a string, is an array",
		"an array for path" },
	{ "{'root':{'path':'r'},'mounts':{}}", "1:31: mounts: must be an array, is an object",
		"an object for mounts" },
	{ "{'root':{'path':'r'},'mounts':'/run:/run'}",
		"1:31: mounts: must be an array, is a string", "a string for mounts" },
	{ "{'root':{'path':'r'},'mounts':['/run']}",
		"1:32: mounts[0]: the entry: must be an object, is a string",
		"a string for a mount" },
	{ "{'root':{'path':'r'},'mounts':[{'destination':'/a'},null]}",
		"1:53: mounts[1]: destination is missing", "null for a mount" },
	{ "{'root':{'path':'r'},'mounts':[{'source':'/run'}]}",
		"1:32: mounts[0]: destination is missing", "no destination" },
	{ "{'root':{'path':'r'},'mounts':[\n {'destination':null}]}",
		"2:2: mounts[0]: destination is missing", "a null destination" },
	{ "{'root':{'path':'r'},'mounts':[{'destination':1}]}",
		"1:47: mounts[0]: destination: must be a string, is a number",
		"a number for destination" },
	{ "{'root':{'path':'r'},'mounts':[{'destination':'/a'},\n{'destination':'/"
	  "b','source':{}}]}",
		"2:30: mounts[1]: source: must be a string, is an object", "an object for source" },
	{ "{'root':{'path':'r'},'mounts':[{'destination':'/a','type':false}]}",
		"1:59: mounts[0]: type: must be a string, is false", "false for type" },
	{ "{'root':{'path':'r'},'mounts':[{'destination':'/a','options':'ro'}]}",
		"1:62: mounts[0]: options: must be an array, is a string", "a string for options" },
	{ "{'root':{'path':'r'},'mounts':[{'destination':'/a','options':['ro',1]}]}",
		"1:68: mounts[0]: an option: must be a string, is a number",
		"a number for an option" },
	{ "{'root':{'path':'r'},'linux':[]}", "1:30: linux: must be an object, is an array",
		"an array for linux" },
	{ "{'root':{'path':'r'},'linux':{'namespaces':{}}}",
		"1:44: linux.namespaces: must be an array, is an object", "namespaces" },
	{ "{'root':{'path':'r'},'linux':{'mountLabel':1}}",
		"1:44: linux.mountLabel: must be a string, is a number",
		"a number for mountLabel" },
	{ "{'root':{'path':'r'},'linux':{'rootfsPropagation':true}}",
		"1:51: linux.rootfsPropagation: must be a string, is true",
		"true for rootfsPropagation" },
	{ "{'root':{'path':'r'},'annotations':['a']}",
		"1:36: annotations: must be an object, is an array", "an array for annotations" },
	{ "{'root':{'path':'r'},'annotations':{\n'io.github.oci-runmask.strategy':0}}",
		"2:34: io.github.oci-runmask.strategy: must be a string, is a number",
		"a number for the strategy" },
	{ "{'root':{'path':'r'},'annotations':{'io.kubernetes.container.name':['w']}}",
		"1:68: io.kubernetes.container.name: must be a string, is an array",
		"an array for the container's name" },
	{ "{'root':{'path':'r'},'annotations':{'io.kubernetes.container.name':'w',\n"
	  "'io.github.oci-runmask.strategy/w':{}}}",
		"2:36: io.github.oci-runmask.strategy/w: must be a string, is an object",
		"an object for the container's own strategy" },
	{ "{'root':{'path':'r'},'annotations':{'a':'1','\\u0061':'2'}}",
		"1:45: duplicate key \"\\u0061\"", "a duplicate key among the unknown" },
	{ "{'root':{'path':'r'},'x':01}", "1:26: number with a leading zero",
		"bad JSON in a member that is not ours" },
};

static void expect_error(const struct error *err, int result, const struct refusal *row)
{
	cr_expect_eq(result, -1, "%s", row->because);
	cr_expect_eq(err->code, ERROR_INPUT, "%s", row->because);
	cr_expect_str_eq(err->text, row->error, "%s: \"%s\" is not \"%s\"", row->because, err->text,
		row->error);
}

Test(oci_refuse, states)
{
	static const struct state none;

	for (size_t i = 0; i < array_count(states); i++) {
		cleanup(state_clear) struct state state = { 0 };
		struct error err = { 0 };

		expect_error(&err, state_of(&state, states[i].row, &err), &states[i]);
		cr_expect_eq(memcmp(&state, &none, sizeof(state)), 0, "left zeroed: %s",
			states[i].because);
	}
}

Test(oci_refuse, specs)
{
	static const struct spec none;

	for (size_t i = 0; i < array_count(specs); i++) {
		cleanup(spec_clear) struct spec spec = { 0 };
		struct error err = { 0 };

		expect_error(&err, spec_of(&spec, specs[i].row, &err), &specs[i]);
		cr_expect_eq(
			memcmp(&spec, &none, sizeof(spec)), 0, "left zeroed: %s", specs[i].because);
	}
}

/* What jansson says of a value is its own business; where it is and what it is called are ours. */
static const struct refusal values[] = {
	{ "{'id':'w','bundle':'/b','pid':18446744073709551615}",
		"1:31: pid: ", "a pid of 64 bits" },
	{ "{'id':'w','bundle':'/b','pid':1e999}", "1:31: pid: ", "an endless pid" },
	{ "{'id':'w\\u0000','bundle':'/b'}", "1:7: id: ", "a NUL in an id" },
	{ "{'id':'w','bundle':'/b\\u0000/c'}", "1:20: bundle: ", "a NUL in a path" },
};

Test(oci_refuse, values_that_c_cannot_hold)
{
	for (size_t i = 0; i < array_count(values); i++) {
		cleanup(state_clear) struct state state = { 0 };
		struct error err = { 0 };
		size_t length = strlen(values[i].error);

		cr_expect_eq(state_of(&state, values[i].row, &err), -1, "%s", values[i].because);
		cr_expect_eq(err.code, ERROR_INPUT, "%s", values[i].because);
		cr_expect_eq(strncmp(err.text, values[i].error, length), 0, "%s: %s",
			values[i].because, err.text);
		cr_expect_gt(strlen(err.text), length, "it says why: %s", values[i].because);
	}
}

Test(oci_refuse, control_characters_of_a_bundle_are_escaped)
{
	cleanup(state_clear) struct state state = { 0 };
	struct error err = { 0 };

	cr_expect_eq(state_of(&state, "{'id':'w','bundle':'\\n\\u001b[1m'}", &err), -1);
	cr_expect_str_eq(err.text, "1:20: bundle: must be an absolute path, is \"\\x0a\\x1b[1m\"");
}

Test(oci_refuse, the_first_cause_stays)
{
	cleanup(spec_clear) struct spec spec = { 0 };
	struct error err = { 0 };

	error_set(&err, ERROR_SYSTEM, "what came first");
	cr_expect_eq(spec_of(&spec, "{}", &err), -1);
	cr_expect_str_eq(err.text, "what came first");
	cr_expect_eq(err.code, ERROR_SYSTEM);
}
