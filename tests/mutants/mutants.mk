# SPDX-License-Identifier: Apache-2.0
# Changes that the tests must notice: tests/mutants/run. check-mutants-fast: those that need no container.
# check-mutants-random: NUMBER changes by chance in the rooms that protect, from SEED: tests/mutants/by-chance.

SEED ?= 1
NUMBER ?= 40

.PHONY: check-mutants check-mutants-fast check-mutants-random
check-mutants: deps
	@tests/mutants/run

check-mutants-fast: deps
	@tests/mutants/run --fast

check-mutants-random: deps
	@tests/mutants/by-chance $(SEED) $(NUMBER)
