/* SPDX-License-Identifier: Apache-2.0 */
#include "spec/policy.h"

#include "base/mem.h"
#include "spec/policy_words.h"
#include "base/string.h"

const char *const strategy_words[3] = {
	[STRATEGY_OFF] = "off",
	[STRATEGY_MASK] = "mask",
	[STRATEGY_FACADE] = "facade",
};
const char *const on_shared_words[3] = {
	[ON_SHARED_SKIP] = "skip",
	[ON_SHARED_SLAVE] = "slave",
	[ON_SHARED_FAIL] = "fail",
};
const char *const on_foreign_words[2] = {
	[ON_FOREIGN_SKIP] = "skip",
	[ON_FOREIGN_FAIL] = "fail",
};
const char *const on_error_words[2] = {
	[ON_ERROR_FAIL] = "fail",
	[ON_ERROR_WARN] = "warn",
};
const char *const annotations_words[3] = {
	[ANNOTATIONS_HONOUR] = "honour",
	[ANNOTATIONS_RAISE] = "raise",
	[ANNOTATIONS_IGNORE] = "ignore",
};
const char *const log_words[2] = {
	[LOG_TO_SYSLOG] = "syslog",
	[LOG_TO_NONE] = "none",
};

const char *strategy_name(enum strategy strategy)
{
	return strategy_words[strategy];
}

int strategy_from(const char *word)
{
	return word_find(word, strategy_words, array_count(strategy_words));
}

const char *on_shared_name(enum on_shared value)
{
	return on_shared_words[value];
}

const char *on_foreign_name(enum on_foreign value)
{
	return on_foreign_words[value];
}

const char *on_error_name(enum on_error value)
{
	return on_error_words[value];
}

const char *annotations_name(enum annotations value)
{
	return annotations_words[value];
}

const char *log_to_name(enum log_to value)
{
	return log_words[value];
}

void policy_clear(struct policy *policy)
{
	for (size_t i = 0; i < policy->expose_count; i++)
		text_clear(&policy->expose[i]);
	for (size_t i = 0; i < policy->socket_count; i++) {
		text_clear(&policy->sockets[i].path);
		text_clear(&policy->sockets[i].directory);
		text_clear(&policy->sockets[i].tcp);
		text_clear(&policy->sockets[i].certificates);
	}
	free(policy->expose);
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
	return policy_begin(policy, "built-in policy", err);
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
