/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/verdict.h"

#include <criterion/criterion.h>

static const struct {
	enum sight sight;
	bool shares;
	enum verdict verdict;
	const char *because;
} rows[] = {
	{ SIGHT_CLEAR, false, VERDICT_CLEAR, "not the host's" },
	{ SIGHT_CLEAR, true, VERDICT_CLEAR, "sharing what is not the host's" },
	{ SIGHT_COVERED, false, VERDICT_LEAVE, "covered by the user" },
	{ SIGHT_COVERED, true, VERDICT_LEAVE, "covered, below a bind that shares" },
	{ SIGHT_NAMED, false, VERDICT_KEEP, "somebody means it" },
	{ SIGHT_NAMED, true, VERDICT_KEEP, "somebody means it, and shares it" },
	{ SIGHT_HOST, false, VERDICT_EXPOSED, "the host's" },
	{ SIGHT_HOST, true, VERDICT_SHARED, "the host's, shared" },
};

Test(verdict, of_what_is_seen)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_eq(verdict_of(rows[i].sight, rows[i].shares), rows[i].verdict, "%s",
			rows[i].because);
}

Test(verdict, names)
{
	cr_expect_str_eq(verdict_name(VERDICT_CLEAR), "clear");
	cr_expect_str_eq(verdict_name(VERDICT_LEAVE), "leave");
	cr_expect_str_eq(verdict_name(VERDICT_KEEP), "keep");
	cr_expect_str_eq(verdict_name(VERDICT_SHARED), "shared");
	cr_expect_str_eq(verdict_name(VERDICT_EXPOSED), "exposed");
}

Test(verdict, order_is_what_matters_more)
{
	cr_expect_lt(VERDICT_CLEAR, VERDICT_LEAVE);
	cr_expect_lt(VERDICT_LEAVE, VERDICT_KEEP);
	cr_expect_lt(VERDICT_KEEP, VERDICT_SHARED);
	cr_expect_lt(VERDICT_SHARED, VERDICT_EXPOSED);
}
