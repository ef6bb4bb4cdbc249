/* SPDX-License-Identifier: Apache-2.0 */
/* noop: a hook that does nothing, linked as the hook is. What a start of any such program costs;
 * all figures are told as multiples of it. It reads its stdin: the writer must not get
 * EPIPE, so no honest hook can do less. */
#include <unistd.h>

int main(void)
{
	char state[4096];

	while (read(STDIN_FILENO, state, sizeof(state)) > 0)
		continue;
	return 0;
}
