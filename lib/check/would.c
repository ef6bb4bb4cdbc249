/* SPDX-License-Identifier: Apache-2.0 */
/* would: lists the directories by verdict, and names what the strategy or onShared does to them. */
#include "check/would.h"

/* "A, B and C": the directories of the policy's channels on which this is the hook's verdict. */
static int list_directories(struct buffer *list, const struct judgement *judgement,
	channel_set asked, enum verdict wanted, struct error *err)
{
	for (size_t i = 0; i < channel_count; i++) {
		const struct judged_place *place;

		if (!(asked & channel_bit(i)) || hook_verdict(judgement, i, &place) != wanted)
			continue;
		if (buffer_print(list, err, "%s%s", list->length > 0 ? ", " : "",
			    channels[i].places[place - judgement->places[i]].directory) < 0)
			return -1;
	}
	return 0;
}

static int would_protect(
	struct buffer *out, enum strategy strategy, const char *exposed, struct error *err)
{
	switch (strategy) {
	case STRATEGY_OFF:
		break;
	case STRATEGY_MASK:
		return buffer_print(out, err, "cover %s with an empty tmpfs", exposed);
	case STRATEGY_FACADE:
		return buffer_print(
			out, err, "replace the host's /run by a facade without %s", exposed);
	}
	return 0;
}

static int would_if_shared(
	struct buffer *out, enum on_shared on_shared, const char *shared, struct error *err)
{
	switch (on_shared) {
	case ON_SHARED_SKIP:
		return buffer_print(
			out, err, "leave %s as it is and warn, as the bind is shared", shared);
	case ON_SHARED_SLAVE:
		return buffer_print(out, err, "make the shared bind a slave, and cover %s", shared);
	case ON_SHARED_FAIL:
		return buffer_print(out, err,
			"refuse to start it, as the bind that shows %s is shared", shared);
	}
	return 0;
}

int hook_would(struct buffer *sentence, const struct policy *policy, const struct spec *spec,
	const struct judgement *judgement, struct error *err)
{
	cleanup(buffer_clear) struct buffer exposed = { 0 }, shared = { 0 };
	enum strategy strategy;

	if (policy_strategy(policy, spec->strategy_key, spec->strategy, &strategy, err) < 0 ||
		list_directories(&exposed, judgement, policy->channels, VERDICT_EXPOSED, err) < 0 ||
		list_directories(&shared, judgement, policy->channels, VERDICT_SHARED, err) < 0 ||
		buffer_print(sentence, err, "The hook, with %s and strategy %s, would ",
			policy->source, strategy_name(strategy)) < 0)
		return -1;
	if (strategy == STRATEGY_OFF || exposed.length + shared.length == 0)
		return buffer_print(sentence, err, "do nothing.");
	if (exposed.length > 0 && would_protect(sentence, strategy, exposed.text, err) < 0)
		return -1;
	if (exposed.length > 0 && shared.length > 0 && buffer_print(sentence, err, "; and ") < 0)
		return -1;
	if (shared.length > 0 && would_if_shared(sentence, policy->on_shared, shared.text, err) < 0)
		return -1;
	return buffer_print(sentence, err, ".");
}
