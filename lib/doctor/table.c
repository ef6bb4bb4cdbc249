/* SPDX-License-Identifier: Apache-2.0 */
/* table: the rows of the checklist: questions, outcomes, and their texts. */
#include "doctor/doctor_internal.h"

#define KEEP                                                                                       \
	"Keep the directory: systemctl edit {1}\n[Service]\nRuntimeDirectoryPreserve=yes\n"        \
	"(not with DynamicUser=yes), or let runmask watch mask again"
#define SETUP_DOCKER                                                                               \
	"runmask setup docker, then systemctl restart docker. It writes into {2}:\n"               \
	"\"runtimes\": { \"runmask\":\n  { \"path\": "                                             \
	"\"/usr/libexec/oci/hooks.d/oci-runmask-runtime\" } }"

/* clang-format off */
/* What hooks, runtimes and hooks.d files are found to be, whatever engine has them. {1}: the file;
 * for a runtime "NAME in FILE". */
const struct doctor_outcome doctor_shared_outcomes[] = {
	{ "program", DOCTOR_LOOK, "{1} names {2}.",
		"Install the program there, or name the right one: engines skip a hook with a missing "
		"program silently, and start no container with such a runtime." },
	{ "hook-dry-run", DOCTOR_LOOK, "{1}: the args have --dry-run, so the hook changes nothing.",
		"Take --dry-run out." },
	{ "refuses", DOCTOR_LOOK, "{1}: the hook, run on a bundle that binds /run, refuses it: {2}",
		"Correct what the sentence names: containers that bind /run do not start." },
	{ "idle", DOCTOR_LOOK, "{1}: the hook, run on a bundle that binds /run, would protect nothing: {2}",
		"See what the policy says: runmask policy" },
	{ "untried", DOCTOR_UNKNOWN, "{1} is right as a file, but what it names could not be tried: {2}.",
		"sudo runmask doctor" },
	{ "wrong-program", DOCTOR_LOOK,
		"The runtime {1} is {2}, which is the hook. Every container with that runtime fails with "
		"\"exit status 2\".",
		"The program to name is oci-runmask-runtime:\n"
		"/usr/libexec/oci/hooks.d/oci-runmask-runtime" },
	{ "silent", DOCTOR_LOOK, "The runtime {1} does not work: it is {2}.",
		"Correct what it names: no container starts with that runtime." },
	{ "missing", DOCTOR_LOOK, "It reads {1}, where no file is oci-runmask's.",
		"Install oci-runmask's file there (its packages do)." },
	{ "elsewhere", DOCTOR_LOOK, "{2} is where it does not read: it reads {1}.",
		"Name its directory in hooks_dir (runmask setup podman, runmask setup cri-o), or move the file." },
	{ "wrong", DOCTOR_LOOK, "{1}: {2}.", "Correct it, or reinstall it." },
	{ "broken", DOCTOR_LOOK, "{1}: {2}. With it {0} starts no container.",
		"Correct or remove that file." },
	{ "old", DOCTOR_LOOK,
		"{1} does not watch {2} as it is now: since it was started the directory was removed and "
		"made again, or it was told another one. It runs no hook from there.",
		"Restart it (systemctl restart crio; for NRI, hook-injector): a reload does not help." },
	{ "unseen", DOCTOR_UNKNOWN, "Whether {1} watches {2} cannot be seen in /proc.", "sudo runmask doctor" },
	{ .key = NULL },
};

static const struct doctor_outcome name_service[] = {
	{ "running", DOCTOR_OK, "{1}. Containers that see its socket are answered by it.", NULL },
	{ "none", DOCTOR_NONE,
		"None of nscd, nsncd and unscd runs. If one is started later, containers that bind "
		"/run are answered by it from then on, unless runmask watch runs, or the strategy is "
		"facade.", NULL },
	{ .key = NULL },
};

static const struct doctor_outcome directory[] = {
	{ "none", DOCTOR_NONE, "There is no unit of nscd, nsncd or unscd.", NULL },
	{ "kept", DOCTOR_OK, "{1}: nothing removes it, so a mask lasts.", NULL },
	{ "preserved", DOCTOR_OK, "{1} keeps it (RuntimeDirectoryPreserve={2}), so a mask lasts.", NULL },
	{ "facade", DOCTOR_OK, "{1} has it removed. A facade (the policy's strategy) lasts all the same.", NULL },
	{ "watched", DOCTOR_OK, "{1} has it removed, and {2} masks again.", NULL },
	{ "restart", DOCTOR_LOOK,
		"{1} removes it when it is stopped, though not when it is restarted "
		"(RuntimeDirectoryPreserve=restart), and every mask with it.", KEEP },
	{ "removed", DOCTOR_LOOK,
		"{1} removes it whenever it stops (RuntimeDirectory=), and every mask with it: running "
		"containers are answered by the new daemon.", KEEP },
	{ "tmpfiles", DOCTOR_LOOK,
		"{1} lets systemd-tmpfiles remove it, and every mask with it.",
		"Write a file of the same name in /etc/tmpfiles.d without that line, or let runmask watch mask again." },
	{ .key = NULL },
};

static const struct doctor_outcome docker_socket[] = {
	{ "none", DOCTOR_NONE, "There is no Docker.", NULL },
	{ "activated", DOCTOR_OK,
		"systemd holds it (dockerd -H fd://): it outlives a restart of docker.service, not one "
		"of docker.socket.", NULL },
	{ "no-socket", DOCTOR_LOOK,
		"dockerd listens at systemd's socket (-H fd://), but docker.socket is masked or missing: "
		"dockerd does not start.", "systemctl unmask docker.socket; systemctl enable --now docker.socket" },
	{ "own", DOCTOR_OK,
		"It has a directory of its own, {1}: containers that bind that directory see the new one.", NULL },
	{ "unmade", DOCTOR_LOOK, "dockerd runs and is told to listen at {1}, but no socket is there: it has not read that.",
		"systemctl restart docker" },
	{ "tcp", DOCTOR_OK, "There is none: dockerd listens at {1} alone.", NULL },
	{ "bare", DOCTOR_LOOK,
		"dockerd replaces {1} at every start: containers that bind the file then get \"connection refused\".",
		"Let it listen in a directory of its own, too, and bind that (or name it in the policy's "
		"sockets). In /etc/docker/daemon.json:\n"
		"\"hosts\": [\"unix:///run/docker.sock\",\n"
		"          \"unix:///run/docker-api/docker.sock\"]" },
	{ "bare-unit", DOCTOR_LOOK,
		"dockerd replaces {1} at every start: containers that bind the file then get \"connection refused\".",
		"Let it listen in a directory of its own, too, and bind that (or name it in the policy's "
		"sockets): to ExecStart in docker.service add\n"
		"-H unix:///run/docker-api/docker.sock" },
	{ "both", DOCTOR_LOOK,
		"Both docker.service (-H) and /etc/docker/daemon.json (hosts) say where: dockerd does not "
		"start like that.",
		"Take one of them away: systemctl edit docker.service\n"
		"[Service]\n"
		"ExecStart=\n"
		"ExecStart=/usr/bin/dockerd" },
	{ .key = NULL },
};

static const struct doctor_outcome podman_socket[] = {
	{ "none", DOCTOR_NONE, "There is no podman.socket.", NULL },
	{ "off", DOCTOR_NONE, "podman.socket is not enabled.", NULL },
	{ "own", DOCTOR_OK, "systemd holds {1}, in a directory of its own: bind that directory.", NULL },
	{ "unmade", DOCTOR_LOOK, "podman.socket is enabled, but no socket is at {1}.",
		"systemctl restart podman.socket" },
	{ "bare", DOCTOR_LOOK,
		"systemd holds {1}, directly in /run: containers that bind the file lose it when "
		"podman.socket is restarted.",
		"Give it a directory: systemctl edit podman.socket\n"
		"[Socket]\n"
		"ListenStream=\n"
		"ListenStream=%t/podman/podman.sock" },
	{ .key = NULL },
};

static const struct doctor_outcome hook_program[] = {
	{ "right", DOCTOR_OK, "{1} was run on a bundle that binds /run, and answered: {2}", NULL },
	{ "there", DOCTOR_OK, "{1} is there. It was not run.", NULL },
	{ "bad", DOCTOR_LOOK, "{1} {2}.",
		"Install it, owned by root and with mode 0755. Engines skip a hook with a missing program "
		"silently." },
	{ .key = NULL },
};

/* Podman's and CRI-O's files of hooks. */
static const struct doctor_outcome hook_file[] = {
	{ "none", DOCTOR_NONE, "There is no {0}.", NULL },
	{ "right", DOCTOR_OK, "{1} runs {2}.", NULL },
	{ "some", DOCTOR_ON_REQUEST,
		"{1} runs {2}, for the containers that its \"when\" names (annotations, commands).", NULL },
	{ .key = NULL },
};

static const struct doctor_outcome crio_watch[] = {
	{ "none", DOCTOR_NONE, "CRI-O does not run.", NULL },
	{ "watches", DOCTOR_OK, "{1} watches the directories that are there.", NULL },
	{ .key = NULL },
};

static const struct doctor_outcome crio_precreate[] = {
	{ "none", DOCTOR_NONE, "There is no CRI-O.", NULL },
	{ "clean", DOCTOR_OK, "No file that it reads names that stage.", NULL },
	{ "later", DOCTOR_NONE,
		"There is no CRI-O. With {1}, which names that stage, it would not start.", NULL },
	{ "fatal", DOCTOR_LOOK,
		"{1} names it. CRI-O does not start the next time: it does not know that stage.",
		"Move the file to a directory that only Podman reads, such as "
		"/usr/share/oci-runmask/precreate.d (hooks_dir in /etc/containers/containers.conf)." },
	{ .key = NULL },
};

static const struct doctor_outcome podman_annotations[] = {
	{ "none", DOCTOR_NONE, "There is no Podman.", NULL },
	{ "unheard", DOCTOR_OK, "The policy does not honour all annotations (annotations: {1}).", NULL },
	{ "new", DOCTOR_OK, "Podman {1} does not take them from images.", NULL },
	{ "unsaid", DOCTOR_NONE,
		"The version of Podman is not known here. One older than 4.6 takes annotations from "
		"images, and the policy honours them.", NULL },
	{ "old", DOCTOR_LOOK,
		"Podman {1} is older than 4.6 and takes annotations from images; the policy honours them "
		"(annotations: honour).",
		"In the policy:\n\"annotations\": \"raise\"" },
	{ .key = NULL },
};

static const struct doctor_outcome docker_door[] = {
	{ "none", DOCTOR_NONE, "There is no Docker.", NULL },
	{ "default", DOCTOR_OK, "By its default runtime, {1} ({2}).", NULL },
	{ "runtime", DOCTOR_ON_REQUEST, "By its runtime {1} ({2}), for containers that ask for it.", NULL },
	{ "device", DOCTOR_ON_REQUEST, "By the CDI device {1} in {2}, for containers that ask for it.", NULL },
	{ "device-none", DOCTOR_LOOK,
		"By the CDI device {1}, but Docker {2} does not know CDI (25.0 and newer do): --device "
		"{1} is refused.", "Use a runtime: runmask setup docker" },
	{ "device-off", DOCTOR_LOOK, "By the CDI device {1}, but CDI is switched off in {2}.",
		"In {2}:\n\"features\": { \"cdi\": true }" },
	{ "device-old", DOCTOR_LOOK,
		"By the CDI device {1}, but Docker {2} reads CDI files only when it is told to (from 28.2 "
		"on it does by itself).",
		"In /etc/docker/daemon.json:\n\"features\": { \"cdi\": true }" },
	{ "undefined", DOCTOR_LOOK,
		"The default runtime \"{1}\" (default-runtime in {2}) has no entry in \"runtimes\": dockerd "
		"does not start, or starts no container.", SETUP_DOCKER },
	{ "no-door", DOCTOR_LOOK,
		"It does not: it reads no hooks.d, and neither a runtime nor a CDI device of oci-runmask is "
		"configured.",
		"runmask setup docker; or in /etc/docker/daemon.json (with \"default-runtime\": \"runmask\" for all containers):\n"
		"\"runtimes\": { \"runmask\":\n"
		"  { \"path\": \"/usr/libexec/oci/hooks.d/oci-runmask-runtime\" } }" },
	{ .key = NULL },
};

static const struct doctor_outcome docker_config[] = {
	{ "none", DOCTOR_NONE, "There is no {1}.", NULL },
	{ "valid", DOCTOR_OK, "{1} is JSON.", NULL },
	{ "broken", DOCTOR_LOOK, "{1}. dockerd does not start with it.",
		"Correct the file; its defaults were taken for the other checks." },
	{ .key = NULL },
};

static const struct doctor_outcome docker_daemon[] = {
	{ "none", DOCTOR_NONE, "There is no Docker.", NULL },
	{ "offline", DOCTOR_NONE, "Daemons were not asked.", NULL },
	{ "down", DOCTOR_NONE, "dockerd does not run.", NULL },
	{ "no-door", DOCTOR_NONE, "Nothing is configured that it could know.", NULL },
	{ "knows", DOCTOR_OK, "Docker {1} lists the runtime {2}, as the file has it.", NULL },
	{ "cdi", DOCTOR_OK, "Docker {1} reads CDI files.", NULL },
	{ "silent", DOCTOR_OK, "{1} does not answer, but was started after the last change of {2}.", NULL },
	{ "unread", DOCTOR_LOOK, "Docker {1} does not yet know what {2} says.",
		"systemctl reload docker (a changed default-runtime or \"features\" may need systemctl restart docker)" },
	{ "changed", DOCTOR_LOOK,
		"{1} does not answer, and {2} was changed after it was started: it may not have read it.",
		"systemctl reload docker" },
	{ "cdi-none", DOCTOR_LOOK, "Docker {1} does not know CDI (25.0 and newer do).",
		"Use a runtime: runmask setup docker" },
	{ "cdi-off", DOCTOR_LOOK, "Docker {1} reads no CDI files.",
		"In {2}, then systemctl restart docker:\n\"features\": { \"cdi\": true }" },
	{ .key = NULL },
};

static const struct doctor_outcome containerd[] = {
	{ "none", DOCTOR_NONE, "No containerd serves Kubernetes here.", NULL },
	{ "base-spec", DOCTOR_OK, "The base of every container, {1}, has the hook {2}.", NULL },
	{ "binary", DOCTOR_OK, "The runtime {1} is {2}, for all pods.", NULL },
	{ "handler", DOCTOR_ON_REQUEST,
		"The runtime handler {1} in {2} has it, for pods that name it in a RuntimeClass.", NULL },
	{ "nri", DOCTOR_OK, "By NRI's hook-injector, as long as that runs.", NULL },
	{ "nri-off", DOCTOR_LOOK, "NRI's hook-injector runs, but NRI is switched off in {1}.",
		"In {1}:\n[plugins.\"io.containerd.nri.v1.nri\"]\n  disable = false" },
	{ "nri-gone", DOCTOR_LOOK,
		"NRI is switched on in {1}, but its hook-injector does not run: pods start without the hook.",
		"Start hook-injector, and make it a required plug-in of NRI's." },
	{ "ignored", DOCTOR_LOOK,
		"{2} has the table of [plugins.\"{1}\"], which containerd ignores for the version of that "
		"file (version = 2: io.containerd.grpc.v1.cri; version = 3: io.containerd.cri.v1.runtime).",
		"runmask setup containerd" },
	{ "imports", DOCTOR_LOOK,
		"{1} imports other files, which may replace its tables: they were not read.",
		"Run runmask doctor on the host itself, without --offline. It asks containerd config dump." },
	{ "spec-missing", DOCTOR_LOOK,
		"base_runtime_spec in {2} names {1}, which is not there: at its next start containerd has "
		"no CRI at all.", "Make the file, or take base_runtime_spec out." },
	{ "spec-broken", DOCTOR_LOOK, "{1}:{2}. At its next start containerd has no CRI at all.",
		"Make the file again." },
	{ "no-hook", DOCTOR_LOOK, "base_runtime_spec in {2} names {1}, which does not have the hook.",
		"Make it by packaging/kubernetes/containerd/base-runtime-spec.jq; or runmask setup containerd" },
	{ "changed", DOCTOR_LOOK, "{1} was changed after containerd was started: it has not read it.",
		"systemctl restart containerd" },
	{ "no-door", DOCTOR_LOOK, "It does not: {1} has neither a runtime nor a base spec with the hook.",
		"runmask setup containerd" },
	{ .key = NULL },
};

static const struct doctor_outcome containerd_limits[] = {
	{ "none", DOCTOR_NONE, "No runtime of containerd's CRI has a base spec.", NULL },
	{ "free", DOCTOR_OK, "{1} sets no limits.", NULL },
	{ "limits", DOCTOR_LOOK,
		"{1} has process.rlimits: every container of this node is limited by them (1,024 open files, "
		"where the file was made by ctr oci spec).",
		"Take process.rlimits out of the file:\n"
		"jq 'del(.process.rlimits)' {1} > {1}.new && mv {1}.new {1}" },
	{ .key = NULL },
};

static const struct doctor_outcome gvisor[] = {
	{ "none", DOCTOR_NONE, "There is no configuration of runsc.", NULL },
	{ "closed", DOCTOR_OK, "It does: --host-uds is not open.", NULL },
	{ "open", DOCTOR_LOOK,
		"{1} opens --host-uds: the host's sockets are let in, and the hook cannot reach the mounts "
		"of such a container.",
		"Take host-uds out; or mask in the manifest (runmask check says how)." },
	{ .key = NULL },
};

static const struct doctor_outcome policy[] = {
	{ "built-in", DOCTOR_OK, "There is no file: the built-in one, mask.", NULL },
	{ "valid", DOCTOR_OK, "{1}, strategy {2}.", NULL },
	{ "off", DOCTOR_LOOK,
		"{1} has \"strategy\": \"off\": the hook protects only containers that ask by annotation.",
		"If that is not meant:\n\"strategy\": \"mask\"" },
	{ "dry-run", DOCTOR_LOOK, "{1} has \"dryRun\": true: the hook only says what it would do.",
		"When the trial is over, in {1}:\n\"dryRun\": false" },
	{ "invalid", DOCTOR_LOOK, "{1}. The hook starts no container that binds the host's /run.",
		"Correct it; to try: runmask policy {2}" },
	{ .key = NULL },
};

static const struct doctor_outcome policy_paths[] = {
	{ "none", DOCTOR_NONE, "It names none.", NULL },
	{ "right", DOCTOR_OK, "All are there.", NULL },
	{ "runtime", DOCTOR_LOOK, "Its key runtime: {1} {2}. The runtime door starts no container.",
		"Correct the key, or take it out: then the first of runc and crun is taken." },
	{ "directory", DOCTOR_LOOK,
		"Its key sockets: the directory {1} (for {2}) is not there. Containers that bind {2} do not "
		"start.",
		"Let the daemon listen there (docs/policy.md), or take the entry out." },
	{ "socket", DOCTOR_LOOK,
		"Its key sockets: there is no socket {1} (for {2}). Containers that bind {2} find nothing "
		"that answers.",
		"Let the daemon listen there (docs/policy.md), or take the entry out." },
	{ "certificates", DOCTOR_LOOK, "Its key sockets: the directory of certificates {1} (for {2}) is not there.",
		"Make it, or take the entry out." },
	{ .key = NULL },
};

static const struct doctor_outcome facade[] = {
	{ "none", DOCTOR_NONE, "The policy's strategy is another one.", NULL },
	{ "facade", DOCTOR_OK,
		"Entries that the host makes later are seen only below /run/.host-run, unless the policy "
		"names them; what a container makes in /run stays with it; lstat sees links; .host-run/nscd "
		"can still be named on purpose; a socket's directory that is removed and made again goes "
		"dead; CRIU cannot restore such a container. The whole list: \"What a facade changes\" in docs/policy.md.", NULL },
	{ .key = NULL },
};

const struct doctor_check doctor_checks[] = {
	{ "name-service", "Which name service daemon runs on this host?", NULL, DOCTOR_FOR_ALL,
		doctor_name_service, name_service },
	{ "directory", "Does a mask last here: does /run/nscd outlive its daemon's restart?", NULL, DOCTOR_FOR_ALL,
		doctor_directory, directory },
	{ "docker-socket", "Does docker.sock, bound as a file, outlive Docker's restart?", NULL, DOCTOR_FOR_ALL,
		doctor_docker_socket, docker_socket },
	{ "podman-socket", "Does podman.sock outlive Podman's service?", NULL, DOCTOR_FOR_ALL,
		doctor_podman_socket, podman_socket },
	{ "hook-program", "Does the hook's program work?", NULL, DOCTOR_NEEDED,
		doctor_hook_program, hook_program },
	{ "podman-hook", "Does Podman find the hook?", "Podman", DOCTOR_DOOR,
		doctor_podman_hook, hook_file },
	{ "crio-hook", "Does CRI-O find the hook?", "CRI-O", DOCTOR_DOOR,
		doctor_crio_hook, hook_file },
	{ "crio-watch", "Does the running CRI-O watch its hooks directory?", "CRI-O", DOCTOR_NEEDED,
		doctor_crio_watch, crio_watch },
	{ "crio-precreate", "Do CRI-O's hooks avoid the stage precreate?", "CRI-O", DOCTOR_NEEDED,
		doctor_crio_precreate, crio_precreate },
	{ "podman-annotations", "Can an image switch the hook off by an annotation?", NULL, DOCTOR_FOR_ALL,
		doctor_podman_annotations, podman_annotations },
	{ "docker-door", "How does Docker call the hook?", "Docker", DOCTOR_DOOR,
		doctor_docker_door, docker_door },
	{ "docker-config", "Can Docker read its configuration?", "Docker", DOCTOR_NEEDED,
		doctor_docker_readable, docker_config },
	{ "docker-daemon", "Has the running Docker read its configuration?", "Docker", DOCTOR_NEEDED,
		doctor_docker_daemon, docker_daemon },
	{ "containerd-door", "How does containerd's CRI call the hook?", "containerd", DOCTOR_DOOR,
		doctor_containerd, containerd },
	{ "containerd-limits", "Do containerd's base specs leave the limits of containers alone?", NULL,
		DOCTOR_FOR_ALL, doctor_containerd_limits, containerd_limits },
	{ "gvisor", "Does gVisor keep the host's sockets out?", NULL, DOCTOR_FOR_ALL,
		doctor_gvisor, gvisor },
	{ "policy", "Is the policy valid?", NULL, DOCTOR_NEEDED,
		doctor_policy, policy },
	{ "policy-paths", "Are the paths that the policy names there?", NULL, DOCTOR_NEEDED,
		doctor_policy_paths, policy_paths },
	{ "facade", "What are the limits of strategy facade?", NULL, DOCTOR_FOR_ALL,
		doctor_facade, facade },
};
/* clang-format on */

const size_t doctor_check_count = sizeof(doctor_checks) / sizeof(doctor_checks[0]);
