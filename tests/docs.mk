# SPDX-License-Identifier: Apache-2.0
# The documentation: "make docs" makes its pictures, "make check-docs" does what the guides say.

# What is read and not followed: what make bench fills in, what is only a table of claims.
NO_GUIDES := $(patsubst %,docs/%.md,hacking scale syscalls tested-engines threat-model)
GUIDES = README.md CONTRIBUTING.md $(filter-out $(NO_GUIDES),$(sort $(wildcard docs/*.md)))

.PHONY: docs
docs:
	@tests/deps.sh check
	@$(MAKE) --no-print-directory -s all >/dev/null
	@tests/docs/pictures $(BUILD) docs/img

# Ends with "N passed, N failed".
.PHONY: check-docs
check-docs:
	@tests/deps.sh check
	@$(MAKE) --no-print-directory -s all >/dev/null
	@tests/tally docs 'tests/docs/look --build $(BUILD)' 'tests/docs/test-checks $(BUILD)' \
		'tests/docs/pictures --check $(BUILD) docs/img' 'tests/docs/guides --build $(BUILD) $(GUIDES)'
