/* SPDX-License-Identifier: Apache-2.0 */
/* policy: the words and defaults of the keys, and what annotations may change. */
#include "spec/policy.h"

#include <string.h>

#include "base/buffer.h"

const struct enum_words strategy_words = { {
	[STRATEGY_OFF] = "off",
	[STRATEGY_MASK] = "mask",
	[STRATEGY_FACADE] = "facade",
} };
const struct enum_words on_named_words = { {
	[ON_NAMED_KEEP] = "keep",
	[ON_NAMED_MASK] = "mask",
} };
const struct enum_words on_shared_words = { {
	[ON_SHARED_SKIP] = "skip",
	[ON_SHARED_SLAVE] = "slave",
	[ON_SHARED_FAIL] = "fail",
} };
const struct enum_words on_foreign_words = { {
	[ON_FOREIGN_SKIP] = "skip",
	[ON_FOREIGN_FAIL] = "fail",
} };
const struct enum_words on_error_words = { {
	[ON_ERROR_FAIL] = "fail",
	[ON_ERROR_WARN] = "warn",
} };
const struct enum_words annotations_words = { {
	[ANNOTATIONS_HONOUR] = "honour",
	[ANNOTATIONS_RAISE] = "raise",
	[ANNOTATIONS_IGNORE] = "ignore",
} };
const struct enum_words log_words = { {
	[LOG_TO_SYSLOG] = "syslog",
	[LOG_TO_NONE] = "none",
} };

const char *enum_word(const struct enum_words *words, unsigned int value)
{
	return words->word[value];
}

int enum_find(const struct enum_words *words, const char *word)
{
	for (int i = 0; words->word[i] != NULL; i++)
		if (strcmp(words->word[i], word) == 0)
			return i;
	return -1;
}

static void names_clear(char ***names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		text_clear(&(*names)[i]);
	free(*names);
}

void policy_clear(struct policy *policy)
{
	names_clear(&policy->expose, policy->expose_count);
	names_clear(&policy->later, policy->later_count);
	for (size_t i = 0; i < policy->socket_count; i++) {
		text_clear(&policy->sockets[i].path);
		text_clear(&policy->sockets[i].directory);
		text_clear(&policy->sockets[i].tcp);
		text_clear(&policy->sockets[i].certificates);
	}
	free(policy->sockets);
	text_clear(&policy->source);
	text_clear(&policy->runtime);
	*policy = (struct policy){ 0 };
}

int policy_begin(struct policy *policy, const char *source, struct error *err)
{
	*policy = (struct policy){
		.strategy = STRATEGY_MASK,
		.channels = channel_bit(0), /* nscd, the table's first row */
		.expose_all = true,
	};
	policy->source = text_copy(source, err);
	return policy->source == NULL ? -1 : 0;
}

int policy_default(struct policy *policy, struct error *err)
{
	if (policy_begin(policy, "built-in policy", err) < 0)
		return -1;
	policy->has_version = true;
	return 0;
}

int policy_strategy(const struct policy *policy, const char *key, const char *value,
	enum strategy *strategy, struct error *err)
{
	int asked;

	*strategy = policy->strategy;
	if (value == NULL || policy->annotations == ANNOTATIONS_IGNORE)
		return 0;
	asked = strategy_from(value);
	if (asked < 0)
		return error_set(err, ERROR_POLICY,
			"annotation %s: must be off, mask or facade, is \"%s\"", key, value);
	if (policy->annotations == ANNOTATIONS_HONOUR || asked > (int)policy->strategy)
		*strategy = (enum strategy)asked;
	return 0;
}
