# SPDX-License-Identifier: Apache-2.0
# Each allocation of runmask, and each of its looks at a file, fails once.

FAULT_TOOLS := $(BUILD)/tests/suites/tool-faults/each_fails $(BUILD)/tests/suites/tool-faults/refuse_one.so

$(BUILD)/tests/suites/tool-faults/each_fails: tests/suites/tool-faults/each_fails.c tests/suites/tool-faults/refuse_one.h
	@mkdir -p $(@D)
	$(Q)gcc -std=gnu17 -D_GNU_SOURCE -O2 $(WARNINGS) -o $@ $<

$(BUILD)/tests/suites/tool-faults/refuse_one.so: tests/suites/tool-faults/refuse_one.c tests/suites/tool-faults/refuse_one.h
	@mkdir -p $(@D)
	$(Q)gcc -std=gnu17 -D_GNU_SOURCE -O2 $(WARNINGS) -shared -fPIC -o $@ $<

# With glibc as a shared library: what is preloaded makes its calls fail.
$(BUILD)/shared/runmask: $(TOOL_MAINS:%=$(BUILD)/hook/%.o) $(BUILD)/libtool.a $(BUILD)/libhook.a
	@mkdir -p $(@D)
	@echo "  LINK $@"
	$(Q)$(CC) $(CFLAGS_ALL) -pie $(HARDENING_LD) $(LDFLAGS) -o $@ $^ $(TOOL_LIBS_dynamic)

.PHONY: check-tool-faults
check-tool-faults: deps $(BUILD)/shared/runmask $(FAULT_TOOLS)
	@RUNMASK="$(BUILD_PATH)/shared/runmask" FAULT_TOOLS="$(BUILD_PATH)/tests/suites/tool-faults" \
		tests/lab/run-bats tests/suites/tool-faults/*.bats
