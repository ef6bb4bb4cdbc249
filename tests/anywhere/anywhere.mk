# SPDX-License-Identifier: Apache-2.0
# The README's two commands on the machines that users have: tests/anywhere/run. CASES='trixie sid': these only.

.PHONY: check-anywhere
check-anywhere:
	@tests/lab/deps.sh check engines
	@tests/anywhere/run $(CASES)
