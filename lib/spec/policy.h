/* SPDX-License-Identifier: Apache-2.0 */
/* policy: the administrator's settings, their words and defaults. Pure (spec/load.h reads the
 * files). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "spec/channels.h"

#define POLICY_LIMIT ((size_t)1 << 20) /* bytes */

/* The name in a veil under which what it covers is attached again, when the veil shows part of it.
 * Not "host": systemd's nss modules read /run/host/userdb. */
#define HIDDEN_NAME ".host-run"

/* In the container's own /dev, where the directories of sockets[] are attached. A second one has
 * ".1" behind it, and so on. */
#define SOCKETS_NAME ".oci-runmask"

/* The values of the policy's keys. The first of each is the default; strategy's stands in
 * policy_begin (policy.c). */
enum strategy { /* in order of strength, for "raise" */
	STRATEGY_OFF,
	STRATEGY_MASK,
	STRATEGY_FACADE,
};
enum on_named { ON_NAMED_KEEP, ON_NAMED_MASK };
enum on_shared { ON_SHARED_SKIP, ON_SHARED_SLAVE, ON_SHARED_FAIL };
enum on_foreign { ON_FOREIGN_SKIP, ON_FOREIGN_FAIL };
enum on_error { ON_ERROR_FAIL, ON_ERROR_WARN };
enum annotations { ANNOTATIONS_HONOUR, ANNOTATIONS_RAISE, ANNOTATIONS_IGNORE };
enum log_to { LOG_TO_SYSLOG, LOG_TO_NONE };

/* One of sockets[]: where containers bind it, and the way that outlives the daemon's restart. */
struct policy_socket {
	char *path;      /* the host's path that containers bind; absolute */
	char *directory; /* host directory that holds the daemon's socket under path's base name */
	char *tcp;       /* "tcp://HOST:PORT", with certificates, instead of directory */
	char *certificates;
};

struct policy {
	char *source; /* the file it was read from, or "built-in policy" */
	enum strategy strategy;
	channel_set channels;
	bool expose_all;
	char **expose; /* names in the host's /run, when not expose_all */
	size_t expose_count;
	char **later; /* names in the host's /run that may be made later; only with expose_all */
	size_t later_count;
	struct policy_socket *sockets;
	size_t socket_count;
	enum on_named on_named;
	enum on_shared on_shared;
	enum on_foreign on_foreign;
	enum on_error on_error;
	enum annotations annotations;
	bool has_version; /* the file says which */
	bool dry_run;     /* every door says what it would do, and changes nothing */
	char *runtime;    /* NULL: first found */
	enum log_to log;
};

/* The defaults of every key; source is what sentences call the policy. *policy must be zeroed. */
int policy_begin(struct policy *policy, const char *source, struct error *err) must_check;

/* The built-in policy: the defaults of every key. */
int policy_default(struct policy *policy, struct error *err) must_check;

/* Parses a policy file's text. *policy must be zeroed; on failure it is left zeroed. Errors
 * (ERROR_POLICY) read "FILE:LINE:COLUMN: …" and name the key. */
int policy_parse(struct policy *policy, const char *file, const char *text, size_t length,
	struct error *err) must_check;
void policy_clear(struct policy *policy);

/* The words of one enumeration, in its order; ends at NULL. One table serves reading and
 * printing. */
struct enum_words {
	const char *word[4];
};
extern const struct enum_words strategy_words, on_named_words, on_shared_words, on_foreign_words,
	on_error_words, annotations_words, log_words;

/* The word for a value of the enumeration; and the value for a word, -1: unknown. */
const char *enum_word(const struct enum_words *words, unsigned int value);
int enum_find(const struct enum_words *words, const char *word);

static inline const char *strategy_name(enum strategy strategy)
{
	return enum_word(&strategy_words, strategy);
}

static inline int strategy_from(const char *word)
{
	return enum_find(&strategy_words, word);
}

/* The strategy in force for a container: the policy's, or what the annotation's value asks for, as
 * far as the policy honours annotations. value may be NULL (no annotation); key is for the
 * sentence. An unknown value is an error unless annotations are ignored. */
int policy_strategy(const struct policy *policy, const char *key, const char *value,
	enum strategy *strategy, struct error *err) must_check;
