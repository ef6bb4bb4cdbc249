/* SPDX-License-Identifier: Apache-2.0 */
/* docker: dockerd's configuration from daemon.json and its command line, and which runtime or CDI
 * device in it is ours. */
#pragma once

#include "doctor/doctor_internal.h"

/* By what dockerd calls the hook. */
enum docker_door {
	DOCKER_NO_DOOR,
	DOCKER_DEFAULT, /* the default runtime is ours */
	DOCKER_RUNTIME, /* a runtime is ours, for containers that ask for it */
	DOCKER_DEVICE,  /* a CDI device is ours, for containers that ask for it */
};

struct docker {
	bool there;
	pid_t pid;               /* of the running daemon; 0: none, or not looked for */
	struct text_list words;  /* dockerd's command line: the daemon's, else the unit's */
	char *config_path;       /* --config-file, or the default */
	json_t *config;          /* NULL: none, or no JSON */
	char *config_problem;    /* why it cannot be read; NULL: nothing */
	char *default_runtime;   /* what is configured; NULL: Docker's own */
	bool default_is_defined; /* it has an entry in runtimes (or is Docker's own) */
	enum docker_door door;
	char *runtime, *program; /* of that door: the runtime's name and its program */
	struct text_list args;   /* runtimeArgs */
	char *device;            /* CDI: "oci-runmask.github.io/run=mask"; NULL: none */
	char *device_file;       /* … where it is defined */
	json_t *device_hook;     /* … and what it runs */
};

/* *docker must be zeroed; docker_clear frees it, also after a failure. A daemon.json that cannot be
 * read is in config_problem and is not a failure. */
int docker_read(const struct doctor *doctor, struct docker *docker, struct error *err) must_check;
void docker_clear(struct docker *docker);

/* The values of an option in dockerd's words, "--name VALUE" or "--name=VALUE"; the first of the
 * names that is NULL ends them. */
int docker_option(const struct text_list *words, const char *const *names, size_t count,
	struct text_list *values, struct error *err) must_check;

/* Sets the first CDI device that runs our hook, from the directories that dockerd reads. */
int docker_find_device(const struct doctor *doctor, struct docker *docker, struct error *err)
	must_check;

/* What a daemon says of itself (GET /info at its socket). */
struct docker_info {
	bool answers;
	char *version;
	char *default_runtime;
	json_t *runtimes; /* names to objects with "path" */
	bool cdi;         /* it has directories of CDI files */
};

/* Asks the running daemon, for two seconds; no answer leaves answers false. -1 only when memory
 * runs out. */
int docker_ask(const struct docker *docker, struct docker_info *info, struct error *err) must_check;
/* The whole answer, head and body, which ends with a NUL; one of another form leaves answers false.
 * *info must be zeroed. */
void docker_info_parse(
	struct docker_info *info, const char *answer, size_t length, struct error *err);
void docker_info_clear(struct docker_info *info);
