# SPDX-License-Identifier: Apache-2.0
# Analysers, and valgrind.

# gcc -fanalyzer, clang-tidy and cppcheck, clean but for tests/suites/analyse/exceptions.
.PHONY: analyse
analyse:
	@tests/lab/deps.sh analyse
	@tests/suites/analyse/analyse $(CPPFLAGS_ALL)

# What memcheck sees of the golden cases and of every parser's corpus.
.PHONY: valgrind
valgrind:
	@tests/lab/deps.sh analyse
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/memcheck LINK=dynamic HARDENING= CFLAGS='-O1 -g' \
		all $(BUILD)/memcheck/tests/golden/plan fuzz-replays >/dev/null
	@tests/suites/analyse/valgrind $(BUILD)/memcheck
