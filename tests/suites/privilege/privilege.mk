# SPDX-License-Identifier: Apache-2.0
# Least privilege: capabilities at every system call, and the promises of docs/threat-model.md.

PRIVILEGE_TOOLS := $(BUILD)/tests/suites/privilege/watch $(BUILD)/tests/suites/privilege/careless

# Static, so that it runs wherever the hook does.
$(BUILD)/tests/suites/privilege/watch: $(BUILD)/tests/suites/privilege/watch.o
	@echo "  LINK $@"
	$(Q)$(CC) $(CFLAGS_ALL) -static-pie $(LDFLAGS) -o $@ $^

# Its privilege_step comes before the archive's.
$(BUILD)/tests/suites/privilege/careless: $(HOOK_MAINS:%=$(OBJECTS)/hook/%.o) \
		$(OBJECTS)/tests/suites/privilege/careless.o $(OBJECTS)/libhook.a $(BUILD)/link
	@mkdir -p $(@D)
	@echo "  LINK $@"
	$(Q)$(link_hook)

.PHONY: check-privilege
check-privilege: deps all $(PRIVILEGE_TOOLS)
	@OCI_RUNMASK="$(BUILD_PATH)/oci-runmask" PRIVILEGE_TOOLS="$(BUILD_PATH)/tests/suites/privilege" \
		tests/lab/run-bats tests/suites/privilege/*.bats
