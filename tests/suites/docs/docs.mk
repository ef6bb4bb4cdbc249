# SPDX-License-Identifier: Apache-2.0
# The documentation: "make docs" makes its pictures, "make check-docs" does what the guides say.

# What is read and not followed: what make bench fills in, what is only a table of claims.
NO_GUIDES := $(patsubst %,docs/%.md,hacking scale syscalls tested-engines threat-model)
GUIDES = README.md CONTRIBUTING.md $(filter-out $(NO_GUIDES),$(sort $(wildcard docs/*.md)))

.PHONY: docs
docs:
	@tests/lab/deps.sh check
	@$(MAKE) --no-print-directory -s all >/dev/null
	@tests/suites/docs/pictures $(BUILD) docs/img

# Ends with "N passed, N failed".
.PHONY: check-docs
check-docs:
	@tests/lab/deps.sh check
	@$(MAKE) --no-print-directory -s all >/dev/null
	@tests/lab/tally docs 'tests/suites/docs/look --build $(BUILD)' 'tests/suites/docs/test-checks $(BUILD)' \
		'tests/suites/docs/pictures --check $(BUILD) docs/img' 'tests/suites/docs/contrast $(wildcard docs/img/*.svg)' \
		'tests/suites/docs/guides --build $(BUILD) $(GUIDES)'
