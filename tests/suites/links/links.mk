# SPDX-License-Identifier: Apache-2.0
# The programs with each other LINK than the default one: hardened, and a short list of what they do.

LINKS_SHORT := $(patsubst %,tests/runtime/%.bats,mask facade precreate runtime-door)

.PHONY: check-links check-link-%
check-links: deps
	@tests/lab/suites $(patsubst %,check-link-%,$(filter-out $(LINK),musl static dynamic))

check-link-%:
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/links/$* LINK=$* all >/dev/null
	@BUILT=$(abspath $(BUILD))/links/$* OCI_RUNMASK=$(abspath $(BUILD))/links/$*/oci-runmask \
		tests/lab/run-bats tests/runtime/hardening.bats $(LINKS_SHORT)
