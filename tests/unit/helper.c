/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/helper.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define MESSAGES 400

/* Message i is i % 7 of the sizes below, each byte i. */
static const size_t sizes[] = { 0, 1, 750, 4096, 32760, 32761, 100000 };

struct told {
	size_t first, count; /* the next helper's first message; how many were heard */
	size_t stuck_at;     /* 0: never */
	size_t stuck_count;
	int signal; /* ends the helper behind the last message */
};

static size_t size_of(size_t i)
{
	return sizes[i % 7];
}

static int work(void *closure, struct helper *helper, struct error *err)
{
	const struct told *told = closure;
	static char bytes[100000];

	(void)err;
	for (size_t i = told->first; i < MESSAGES; i++) {
		helper_at(helper, 1, 1, i);
		memset(bytes, (int)i, sizeof(bytes));
		if (told->stuck_at == i && i > 0)
			pause();
		if (helper_send(helper, bytes, size_of(i)) < 0)
			return -1;
	}
	if (told->signal != 0)
		raise(told->signal);
	return 0;
}

static int hear(void *closure, const char *bytes, size_t length, struct error *err)
{
	struct told *told = closure;

	(void)err;
	cr_assert_eq(
		length, size_of(told->count), "message %zu has %zu bytes", told->count, length);
	for (size_t i = 0; i < length; i++)
		cr_assert_eq(bytes[i], (char)told->count);
	told->count++;
	return 0;
}

static int stuck(void *closure, const struct helper_mark *mark, struct error *err)
{
	struct told *told = closure;

	(void)err;
	cr_assert_eq(mark->index, told->stuck_at);
	cr_assert_eq(told->count, told->stuck_at, "all that was sent before is heard");
	told->first = told->stuck_at;
	told->stuck_at = 0;
	told->stuck_count++;
	return 0;
}

static int run(struct told *told, struct error *err)
{
	const struct helper_job job = { told, work, hear, stuck, NULL };

	return helper_run(&job, err);
}

Test(helper, messages_of_every_size_arrive_once_and_in_order)
{
	struct told told = { 0 };
	struct error err = { 0 };

	cr_assert_eq(run(&told, &err), 0, "%s", err.text);
	cr_assert_eq(told.count, MESSAGES);
	cr_assert_eq(told.stuck_count, 0);
}

Test(helper, what_a_stuck_one_had_told_is_heard_and_the_next_one_goes_on)
{
	struct told told = { .stuck_at = 3 };
	struct error err = { 0 };

	cr_assert_eq(run(&told, &err), 0, "%s", err.text);
	cr_assert_eq(told.count, MESSAGES);
	cr_assert_eq(told.stuck_count, 1);
}

Test(helper, one_that_is_killed_is_an_error)
{
	struct told told = { .signal = SIGKILL };
	struct error err = { 0 };

	cr_assert_eq(run(&told, &err), -1);
	cr_assert_str_eq(err.text, "helper process exited without a result");
}
