# SPDX-License-Identifier: Apache-2.0
# What the project claims of itself: least privilege, the promises of the threat model, coverage.

PRIVILEGE_TOOLS := $(BUILD)/tests/privilege/watch $(BUILD)/tests/privilege/careless

# Static, so that it runs wherever the hook does.
$(BUILD)/tests/privilege/watch: $(BUILD)/tests/privilege/watch.o
	@echo "  LINK $@"
	$(Q)$(CC) $(CFLAGS_ALL) -static-pie $(LDFLAGS) -o $@ $^

# Its privilege_step comes before the archive's.
$(BUILD)/tests/privilege/careless: $(HOOK_MAINS:%=$(BUILD)/hook/%.o) $(BUILD)/tests/privilege/careless.o \
		$(BUILD)/libhook.a
	@echo "  LINK $@"
	$(Q)$(CC) $(CFLAGS_ALL) $(HOOK_LDFLAGS_$(LINK)) $(LDFLAGS) -o $@ $^ $(HOOK_LIBS)

.PHONY: check-privilege
check-privilege: deps all $(PRIVILEGE_TOOLS)
	@OCI_RUNMASK=$(abspath $(BUILD)/oci-runmask) tests/lab/run-bats tests/privilege/*.bats

FAULT_TOOLS := $(BUILD)/tests/coverage.d/each_fails $(BUILD)/tests/coverage.d/refuse_one.so

$(BUILD)/tests/coverage.d/each_fails: tests/coverage.d/each_fails.c
	@mkdir -p $(@D)
	$(Q)gcc -std=gnu17 -D_GNU_SOURCE -O2 $(WARNINGS) -o $@ $<

$(BUILD)/tests/coverage.d/refuse_one.so: tests/coverage.d/refuse_one.c
	@mkdir -p $(@D)
	$(Q)gcc -std=gnu17 -D_GNU_SOURCE -O2 $(WARNINGS) -shared -fPIC -o $@ $<

# Each allocation of runmask, and each of its looks at a file, fails once.
.PHONY: check-tool-faults
check-tool-faults: deps all $(FAULT_TOOLS)
	@RUNMASK=$(abspath $(BUILD)/runmask) FAULT_TOOLS=$(abspath $(BUILD)/tests/coverage.d) \
		tests/lab/run-bats tests/coverage.d/*.bats

# The programs built to count, and everything that runs them; then what was reached. LINK as it is shipped.
COVERAGE_SUITES ?= unit golden property coverage-runtime check-tool-faults

.PHONY: coverage
coverage: all
	@rm -f $(BUILD)/coverage/*/*.gcda
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/coverage CC=tests/coverage.d/cc CFLAGS='-O0 -g --coverage' \
		HARDENING= coverage-suites

# Counters are made beforehand, for all to write: an ordinary user's containers count, too. A suite that
# fails does not keep the rest from being measured, but fails the whole.
.PHONY: coverage-suites
coverage-suites: all
	@tests/coverage.d/open-counters $(BUILD)
	@failed=; \
	OCI_RUNMASK=$(abspath $(BUILD)/oci-runmask) RUNMASK=$(abspath $(BUILD)/runmask) \
		tests/suites $(COVERAGE_SUITES) >$(BUILD)/suites.txt || { failed=1; cat $(BUILD)/suites.txt; }; \
	grep '^# [a-z-]*: [0-9]* passed' $(BUILD)/suites.txt; \
	tests/coverage $(BUILD) && [ -z "$$failed" ]

# All but the controls, which run no hook.
.PHONY: coverage-runtime
coverage-runtime: all
	@tests/lab/run-bats $$(ls -S $(filter-out tests/runtime/control.bats,$(wildcard tests/runtime/*.bats)))
