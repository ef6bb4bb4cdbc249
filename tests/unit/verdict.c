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
	{ SIGHT_NAMED, false, VERDICT_KEEP, "it is meant" },
	{ SIGHT_NAMED, true, VERDICT_KEEP, "it is meant, and shared" },
	{ SIGHT_HOST, false, VERDICT_EXPOSED, "the host's" },
	{ SIGHT_HOST, true, VERDICT_SHARED, "the host's, shared" },
	{ SIGHT_UNKNOWN, false, VERDICT_EXPOSED, "doubt" },
};

/* Rule 3. */
static const struct {
	enum leads_to directory, socket;
	enum sight sight;
	const char *because;
} sights[] = {
	{ LEADS_NOWHERE, LEADS_NOWHERE, SIGHT_CLEAR, "nothing there" },
	{ LEADS_ELSEWHERE, LEADS_NOWHERE, SIGHT_CLEAR, "the image's own directory" },
	{ LEADS_ELSEWHERE, LEADS_ELSEWHERE, SIGHT_CLEAR, "and the image's own daemon" },
	{ LEADS_ELSEWHERE, LEADS_COVERED, SIGHT_CLEAR, "and a mount of the user's on its socket" },
	{ LEADS_ELSEWHERE, LEADS_HOST, SIGHT_HOST, "a link, or a second name, of the socket" },
	{ LEADS_ELSEWHERE, LEADS_NAMED, SIGHT_NAMED, "a bind of the socket alone" },
	{ LEADS_ELSEWHERE, LEADS_UNKNOWN, SIGHT_UNKNOWN, "a link of the socket's through /proc" },
	{ LEADS_COVERED, LEADS_NOWHERE, SIGHT_COVERED, "a mask of the user's" },
	{ LEADS_COVERED, LEADS_HOST, SIGHT_HOST, "a mask with a way to the socket in it" },
	{ LEADS_HOST, LEADS_NOWHERE, SIGHT_HOST, "the daemon may come later" },
	{ LEADS_HOST, LEADS_ELSEWHERE, SIGHT_HOST, "a link in the host's directory" },
	{ LEADS_HOST, LEADS_HOST, SIGHT_HOST, "the host's directory and socket" },
	{ LEADS_HOST, LEADS_COVERED, SIGHT_COVERED, "a mount of the user's on the host's socket" },
	{ LEADS_HOST, LEADS_NAMED, SIGHT_NAMED, "the socket is named, below the host's /run" },
	{ LEADS_HOST, LEADS_UNKNOWN, SIGHT_HOST, "the directory is enough to be exposed" },
	{ LEADS_NAMED, LEADS_HOST, SIGHT_NAMED, "the directory is named" },
	{ LEADS_NAMED, LEADS_COVERED, SIGHT_COVERED, "and the user's mount covers its socket" },
	{ LEADS_UNKNOWN, LEADS_NOWHERE, SIGHT_UNKNOWN, "a link of the directory's through /proc" },
};

Test(verdict, of_directory_and_socket)
{
	for (size_t i = 0; i < sizeof(sights) / sizeof(sights[0]); i++)
		cr_expect_eq(sight_of(sights[i].directory, sights[i].socket), sights[i].sight, "%s",
			sights[i].because);
}

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
