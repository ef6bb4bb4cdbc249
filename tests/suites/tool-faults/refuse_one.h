/* SPDX-License-Identifier: Apache-2.0 */
/* refuse_one: file descriptors that each_fails hands to the program that refuse_one is preloaded
 * into. */
#pragma once

#define REFUSE_COUNT_FD 9 /* a run writes here how many calls there were */
#define REFUSE_SERVER_FD                                                                           \
	10              /* a socket: a number in, that run's wait status out, until it is closed */
#define REFUSE_LIMIT 30 /* seconds for a run, which takes milliseconds */
