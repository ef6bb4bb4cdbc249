# SPDX-License-Identifier: Apache-2.0
# How many lines and branches the tests reach.

# The programs built to count, and everything that runs them; then what was reached. Counters need glibc.
COVERAGE_SUITES ?= unit golden property coverage-runtime check-tool-faults

.PHONY: coverage
coverage: all
	@find $(BUILD)/coverage -name "*.gcda" -delete 2>/dev/null || :
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/coverage CC=tests/suites/coverage/cc CFLAGS='-O0 -g --coverage' \
		HARDENING= LINK=static coverage-suites

# Counters are made beforehand, for all to write: an ordinary user's containers count, too. A suite that
# fails does not keep the rest from being measured, but fails the whole.
.PHONY: coverage-suites
coverage-suites: all
	@tests/suites/coverage/open-counters $(BUILD)
	@failed=; \
	OCI_RUNMASK="$(BUILD_PATH)/oci-runmask" RUNMASK="$(BUILD_PATH)/runmask" \
		tests/lab/suites $(COVERAGE_SUITES) >$(BUILD)/suites.txt || { failed=1; cat $(BUILD)/suites.txt; }; \
	grep '^# [a-z-]*: [0-9]* passed' $(BUILD)/suites.txt; \
	tests/suites/coverage/coverage $(BUILD) && [ -z "$$failed" ]

# All but the controls, which run no hook.
.PHONY: coverage-runtime
coverage-runtime: all
	@tests/lab/run-bats $$(ls -S $(filter-out tests/runtime/control.bats,$(wildcard tests/runtime/*.bats)))
