# SPDX-License-Identifier: Apache-2.0
# What gives trust beyond the tests: load, analysers, another architecture, the same bytes twice.
# Each ends with a line "N passed, N failed".

# As Debian's cross compiler builds it; emulated.
.PHONY: check-arm64 arm64-programs
check-arm64:
	@tests/deps.sh arm64
	@tests/arm64/check $(abspath $(BUILD))/arm64

arm64-programs: $(foreach suite,unit golden property,$(call PROGRAMS_OF,$(suite)))

# Two builds in two places, and two tarballs, byte by byte.
.PHONY: reproducible
reproducible:
	@tests/deps.sh build
	@tests/reproducible

# Many containers at once, and many in a row; $(LOAD_STARTS) in a row, 5,000 in check-long.
LOAD_STARTS ?= 300
LOAD_TOGETHER ?= 200
.PHONY: check-load check-long
check-load:
	@tests/deps.sh check
	@$(MAKE) --no-print-directory -s all $(BUILD)/tests/load/rss >/dev/null
	@LOAD_RSS=$(abspath $(BUILD))/tests/load/rss OCI_RUNMASK=$(abspath $(BUILD))/oci-runmask \
		LOAD_STARTS=$(LOAD_STARTS) LOAD_TOGETHER=$(LOAD_TOGETHER) tests/load/run

check-long:
	@$(MAKE) --no-print-directory -s check-load LOAD_STARTS=5000

$(BUILD)/tests/load/rss: tests/load/rss.c
	@mkdir -p $(@D)
	@echo "  CC $<"
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -static-pie $(LDFLAGS) -o $@ $<

# gcc -fanalyzer, clang-tidy and cppcheck, clean but for tests/analyse.d/exceptions.
.PHONY: analyse
analyse:
	@tests/deps.sh analyse
	@tests/analyse $(CPPFLAGS_ALL)

# Targets of tests/fuzz without libFuzzer: each replays the files that it is given.
FUZZ_REPLAYS = $(patsubst tests/fuzz/%.c,$(BUILD)/tests/fuzz/%,$(wildcard tests/fuzz/*.c))
.PHONY: fuzz-replays
fuzz-replays: $(FUZZ_REPLAYS)
$(FUZZ_REPLAYS): $(BUILD)/tests/fuzz/%: $(BUILD)/tests/fuzz/%.o $(BUILD)/tests/fuzz/replay/main.o \
		$(BUILD)/libtool.a $(BUILD)/libhook.a
	@echo "  LINK $@"
	$(Q)$(CC) $(CFLAGS_ALL) -pie $(LDFLAGS) -o $@ $^ $(TOOL_LIBS)

# What memcheck sees of the golden cases and of every parser's corpus.
.PHONY: valgrind
valgrind:
	@tests/deps.sh analyse
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/memcheck LINK=dynamic HARDENING= CFLAGS='-O1 -g' \
		all $(BUILD)/memcheck/tests/golden/plan fuzz-replays >/dev/null
	@tests/analyse.d/valgrind $(BUILD)/memcheck

# How much of its parser each corpus reaches.
.PHONY: fuzz-coverage
fuzz-coverage:
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/fuzz-coverage LINK=dynamic HARDENING= \
		CFLAGS='-O0 -g --coverage' fuzz-replays >/dev/null
	@tests/fuzz/replay/coverage $(BUILD)/fuzz-coverage
