# SPDX-License-Identifier: Apache-2.0
# Takes everything off the nodes: sed -f remove.sed oci-runmask.yaml | kubectl apply -f -
s|args: \["install"\]|args: ["remove"]|
s|args: \["watch"\]|args: ["wait"]|
