/* SPDX-License-Identifier: Apache-2.0 */
/* What a Docker daemon answers to doctor: it answers with runtimes, or it does not answer. */
#include "text.h"

#include "doctor/docker.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(docker_info_clear) struct docker_info info = { 0 };
	cleanup(text_clear) char *answer = text_of(data, size);
	struct error err = { 0 };

	docker_info_parse(&info, answer, strlen(answer), &err);
	expect(err.code == ERROR_NONE);
	expect(info.answers == json_is_object(info.runtimes));
	expect(info.answers || (info.version == NULL && info.default_runtime == NULL && !info.cdi));
	return 0;
}
