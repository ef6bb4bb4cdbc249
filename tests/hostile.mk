# SPDX-License-Identifier: Apache-2.0
# Hostile images and neighbours, and faults. Not in check: minutes. Each ends with "N passed, N failed".

FAULT_ROOMS := $(patsubst %,$(BUILD)/tests/faults/%.o,hook_run picture scenes stand_in)
FAULT_POINTS := $(patsubst %,$(BUILD)/tests/faults/%.o,calls exceptions memory play points verdict)
RACE_ROOMS := $(patsubst %,$(BUILD)/tests/hostile/%.o,race racer)

$(BUILD)/tests/faults/points: $(FAULT_POINTS) $(FAULT_ROOMS)
	@echo "  LINK $@"
	$(Q)$(CC) $(CFLAGS_ALL) -pie $(LDFLAGS) -o $@ $^

$(BUILD)/tests/hostile/race: $(RACE_ROOMS) $(FAULT_ROOMS)
	@echo "  LINK $@"
	$(Q)$(CC) $(CFLAGS_ALL) -pie $(LDFLAGS) -o $@ $^

# The hook as it is, but for its allocations: any of them can be made to fail.
$(BUILD)/tests/faults/starved: $(HOOK_MAINS:%=$(BUILD)/hook/%.o) $(BUILD)/tests/faults/allocations.o \
		$(BUILD)/libhook.a
	@echo "  LINK $@"
	$(Q)$(CC) $(CFLAGS_ALL) -static-pie $(HARDENING_LD) $(LDFLAGS) \
		-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc -o $@ $^ $(HOOK_LIBS)

# Passes against a racing neighbour, in all; then the images and the attacks that have a name.
PASSES ?= 10000
.PHONY: check-hostile
check-hostile: deps all $(BUILD)/tests/hostile/race
	@tests/hostile/run $(BUILD) $(PASSES)

# Each system call and each allocation fails once, and the hook is killed at each step.
.PHONY: check-faults
check-faults: deps all $(BUILD)/tests/faults/points $(BUILD)/tests/faults/starved
	@tests/faults/run $(BUILD)
