/* SPDX-License-Identifier: Apache-2.0 */
/* headless: a program whose first thread ends while another goes on. */
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
