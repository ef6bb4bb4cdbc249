# SPDX-License-Identifier: Apache-2.0
# Changes that the tests must notice: tests/mutants/run. check-mutants-fast: those that need no container.

.PHONY: check-mutants check-mutants-fast
check-mutants: deps
	@tests/mutants/run

check-mutants-fast: deps
	@tests/mutants/run --fast
