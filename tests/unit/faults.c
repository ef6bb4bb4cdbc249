/* SPDX-License-Identifier: Apache-2.0 */
/* Every allocation fails once: what is parsed or planned then is refused with a sentence, nothing
 * is leaked and nothing half made is handed out. Linked with --wrap for malloc, calloc, realloc,
 * free, asprintf and __asprintf_chk; jansson is asked to allocate here too. */
#include "facade_test.h"

#include <jansson.h>
#include <stdarg.h>

#include "spec/policy.h"
#include "oci_test.h"
#include "policy_test.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void __real_free(void *old);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void __wrap_free(void *old);
int __wrap_asprintf(char **text, const char *format, ...) __attribute__((format(printf, 2, 3)));
int __wrap___asprintf_chk(char **text, int flag, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static bool armed;      /* allocations are counted */
static int allocations; /* so many were asked for */
static int failing;     /* the one that fails, from 1; 0: none */
static int live;        /* given and not taken back */

static bool fails(void)
{
	return armed && ++allocations == failing;
}

static void *given(void *block)
{
	live += armed && block != NULL;
	return block;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : given(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : given(__real_calloc(count, size));
}

void *__wrap_realloc(void *old, size_t size)
{
	if (fails())
		return NULL;
	return old == NULL ? given(__real_malloc(size)) : __real_realloc(old, size);
}

void __wrap_free(void *old)
{
	live -= armed && old != NULL;
	__real_free(old);
}

static int print(char **text, const char *format, va_list arguments)
{
	int length = fails() ? -1 : vasprintf(text, format, arguments);

	if (length >= 0)
		given(*text);
	else
		*text = (char *)"whatever is there after a failure";
	return length;
}

int __wrap_asprintf(char **text, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = print(text, format, arguments);
	va_end(arguments);
	return length;
}

int __wrap___asprintf_chk(char **text, int flag, const char *format, ...)
{
	va_list arguments;
	int length;

	(void)flag;
	va_start(arguments, format);
	length = print(text, format, arguments);
	va_end(arguments);
	return length;
}

/* One thing to do; clears up after itself. Returns what was returned, and whether that left what a
 * failure is to leave. */
struct outcome {
	int result;
	bool tidy;
};

typedef struct outcome operation(struct error *err);

/* Runs it once for each of its allocations with that one failing. At the end says how many. */
static void fail_each(operation *run, const char *name)
{
	struct error none = { 0 };
	int count;

	json_set_alloc_funcs(__wrap_malloc, __wrap_free);
	armed = true;
	failing = allocations = live = 0;
	cr_assert_eq(run(&none).result, 0, "%s: %s", name, none.text);
	count = allocations;
	cr_assert_eq(live, 0, "%s leaks when all is well", name);
	cr_assert_gt(count, 0, "%s allocates nothing", name);
	for (failing = 1; failing <= count; failing++) {
		struct error err = { 0 };
		struct outcome outcome;

		allocations = 0;
		outcome = run(&err);
		cr_assert_eq(outcome.result, -1, "%s goes on without allocation %d", name, failing);
		cr_assert(outcome.tidy, "%s leaves something after allocation %d", name, failing);
		cr_assert_eq(live, 0, "%s leaks %d after allocation %d", name, live, failing);
		cr_assert_eq(err.code, ERROR_SYSTEM,
			"%s: the machine's fault, not the text's: %d \"%s\"", name, failing,
			err.text);
		cr_assert(strstr(err.text, "out of memory") != NULL, "%s: %d \"%s\"", name, failing,
			err.text);
	}
	armed = false;
	printf("# %s: %d allocations, each failed once\n", name, count);
}

static char *text; /* what is parsed, made before anything is counted */
static size_t text_length;

static void text_make(const char *row)
{
	text = row_text(row, &text_length);
}

static struct outcome parse_state(struct error *err)
{
	static const struct state none;
	struct state state = { 0 };
	struct outcome outcome = { .result = state_parse(&state, text, text_length, err) };

	outcome.tidy = memcmp(&state, &none, sizeof(state)) == 0;
	state_clear(&state);
	return outcome;
}

/* More keys than fit into the fixed tables. */
Test(faults, state)
{
	struct buffer row = { 0 };
	struct error err = { 0 };

	cr_assert_eq(
		buffer_print(&row, &err, "{'id':'web','bundle':'\\/b','pid':12,'annotations':{"),
		0);
	for (int i = 0; i < 600; i++)
		cr_assert_eq(buffer_print(&row, &err, "'key-%d':'v',", i), 0);
	cr_assert_eq(buffer_print(&row, &err, "'last':null}}"), 0);
	text_make(row.text);
	fail_each(parse_state, "state_parse");
	text_clear(&text);
	buffer_clear(&row);
}

static struct outcome parse_spec(struct error *err)
{
	static const struct spec none;
	struct spec spec = { 0 };
	struct outcome outcome = { .result = spec_parse(&spec, text, text_length, err) };

	outcome.tidy = memcmp(&spec, &none, sizeof(spec)) == 0;
	spec_clear(&spec);
	return outcome;
}

Test(faults, spec)
{
	struct buffer row = { 0 };
	struct error err = { 0 };

	cr_assert_eq(buffer_print(&row, &err, "{'root':{'path':'rootfs'},'mounts':["), 0);
	for (int i = 0; i < 40; i++)
		cr_assert_eq(buffer_print(&row, &err,
				     "{'destination':'/d%d','source':'/s','type':'bind'},", i),
			0);
	cr_assert_eq(buffer_print(&row, &err,
			     "{'destination':'/last'}],'linux':{'mountLabel':'l','namespaces':[]},"
			     "'annotations':{'io.kubernetes.container.name':'web','%s':'off',"
			     "'%s/web':'mask'}}",
			     ANNOTATION_STRATEGY, ANNOTATION_STRATEGY),
		0);
	text_make(row.text);
	fail_each(parse_spec, "spec_parse");
	text_clear(&text);
	text_make("{'root':{'path':'r'},'annotations':{'" ANNOTATION_STRATEGY "':'off'}}");
	fail_each(parse_spec, "spec_parse, the plain annotation");
	text_clear(&text);
	buffer_clear(&row);
}

static struct outcome parse_policy(struct error *err)
{
	static const struct policy none;
	struct policy policy = { 0 };
	struct outcome outcome = { .result = policy_parse(&policy, "P", text, text_length, err) };

	outcome.tidy = memcmp(&policy, &none, sizeof(policy)) == 0;
	policy_clear(&policy);
	return outcome;
}

static struct outcome default_policy(struct error *err)
{
	struct policy policy = { 0 };
	struct outcome outcome = { .result = policy_default(&policy, err), .tidy = true };

	policy_clear(&policy);
	return outcome;
}

Test(faults, policy)
{
	struct buffer row = { 0 };
	struct error err = { 0 };

	cr_assert_eq(buffer_print(&row, &err,
			     "{'version':1,'strategy':'facade','channels':['nscd','resolved'],"
			     "'onShared':'slave','onForeign':'fail','onError':'warn','log':'none',"
			     "'annotations':'raise','runtime':'/usr/bin/crun','sockets':["
			     "{'path':'/run/x','tcp':'tcp://h:1','certificates':'/c'}"),
		0);
	for (int i = 0; i < 10; i++)
		cr_assert_eq(
			buffer_print(&row, &err, ",{'path':'/run/%d','directory':'/d'}", i), 0);
	cr_assert_eq(buffer_print(&row, &err, "],'facade':{'expose':['docker.sock'"), 0);
	for (int i = 0; i < 40; i++)
		cr_assert_eq(buffer_print(&row, &err, ",'entry-%d'", i), 0);
	cr_assert_eq(buffer_print(&row, &err, "]}}"), 0);
	text_make(row.text);
	fail_each(parse_policy, "policy_parse");
	fail_each(default_policy, "policy_default");
	text_clear(&text);
	buffer_clear(&row);
}

/* What is planned, likewise. */
static struct observation seen;
static struct policy policy;
static enum strategy strategy;

static struct outcome make_plan(struct error *err)
{
	struct plan plan = { 0 };
	struct outcome outcome = {
		.result = plan_make(&plan, &seen, &policy, strategy, err),
		.tidy = true,
	};

	plan_clear(&plan);
	plan_clear(&plan);
	return outcome;
}

Test(faults, facade_of_all)
{
	static struct seen_entry entries[40];
	static struct seen_child children[20];
	static char names[60][32];
	struct policy_socket socket = { .path = (char *)"/run/x.sock", .directory = (char *)"/d" };

	for (size_t i = 0; i < array_count(entries); i++) {
		snprintf(names[i], sizeof(names[i]), i < 20 ? "entry-%zu" : "systemd/entry-%zu", i);
		entries[i] = (struct seen_entry){ .path = names[i],
			.link = (char *)(i % 5 == 0 && i < 20 ? "../dev/shm" : NULL) };
	}
	for (size_t i = 0; i < array_count(children); i++) {
		snprintf(names[40 + i], sizeof(names[0]), "child-%zu", i);
		children[i] = (struct seen_child){ .path = names[40 + i], .fd = 2000 + (int)i };
	}
	entries[0] = (struct seen_entry){ .path = (char *)"systemd", .directory = true };
	entries[1] = (struct seen_entry){ .path = (char *)"nscd", .directory = true };
	entries[20] = (struct seen_entry){ .path = (char *)"systemd/resolve", .directory = true };
	seen.place_count = 2;
	seen.places[0] = channel_seen("nscd", SIGHT_CLEAR);
	seen.places[0].mount_root = true;
	seen.places[1] = channel_seen("resolved", SIGHT_HOST);
	seen.run_count = 1;
	seen.runs[0] = run_seen("/run", SIGHT_HOST);
	seen.runs[0].alias = "/var/run";
	seen.runs[0].mount_root = false;
	seen.runs[0].entries = entries;
	seen.runs[0].entry_count = array_count(entries);
	seen.runs[0].children = children;
	seen.runs[0].child_count = array_count(children);
	policy = (struct policy){ .expose_all = true, .sockets = &socket, .socket_count = 1 };
	strategy = STRATEGY_FACADE;
	fail_each(make_plan, "plan_make, a facade of 40 entries");
	strategy = STRATEGY_MASK;
	seen.places[1].children = children;
	seen.places[1].child_count = array_count(children);
	seen.places[0].sight = SIGHT_HOST;
	fail_each(make_plan, "plan_make, two masks");
}

Test(faults, facade_of_a_list)
{
	static char paths[40][32], *expose[40];
	static struct policy_socket sockets[40];
	static struct seen_directory directories[40];
	static struct seen_socket bound[20];
	static struct planned_mount mount = { .destination = (char *)"/d" };
	struct seen_child child = { .path = (char *)"a/b/c", .fd = 2000 };

	for (size_t i = 0; i < array_count(sockets); i++) {
		snprintf(paths[i], sizeof(paths[i]), "/run/socket-%zu", i);
		expose[i] = paths[i] + strlen("/run/");
		sockets[i] = (struct policy_socket){ .path = paths[i], .directory = paths[i] };
		directories[i] = (struct seen_directory){ .path = paths[i],
			.clones = { 3000, 3001 } };
	}
	for (size_t i = 0; i < array_count(bound); i++)
		bound[i] = (struct seen_socket){
			.policy = &sockets[i], .mount = &mount, .found = true
		};
	seen.place_count = 2;
	seen.places[0] = channel_seen("nscd", SIGHT_HOST);
	seen.places[1] = channel_seen("winbind", SIGHT_HOST);
	seen.run_count = 1;
	seen.runs[0] = run_seen("/run", SIGHT_HOST);
	seen.runs[0].alias = "/var/run";
	seen.runs[0].children = &child;
	seen.runs[0].child_count = 1;
	seen.directories = directories;
	seen.directory_count = array_count(directories);
	seen.sockets = bound;
	seen.socket_count = array_count(bound);
	policy = (struct policy){ .expose = expose,
		.expose_count = array_count(expose),
		.sockets = sockets,
		.socket_count = array_count(sockets) };
	strategy = STRATEGY_FACADE;
	fail_each(make_plan, "plan_make, a list of 40 sockets");
	expose[3] = (char *)"samba";
	expose[4] = (char *)"utmp";
	fail_each(make_plan, "plan_make, a list through the host's /run");
}
