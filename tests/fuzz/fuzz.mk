# SPDX-License-Identifier: Apache-2.0
# Every parser fuzzed from its corpus; and what the corpora reach.

# Each target is a parser: its corpus is replayed, then it goes on from there.
FUZZ_SECONDS ?= 30
.PHONY: fuzz
fuzz:
	@tests/fuzz/run $(FUZZ_SECONDS) $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))

# What fuzzing and the golden cases reach goes into the corpora, in as few files as will do.
.PHONY: fuzz-minimise
fuzz-minimise:
	@tests/fuzz/run minimise $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))

# Targets of tests/fuzz without libFuzzer: each replays the files that it is given.
FUZZ_REPLAYS = $(patsubst tests/fuzz/%.c,$(BUILD)/tests/fuzz/%,$(wildcard tests/fuzz/*.c))
.PHONY: fuzz-replays
fuzz-replays: $(FUZZ_REPLAYS)
$(FUZZ_REPLAYS): $(BUILD)/tests/fuzz/%: $(BUILD)/tests/fuzz/%.o $(BUILD)/tests/fuzz/replay/main.o \
		$(BUILD)/libtool.a $(BUILD)/libhook.a
	@echo "  LINK $@"
	$(Q)$(CC) $(CFLAGS_ALL) -pie $(LDFLAGS) -o $@ $^ $(TOOL_LIBS_dynamic)

# How much of its parser each corpus reaches.
.PHONY: fuzz-coverage
fuzz-coverage:
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/fuzz-coverage LINK=dynamic HARDENING= \
		CFLAGS='-O0 -g --coverage' fuzz-replays >/dev/null
	@tests/fuzz/replay/coverage $(BUILD)/fuzz-coverage
