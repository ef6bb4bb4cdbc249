/* SPDX-License-Identifier: Apache-2.0 */
/* remedy_table: the texts and lines of each remedy for each kind of file. */
#include "check/remedy_table.h"

/* Docker listens at /run/docker.sock, amid everything else; containerd and Podman have a directory
 * of their own each. */
#define DOCKER "/run/docker.sock"
#define CONTAINERD "/run/containerd/containerd.sock"
#define PODMAN "/run/podman/podman.sock"

#define TEXT_DIRECTORY                                                                             \
	"Where nothing needs {sources}, remove the bind. Where one socket is needed, bind only a " \
	"directory that holds it{listen}.{place}"
#define TEXT_TMPFS "C" TEXT_TMPFS_REST
#define TEXT_TMPFS_REST                                                                            \
	"over the directory of the host's daemon; the bind stays.{slave}{made}{place}"
#define TEXT_ELSEWHERE                                                                             \
	"Bind it at another place. Clients of the host's daemon look at their own path and find "  \
	"nothing; what needs the host's /run must be told where it is.{place}"
#define TEXT_TCP "No bind: the Docker API over TCP with TLS, with the daemon's certificates.{place}"

static const struct remedy_dialect dialects[] = {
	[MANIFEST_COMPOSE] = {
		.plain = "/._-=:,+@",
		.doubled = "$",
		.quote = '"',
		.where = " to the service",
		.socket = DOCKER,
		.rows = {
			[WAY_HOOK] = { "Keep it all as it is, and let oci-runmask, installed as Docker's "
				"runtime \"runmask\", protect it at every start.{skip}{place}",
				{ "runtime: runmask\n" } },
			[WAY_DIRECTORY] = { TEXT_DIRECTORY,
				{ "volumes:\n  - `{directory}:{mountpoint}`\n",
					"[api]environment:\n  DOCKER_HOST: `unix://{mountpoint}/{base}`\n" } },
			[WAY_TMPFS] = { TEXT_TMPFS,
				{ "[ifshared]volumes:\n", "[shared]  - `{source}:{destination}{slaved}`\n",
					"tmpfs:\n", "[each]  - `{veil}`\n" } },
			[WAY_ELSEWHERE] = { TEXT_ELSEWHERE,
				{ "volumes:\n", "[mounts]  - `{source}:{elsewhere}{options}`\n",
					"[api]environment:\n  DOCKER_HOST: `unix://{moved}`\n" } },
			[WAY_TCP] = { TEXT_TCP,
				{ "volumes:\n  - /etc/docker/client:/certs:ro\n",
					"extra_hosts:\n  - host.docker.internal:host-gateway\n",
					"environment:\n",
					"  DOCKER_HOST: tcp://host.docker.internal:2376\n",
					"  DOCKER_TLS_VERIFY: \"1\"\n",
					"  DOCKER_CERT_PATH: /certs\n" } },
		},
	},
	[MANIFEST_KUBERNETES] = {
		.plain = "/._-=:+@",
		.doubled = "",
		.quote = '"',
		.where = " to the pod",
		.socket = CONTAINERD,
		.rows = {
			[WAY_HOOK] = { "Keep it all as it is, on nodes that have the oci-runmask hook; the "
				"annotation (of the pod) asks for it where the policy does not.{skip}{place}",
				{ "metadata:\n  annotations:\n",
					"    io.github.oci-runmask.strategy: mask\n" } },
			[WAY_DIRECTORY] = { TEXT_DIRECTORY,
				{ "volumeMounts:\n- name: socket\n  mountPath: `{mountpoint}`\n",
					"volumes:\n- name: socket\n  hostPath:\n    path: `{directory}`\n",
					"    type: Directory\n" } },
			[WAY_TMPFS] = { TEXT_TMPFS,
				{ "volumeMounts:\n",
					"[shared]- name: host-run{nth}\n  mountPath: `{destination}`\n"
					"[readonly]  readOnly: true\n"
					"  mountPropagation: HostToContainer\n",
					"[each]- name: no-{channel}\n  mountPath: `{veil}`\n",
					"volumes:\n",
					"[shared]- name: host-run{nth}\n  hostPath:\n    path: `{source}`\n",
					"[each]- name: no-{channel}\n  emptyDir:\n"
					"    medium: Memory\n" } },
			[WAY_ELSEWHERE] = { TEXT_ELSEWHERE,
				{ "volumeMounts:\n",
					"[mounts]- name: host-run{nth}\n  mountPath: `{elsewhere}`\n"
					"[readonly]  readOnly: true\n"
					"[bidirectional]  mountPropagation: Bidirectional\n"
					"[slave]  mountPropagation: HostToContainer\n",
					"volumes:\n",
					"[mounts]- name: host-run{nth}\n  hostPath:\n"
					"    path: `{source}`\n" } },
			[WAY_TCP] = { TEXT_TCP,
				{ "env:\n- name: HOST_IP\n  valueFrom:\n    fieldRef:\n"
				  "      fieldPath: status.hostIP\n",
					"- name: DOCKER_HOST\n  value: tcp://$(HOST_IP):2376\n",
					"- name: DOCKER_TLS_VERIFY\n  value: \"1\"\n",
					"- name: DOCKER_CERT_PATH\n  value: /certs\n",
					"volumeMounts:\n- name: certs\n  mountPath: /certs\n"
					"  readOnly: true\n",
					"volumes:\n- name: certs\n  secret:\n"
					"    secretName: docker-client\n" } },
		},
	},
	[MANIFEST_INSPECT] = {
		.plain = "/._-=:,+@%",
		.doubled = "",
		.quote = '\'',
		.where = " to the command line",
		.socket = DOCKER,
		.rows = {
			[WAY_HOOK] = { "Keep it all as it is, and start it under oci-runmask, installed as "
				"Docker's runtime \"runmask\" (Podman calls the hook by itself).{skip}{place}",
				{ "--runtime runmask \\\n" } },
			[WAY_DIRECTORY] = { TEXT_DIRECTORY,
				{ "-v `{directory}:{mountpoint}` \\\n",
					"[api]-e `DOCKER_HOST=unix://{mountpoint}/{base}` \\\n" } },
			[WAY_TMPFS] = { TEXT_TMPFS,
				{ "[shared]-v `{source}:{destination}{slaved}` \\\n",
					"[each]--tmpfs `{veil}` \\\n" } },
			[WAY_ELSEWHERE] = { TEXT_ELSEWHERE,
				{ "[mounts]-v `{source}:{elsewhere}{options}` \\\n",
					"[api]-e `DOCKER_HOST=unix://{moved}` \\\n" } },
			[WAY_TCP] = { TEXT_TCP,
				{ "-v /etc/docker/client:/certs:ro \\\n",
					"--add-host host.docker.internal:host-gateway \\\n",
					"-e DOCKER_HOST=tcp://host.docker.internal:2376 \\\n",
					"-e DOCKER_TLS_VERIFY=1 -e DOCKER_CERT_PATH=/certs \\\n" } },
		},
	},
	[MANIFEST_QUADLET] = {
		.doubled = "%",
		.where = " to [Container]",
		.socket = PODMAN,
		.rows = {
			[WAY_HOOK] = { "Keep it all as it is, where Podman has the oci-runmask hook; the "
				"annotation asks for it where the policy does not.{skip}{place}",
				{ "Annotation=io.github.oci-runmask.strategy=mask\n" } },
			[WAY_DIRECTORY] = { TEXT_DIRECTORY,
				{ "Volume=`{directory}:{mountpoint}`\n",
					"[api]Environment=`DOCKER_HOST=unix://{mountpoint}/{base}`\n" } },
			[WAY_TMPFS] = { TEXT_TMPFS,
				{ "[shared]Volume=`{source}:{destination}{slaved}`\n",
					"[each]Tmpfs=`{veil}`\n" } },
			[WAY_ELSEWHERE] = { TEXT_ELSEWHERE,
				{ "[mounts]Volume=`{source}:{elsewhere}{options}`\n",
					"[api]Environment=`DOCKER_HOST=unix://{moved}`\n" } },
			[WAY_TCP] = { TEXT_TCP,
				{ "Volume=/etc/docker/client:/certs:ro\n",
					"Environment=DOCKER_HOST=tcp://host.containers.internal:2376\n",
					"Environment=DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=/certs\n" } },
		},
	},
	[MANIFEST_OCI] = {
		.plain = "",
		.doubled = "",
		.quote = '"',
		.always = true,
		.where = " to config.json",
		.socket = DOCKER,
		.rows = {
			[WAY_HOOK] = { "Keep it all as it is, and let the oci-runmask hook protect it at every start.{skip}{place}",
				{ "\"hooks\": {\"createRuntime\": [{\n",
					"  \"path\": `{hook}`,\n",
					"  \"args\": [\"oci-runmask\", \"createRuntime\"]}]}\n" } },
			[WAY_DIRECTORY] = { TEXT_DIRECTORY,
				{ "{\"destination\": `{mountpoint}`, \"type\": \"bind\",\n",
					"  \"source\": `{directory}`, \"options\": [\"rbind\", \"rprivate\"]}\n",
					"[api]\"env\": [`DOCKER_HOST=unix://{mountpoint}/{base}`]\n" } },
			[WAY_TMPFS] = { "In mounts, after the bind: c" TEXT_TMPFS_REST,
				{ "[shared]{comma}{\"destination\": `{destination}`, \"type\": \"bind\",\n"
				  "  \"source\": `{source}`, \"options\": [{slaved}]}",
					"[each]{comma}{\"destination\": `{veil}`, \"type\": \"tmpfs\",\n"
					"  \"source\": \"tmpfs\", \"options\": [\"nosuid\", \"nodev\", \"noexec\",\n"
					"  \"mode=0755\"]}",
					"\n" } },
			[WAY_ELSEWHERE] = { TEXT_ELSEWHERE,
				{ "[mounts]{comma}{\"destination\": `{elsewhere}`, \"type\": \"bind\",\n"
				  "  \"source\": `{source}`, \"options\": [{options}]}",
					"\n",
					"[api]\"env\": [`DOCKER_HOST=unix://{moved}`]\n" } },
			[WAY_TCP] = { TEXT_TCP,
				{ "{\"destination\": \"/certs\", \"type\": \"bind\",\n"
				  "  \"source\": \"/etc/docker/client\", \"options\": [\"rbind\", \"ro\"]}\n",
					"\"env\": [\"DOCKER_HOST=tcp://HOST:2376\",\n"
					"  \"DOCKER_TLS_VERIFY=1\", \"DOCKER_CERT_PATH=/certs\"]\n" } },
		},
	},
};

/* A command line is written as the words of "docker run" are, from wherever they were taken. */
const struct remedy_dialect *remedy_dialect_of(enum manifest_kind kind)
{
	return &dialects[kind == MANIFEST_COMMAND ? MANIFEST_INSPECT : kind];
}
