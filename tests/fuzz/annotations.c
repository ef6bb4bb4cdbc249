/* SPDX-License-Identifier: Apache-2.0 */
/* The annotations of a config.json, and the strategy that they ask for under each policy: "ignore"
 * heeds none, "raise" never lets a container go unprotected. */
#include "text.h"

#include "spec/oci.h"
#include "spec/policy.h"

static void strategy_check(const struct spec *spec, enum annotations annotations)
{
	const struct policy policy = { .strategy = STRATEGY_MASK, .annotations = annotations };
	enum strategy strategy = STRATEGY_MASK;
	struct error err = { 0 };
	int result = policy_strategy(&policy, spec->strategy_key, spec->strategy, &strategy, &err);

	succeeds_or_says(result, &err);
	expect(annotations != ANNOTATIONS_IGNORE || (result == 0 && strategy == STRATEGY_MASK));
	expect(annotations != ANNOTATIONS_RAISE || strategy != STRATEGY_OFF);
	expect(result < 0 || spec->strategy != NULL || strategy == STRATEGY_MASK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char head[] =
		"{\"ociVersion\":\"1.0.2\",\"root\":{\"path\":\"r\"},\"annotations\":";
	cleanup(buffer_clear) struct buffer config = { 0 };
	cleanup(spec_clear) struct spec spec = { 0 };
	struct error err = { 0 };

	expect(buffer_add(&config, head, strlen(head), &err) == 0 &&
		buffer_add(&config, (const char *)data, size, &err) == 0 &&
		buffer_add(&config, "}", 1, &err) == 0);
	if (spec_parse(&spec, config.text, config.length, &err) < 0)
		return 0;
	expect((spec.strategy == NULL) == (spec.strategy_key == NULL));
	strategy_check(&spec, ANNOTATIONS_HONOUR);
	strategy_check(&spec, ANNOTATIONS_RAISE);
	strategy_check(&spec, ANNOTATIONS_IGNORE);
	return 0;
}
