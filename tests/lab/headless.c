/* SPDX-License-Identifier: Apache-2.0 */
/* headless: the first thread of this program ends, another goes on. */
#include <pthread.h>
#include <unistd.h>

static void *go_on(void *nothing)
{
	sleep(600);
	return nothing;
}

int main(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, go_on, NULL) != 0)
		return 1;
	pthread_exit(NULL);
}
