# SPDX-License-Identifier: Apache-2.0
# Many containers at once, and many in a row.

# Many containers at once, and many in a row; $(LOAD_STARTS) in a row, 5,000 in check-long.
LOAD_STARTS ?= 300
LOAD_TOGETHER ?= 200
.PHONY: check-load check-long
check-load:
	@tests/lab/deps.sh check
	@$(MAKE) --no-print-directory -s all $(BUILD)/tests/suites/load/rss >/dev/null
	@LOAD_RSS="$(BUILD_PATH)/tests/suites/load/rss" OCI_RUNMASK="$(BUILD_PATH)/oci-runmask" \
		LOAD_STARTS=$(LOAD_STARTS) LOAD_TOGETHER=$(LOAD_TOGETHER) tests/suites/load/run

check-long:
	@$(MAKE) --no-print-directory -s check-load LOAD_STARTS=5000

$(BUILD)/tests/suites/load/rss: tests/suites/load/rss.c
	@mkdir -p $(@D)
	@echo "  CC $<"
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -static-pie $(LDFLAGS) -o $@ $<
