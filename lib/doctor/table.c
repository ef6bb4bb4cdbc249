/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_table: the checklist. Adding a check is adding a row, and who looks. */
#include "doctor/doctor_internal.h"

#define INSTALL "Install oci-runmask's file there (its packages do)."

const struct doctor_check doctor_checks[] = {
	{ "name-service", "Which name service daemon runs on this host?", doctor_name_service,
		{
			{ "running", DOCTOR_OK,
				"{1}. Containers that see its socket are answered by it.", NULL },
			{ "none", DOCTOR_NONE,
				"None of nscd, nsncd and unscd runs. Where one is started later, "
				"containers that bind /run are answered by it from then on: only "
				"strategy facade keeps it out of those.",
				NULL },
		} },
	{ "directory", "Is a mask enough: does /run/nscd outlive its daemon's restart?",
		doctor_directory,
		{
			{ "none", DOCTOR_NONE, "There is no unit of nscd, nsncd or unscd.", NULL },
			{ "kept", DOCTOR_OK, "{1}: nothing removes it, so a mask holds.", NULL },
			{ "preserved", DOCTOR_OK,
				"{1} keeps it (RuntimeDirectoryPreserve={2}), so a mask holds.",
				NULL },
			{ "facade", DOCTOR_OK,
				"{1} has it removed. The policy's strategy facade does not mind.",
				NULL },
			{ "restart", DOCTOR_LOOK,
				"{1} removes it when it is stopped, though not when it is "
				"restarted "
				"(RuntimeDirectoryPreserve=restart), and every mask with it.",
				"Strategy facade in the policy; or keep it: systemctl edit {1}\n"
				"[Service]\n"
				"RuntimeDirectoryPreserve=yes" },
			{ "removed", DOCTOR_LOOK,
				"{1} removes it whenever it stops (RuntimeDirectory=), and every "
				"mask with it: running containers are answered by the new daemon.",
				"Strategy facade in the policy; or keep it: systemctl edit {1}\n"
				"[Service]\n"
				"RuntimeDirectoryPreserve=yes" },
			{ "tmpfiles", DOCTOR_LOOK,
				"{1} lets systemd-tmpfiles remove it, and every mask with it.",
				"Strategy facade in the policy; or a file of the same name in "
				"/etc/tmpfiles.d without that line." },
		} },
	{ "docker-socket", "Does docker.sock, bound as a file, outlive Docker's restart?",
		doctor_docker_socket,
		{
			{ "none", DOCTOR_NONE, "There is no Docker.", NULL },
			{ "activated", DOCTOR_OK,
				"systemd holds it (dockerd -H fd://): it outlives a restart of "
				"docker.service, not one of docker.socket.",
				NULL },
			{ "own", DOCTOR_OK,
				"It has a directory of its own, {1}: containers that bind that "
				"directory see the new one.",
				NULL },
			{ "tcp", DOCTOR_OK, "There is none: dockerd listens at {1} alone.", NULL },
			{ "bare", DOCTOR_LOOK,
				"dockerd makes {1} anew at every start: containers that bind the "
				"file meet \"connection refused\" from then on.",
				"Let it listen in a directory of its own, too, and bind that (or "
				"name it in the policy's sockets). In /etc/docker/daemon.json:\n"
				"\"hosts\": [\"unix:///run/docker.sock\",\n"
				"          \"unix:///run/docker-api/docker.sock\"]" },
			{ "bare-unit", DOCTOR_LOOK,
				"dockerd makes {1} anew at every start: containers that bind the "
				"file meet \"connection refused\" from then on.",
				"Let it listen in a directory of its own, too, and bind that (or "
				"name it in the policy's sockets): to ExecStart in docker.service "
				"add\n"
				"-H unix:///run/docker-api/docker.sock" },
			{ "both", DOCTOR_LOOK,
				"Both docker.service (-H) and /etc/docker/daemon.json (hosts) say "
				"where: dockerd does not start like that.",
				"Take one of them away: systemctl edit docker.service\n"
				"[Service]\n"
				"ExecStart=\n"
				"ExecStart=/usr/bin/dockerd" },
		} },
	{ "podman-socket", "Does podman.sock outlive Podman's service?", doctor_podman_socket,
		{
			{ "none", DOCTOR_NONE, "There is no podman.socket.", NULL },
			{ "off", DOCTOR_NONE, "podman.socket is not enabled.", NULL },
			{ "own", DOCTOR_OK,
				"systemd holds {1}, in a directory of its own: bind that "
				"directory.",
				NULL },
			{ "bare", DOCTOR_LOOK,
				"systemd holds {1}, directly in /run: containers that bind the "
				"file "
				"lose it when podman.socket is restarted.",
				"Give it a directory: systemctl edit podman.socket\n"
				"[Socket]\n"
				"ListenStream=\n"
				"ListenStream=%t/podman/podman.sock" },
		} },
	{ "hook-program", "Is the hook's program there?", doctor_hook_program,
		{
			{ "right", DOCTOR_OK, "{1}", NULL },
			{ "bad", DOCTOR_LOOK, "{1} {2}.",
				"Install it, of root and with mode 0755. Engines skip a hook "
				"whose program is missing, without a word." },
		} },
	{ "podman-hook", "Does Podman find the hook?", doctor_podman_hook,
		{
			{ "none", DOCTOR_NONE, "There is no Podman.", NULL },
			{ "right", DOCTOR_OK, "{1} runs {2}.", NULL },
			{ "missing", DOCTOR_LOOK, "It reads {1}: no file there is ours.", INSTALL },
			{ "elsewhere", DOCTOR_LOOK, "{2} is where it does not read: it reads {1}.",
				"Move the file; or name its directory in "
				"/etc/containers/containers.conf (hooks_dir)." },
			{ "wrong", DOCTOR_LOOK, "{1}: {2}.", "Correct it, or install it anew." },
			{ "program", DOCTOR_LOOK, "{1} runs {2}.",
				"Install the program. A hook whose program is missing is "
				"skipped without a word." },
			{ "broken", DOCTOR_LOOK, "{1}: {2}. Podman starts no container with it.",
				"Correct or remove that file." },
		} },
	{ "crio-hook", "Does CRI-O find the hook?", doctor_crio_hook,
		{
			{ "none", DOCTOR_NONE, "There is no CRI-O.", NULL },
			{ "right", DOCTOR_OK, "{1} runs {2}.", NULL },
			{ "missing", DOCTOR_LOOK, "It reads {1}: no file there is ours.", INSTALL },
			{ "elsewhere", DOCTOR_LOOK, "{2} is where it does not read: it reads {1}.",
				"Move the file; or name its directory in a file of "
				"/etc/crio/crio.conf.d (hooks_dir)." },
			{ "wrong", DOCTOR_LOOK, "{1}: {2}.", "Correct it, or install it anew." },
			{ "program", DOCTOR_LOOK, "{1} runs {2}.",
				"Install the program. A hook whose program is missing is "
				"skipped without a word." },
			{ "broken", DOCTOR_LOOK, "{1}: {2}. CRI-O does not start with it.",
				"Correct or remove that file." },
		} },
	{ "crio-precreate", "Is CRI-O spared the stage precreate?", doctor_crio_precreate,
		{
			{ "none", DOCTOR_NONE, "There is no CRI-O.", NULL },
			{ "clean", DOCTOR_OK, "No file that it reads names that stage.", NULL },
			{ "later", DOCTOR_NONE,
				"There is no CRI-O. With {1}, which names that stage, it would not "
				"start.",
				NULL },
			{ "fatal", DOCTOR_LOOK,
				"{1} names it. CRI-O does not start the next time: it knows no "
				"such "
				"stage.",
				"Move the file to a directory that only Podman reads, such as "
				"/usr/share/oci-runmask/precreate.d (hooks_dir in "
				"/etc/containers/containers.conf)." },
		} },
	{ "podman-annotations", "Can an image switch the hook off by an annotation?",
		doctor_podman_annotations,
		{
			{ "none", DOCTOR_NONE, "There is no Podman.", NULL },
			{ "unheard", DOCTOR_OK,
				"The policy does not honour all annotations (annotations: {1}).",
				NULL },
			{ "new", DOCTOR_OK, "Podman {1} does not take them from images.", NULL },
			{ "unsaid", DOCTOR_NONE,
				"Which Podman this is, no package database here says. One older "
				"than "
				"4.6 takes annotations from images, and the policy honours them.",
				NULL },
			{ "old", DOCTOR_LOOK,
				"Podman {1} is older than 4.6 and takes annotations from images; "
				"the "
				"policy honours them (annotations: honour).",
				"In the policy:\n"
				"\"annotations\": \"raise\"" },
		} },
	{ "docker-door", "How does Docker come to the hook?", doctor_docker_door,
		{
			{ "none", DOCTOR_NONE, "There is no Docker.", NULL },
			{ "default", DOCTOR_OK, "By its default runtime, {1} ({2}).", NULL },
			{ "runtime", DOCTOR_OK,
				"By its runtime {1} ({2}), for containers that ask for it.", NULL },
			{ "device", DOCTOR_OK,
				"By the CDI device {1}, for containers that ask for it.", NULL },
			{ "device-off", DOCTOR_LOOK,
				"By the CDI device {1}, but CDI is switched off.",
				"In /etc/docker/daemon.json:\n"
				"\"features\": { \"cdi\": true }" },
			{ "device-old", DOCTOR_LOOK,
				"By the CDI device {1}, but Docker {2} reads CDI files only when "
				"it "
				"is told to (from 28.2 on it does by itself).",
				"In /etc/docker/daemon.json:\n"
				"\"features\": { \"cdi\": true }" },
			{ "program", DOCTOR_LOOK, "By its runtime {1}: {2}.",
				"Install the program: no container starts with that runtime." },
			{ "no-door", DOCTOR_LOOK,
				"Not at all: it reads no hooks.d, and neither a runtime nor a CDI "
				"device of oci-runmask is configured.",
				"In /etc/docker/daemon.json (with \"default-runtime\": \"runmask\" "
				"for all containers):\n"
				"\"runtimes\": { \"runmask\":\n"
				"  { \"path\": \"/usr/bin/oci-runmask-runtime\" } "
				"}" },
		} },
	{ "docker-config", "Can Docker read its configuration?", doctor_docker_readable,
		{
			{ "none", DOCTOR_NONE, "There is no /etc/docker/daemon.json.", NULL },
			{ "valid", DOCTOR_OK, "/etc/docker/daemon.json is JSON.", NULL },
			{ "broken", DOCTOR_LOOK, "{1}. dockerd does not start with it.",
				"Correct the file; its defaults were taken for the other checks." },
		} },
	{ "gvisor", "Does gVisor keep the host's sockets out?", doctor_gvisor,
		{
			{ "none", DOCTOR_NONE, "There is no configuration of runsc.", NULL },
			{ "closed", DOCTOR_OK, "It does: --host-uds is not open.", NULL },
			{ "open", DOCTOR_LOOK,
				"{1} opens --host-uds: the host's sockets are let in, and the hook "
				"cannot reach the mounts of such a container.",
				"Take host-uds out; or mask in the manifest (runmask check says "
				"how)." },
		} },
	{ "policy", "Is the policy valid?", doctor_policy,
		{
			{ "built-in", DOCTOR_OK, "There is no file: the built-in one, mask.",
				NULL },
			{ "valid", DOCTOR_OK, "{1}, strategy {2}.", NULL },
			{ "invalid", DOCTOR_LOOK,
				"{1}. The hook starts no container that binds the host's /run.",
				"Correct it; to try: runmask policy {2}" },
		} },
	{ "facade", "What does strategy facade not give?", doctor_facade,
		{
			{ "none", DOCTOR_NONE, "The policy's strategy is another one.", NULL },
			{ "facade", DOCTOR_OK,
				"Entries that the host makes later are seen only below "
				"/run/.host-run, unless the policy names them; what a container "
				"makes in /run stays with it; lstat sees links; .host-run/nscd can "
				"still be named on purpose; a socket's directory that is removed "
				"and made again goes dead.",
				NULL },
		} },
};

const size_t doctor_check_count = sizeof(doctor_checks) / sizeof(doctor_checks[0]);
