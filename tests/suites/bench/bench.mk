# SPDX-License-Identifier: Apache-2.0
# The measuring: "make bench" measures and draws, "make bench-check" compares.

BENCH_ROUNDS ?= 200
BENCH_PARTS ?= hook containers syscalls check scan watch
BENCH_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(filter-out %/noop.c %/floor.c,$(wildcard tests/suites/bench/*.c)))

$(BUILD)/tests/suites/bench/bench: $(BENCH_OBJECTS) $(BUILD)/libhook.a
	@echo "  LINK $@"
	$(Q)$(CC) $(CFLAGS_ALL) -pie $(LDFLAGS) -o $@ $^ -ljansson

# a hook that does nothing, made as any C program is
$(BUILD)/tests/suites/bench/noop: $(BUILD)/tests/suites/bench/noop.o
	@echo "  LINK $@"
	$(Q)$(CC) $(CFLAGS_ALL) -static-pie $(HARDENING_LD) $(LDFLAGS) -o $@ $^

# what no program can be below
$(BUILD)/tests/suites/bench/floor: tests/suites/bench/floor.c
	@mkdir -p $(@D)
	@echo "  LINK $@"
	$(Q)$(CC) -O2 $(WARNINGS) -nostdlib -static -fno-stack-protector $(LDFLAGS) -o $@ $<

.PHONY: bench-programs
bench-programs: all $(patsubst %,$(BUILD)/tests/suites/bench/%,bench noop floor)
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/links/static LINK=static all

# A table; build/bench.json; and from that the picture and the figures in README and docs.
.PHONY: bench
bench:
	@tests/lab/deps.sh check
	@$(MAKE) --no-print-directory -s bench-programs >/dev/null
	@tests/suites/bench/measure --rounds $(BENCH_ROUNDS)
	@tests/suites/bench/draw $(BUILD)/bench.json >docs/img/bench.svg.new
	@mv docs/img/bench.svg.new docs/img/bench.svg
	@cp tests/suites/bench/pages/*.md docs/
	@tests/suites/bench/fill $(BUILD)/bench.json README.md $$(ls docs/*.md)

# Fails past what is to be reached, after a second try. Ends with "N passed, N failed".
.PHONY: bench-check
bench-check:
	@tests/lab/deps.sh check
	@$(MAKE) --no-print-directory -s bench-programs >/dev/null
	@tests/suites/bench/measure --rounds $(BENCH_ROUNDS) --check 0 $(BENCH_PARTS)
