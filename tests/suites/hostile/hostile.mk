# SPDX-License-Identifier: Apache-2.0
# Hostile images and a racing neighbour; FAULT_ROOMS is set in faults.mk.

RACE_ROOMS := $(patsubst %,$(BUILD)/tests/suites/hostile/%.o,inside race racer)

$(BUILD)/tests/suites/hostile/race: $(RACE_ROOMS) $(FAULT_ROOMS)
	@echo "  LINK $@"
	$(Q)$(CC) $(CFLAGS_ALL) -pie $(LDFLAGS) -o $@ $^

# Passes against a racing neighbour, in all; then the images and the attacks that have a name.
PASSES ?= 10000
.PHONY: check-hostile
check-hostile: deps all $(BUILD)/tests/suites/hostile/race
	@tests/suites/hostile/run $(BUILD) $(PASSES)
