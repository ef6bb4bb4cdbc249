# SPDX-License-Identifier: Apache-2.0
# For nodes with a read-only /usr: sed -f read-only-usr.sed oci-runmask.yaml | kubectl apply -f -
# CRI-O has to be told of the directory: crio/50-oci-runmask.conf.
s|/usr/libexec/oci/hooks\.d|/var/lib/oci-runmask|
s|/usr/share/containers/oci/hooks\.d|/etc/containers/oci/hooks.d|
