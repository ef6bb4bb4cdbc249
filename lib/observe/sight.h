/* SPDX-License-Identifier: Apache-2.0 */
/* sight: rule 3: from what a channel's directory and its socket lead to follows whether the channel
 * is exposed. Pure. */
#pragma once

/* What one path of a container leads to for the container's own programs. */
enum leads_to {
	LEADS_NOWHERE,   /* nothing is there */
	LEADS_ELSEWHERE, /* not to the host's */
	LEADS_COVERED,   /* not to the host's, and what is there is a mount of its own */
	LEADS_HOST,      /* to the host's inode, through a mount of something bigger */
	LEADS_NAMED,     /* to the host's inode, through a mount of that very inode */
	LEADS_UNKNOWN,   /* it cannot be said */
};

/* What the client's own path leads to, inside the container's root. */
enum sight {
	SIGHT_CLEAR,   /* not the host's inode */
	SIGHT_COVERED, /* not the host's, because a mount covers the host's */
	SIGHT_NAMED,   /* the host's, through a planned mount of its own: it is meant */
	SIGHT_HOST,    /* the host's, through a mount of something bigger */
	SIGHT_UNKNOWN, /* it cannot be said: doubt */
};

/* socket: LEADS_NOWHERE for a channel without one. Either of the host's exposes; a mount of its own
 * on the socket alone decides for the whole. */
enum sight sight_of(enum leads_to directory, enum leads_to socket);

/* The more serious of two answers, for several names in a directory. */
enum leads_to leads_worse(enum leads_to a, enum leads_to b);
