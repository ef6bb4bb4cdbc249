# SPDX-License-Identifier: Apache-2.0
# base-runtime-spec.jq where there is no jq, for install-on-node: works on the text of "ctr oci spec" as
# containerd indents it. @HOOK@ is the path of the program.
1s|^{|{ "hooks": { "createRuntime": [ { "path": "@HOOK@", "args": ["oci-runmask", "createRuntime"], "env": ["LC_ALL=C"], "timeout": 30 } ] },|
/^ *"rlimits": \[$/,/^ *\],$/d
