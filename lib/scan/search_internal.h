/* SPDX-License-Identifier: Apache-2.0 */
/* search_internal: the messages from the helper that looks (search_look.c) to the parent that
 * collects (search.c). */
#pragma once

#include "scan/helper.h"
#include "scan/root_set.h"
#include "scan/running.h"

struct search {
	struct running_list *list;
	struct running_view *view;
	const struct running_progress *progress;
	struct root_set roots;
	ino_t *stuck; /* namespaces that did not answer */
	size_t stuck_count;
	size_t passing; /* of list->unseen: what the next helper meets once more */
	/* in the helper */
	struct helper *helper;
	struct buffer text; /* of the last message */
};

/* What the helper says, in front of a row's texts: its name and its sockets'. */
enum { SAID_ROW, SAID_UNSEEN };
struct said {
	int what;
	struct running row;      /* its pointers mean nothing in the parent */
	bool again;              /* SAID_ROW: this namespace was told before */
	struct error problem;    /* SAID_UNSEEN */
	struct root_id roots[2]; /* what the next helper need not look at; namespace 0: none */
};

/* The row of a container; NULL: none yet. */
struct running *search_row(const struct running_list *list, ino_t namespace);

/* In the helper. */
int search_work(void *closure, struct helper *helper, struct error *err);
