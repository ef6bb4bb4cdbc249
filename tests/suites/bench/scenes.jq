# SPDX-License-Identifier: Apache-2.0
#
# How the bench changes a config.json.

def without_binds: .mounts |= map(select(.type != "bind"));

# What Podman itself puts below the host's /run goes, too: 20 binds are left.
def without_run: .mounts |= map(select(.type != "bind" or (.source | startswith("/run") | not)));

# Service links, as Kubernetes puts them into the environment of all pods of a namespace.
def service_link: "SHOP_SERVICE_\(1000000 + .)_PORT_8443_TCP_ADDR=10.96.\(. / 250 % 250 | floor).7";

def grown($bytes):
  ($bytes - (tojson | length)) as $more
  | (123456 | service_link | tojson | length + 1) as $each
  | .process.env += [range($more / $each | floor) | service_link];

# kubectl apply leaves the whole manifest as text in an annotation; a tenth of it each.
def annotated($bytes):
  (.process.env | tojson) as $text
  | ([range(20)] | map($text) | add | .[:$bytes / 11]) as $manifest
  | .annotations += ([range(10) | {key: "example.org/applied-\(.)", value: $manifest}] | from_entries);

