# SPDX-License-Identifier: Apache-2.0
# Each system call and each allocation of the hook fails once.

FAULT_ROOMS := $(patsubst %,$(BUILD)/tests/suites/faults/%.o,hook_run picture scenes stand_in)
FAULT_POINTS := $(patsubst %,$(BUILD)/tests/suites/faults/%.o,calls exceptions memory play points verdict)

$(BUILD)/tests/suites/faults/points: $(FAULT_POINTS) $(FAULT_ROOMS)
	@echo "  LINK $@"
	$(Q)$(CC) $(CFLAGS_ALL) -pie $(LDFLAGS) -o $@ $^

# The hook as it is, but for its allocations: any of them can be made to fail.
$(BUILD)/tests/suites/faults/starved: $(HOOK_MAINS:%=$(OBJECTS)/hook/%.o) \
		$(OBJECTS)/tests/suites/faults/allocations.o $(OBJECTS)/libhook.a $(BUILD)/link
	@mkdir -p $(@D)
	@echo "  LINK $@"
	$(Q)$(call link_hook,-Wl$(comma)--wrap=malloc$(comma)--wrap=calloc$(comma)--wrap=realloc)

# Each system call and each allocation fails once, and the hook is killed at each step.
.PHONY: check-faults
check-faults: deps all $(BUILD)/tests/suites/faults/points $(BUILD)/tests/suites/faults/starved
	@tests/suites/faults/run $(BUILD)
