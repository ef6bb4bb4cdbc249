# SPDX-License-Identifier: Apache-2.0
# The hook on old kernels.

# Old kernels in qemu; ON='5.10' picks some.
.PHONY: check-kernels
check-kernels:
	@tests/lab/deps.sh kernels
	@$(MAKE) --no-print-directory -s all >/dev/null
	@tests/suites/kernels/check $(BUILD)/oci-runmask
