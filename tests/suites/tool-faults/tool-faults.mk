# SPDX-License-Identifier: Apache-2.0
# Each allocation of runmask, and each of its looks at a file, fails once.

FAULT_TOOLS := $(BUILD)/tests/suites/tool-faults/each_fails $(BUILD)/tests/suites/tool-faults/refuse_one.so

$(BUILD)/tests/suites/tool-faults/each_fails: tests/suites/tool-faults/each_fails.c
	@mkdir -p $(@D)
	$(Q)gcc -std=gnu17 -D_GNU_SOURCE -O2 $(WARNINGS) -o $@ $<

$(BUILD)/tests/suites/tool-faults/refuse_one.so: tests/suites/tool-faults/refuse_one.c
	@mkdir -p $(@D)
	$(Q)gcc -std=gnu17 -D_GNU_SOURCE -O2 $(WARNINGS) -shared -fPIC -o $@ $<

.PHONY: check-tool-faults
check-tool-faults: deps all $(FAULT_TOOLS)
	@RUNMASK=$(abspath $(BUILD)/runmask) FAULT_TOOLS=$(abspath $(BUILD)/tests/suites/tool-faults) \
		tests/lab/run-bats tests/suites/tool-faults/*.bats
