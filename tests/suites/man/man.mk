# SPDX-License-Identifier: Apache-2.0
# The manual pages against the programs, and against pages that are wrong on purpose.

MAN_INSTALLED = $(BUILD)/man/installed

.PHONY: check-man
check-man: deps all $(BUILD)/tests/suites/man/tables
	@tests/lab/deps.sh docs
	@rm -rf $(MAN_INSTALLED)
	@$(MAKE) --no-print-directory -s install DESTDIR=$(MAN_INSTALLED) >/dev/null
	@tests/lab/tally man 'tests/suites/man/check docs/man $(BUILD) $(MAN_INSTALLED)' \
		'tests/suites/man/check-itself $(BUILD) $(MAN_INSTALLED)'
