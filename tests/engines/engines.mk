# SPDX-License-Identifier: Apache-2.0
# Whole engines, in trees of the Debian suites that have them: tests/engines/README.md.

.PHONY: engines-deps
engines-deps:
	@tests/lab/deps.sh check engines

# as "make install" would have it, for the trees
.PHONY: engines-stage
engines-stage: all engines-deps $(BUILD)/engines/api-ping
	@tests/lab/deps.sh kubernetes
	@rm -rf $(BUILD)/engines/stage $(BUILD)/engines/installer
	@$(BUILD_IMAGE) --files $(BUILD) $(STATIC_BUSYBOX) $(BUILD)/engines/installer
	@# in the trees there is nothing that reads YAML
	@python3 -c 'import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(sys.stdin))))' \
		<packaging/kubernetes/oci-runmask.yaml >$(BUILD)/engines/oci-runmask.json
	@$(MAKE) --no-print-directory -s install PREFIX=/usr SYSCONFDIR=/etc \
		DESTDIR=$(BUILD)/engines/stage >/dev/null
	@# what a package of it would depend on, and a small Debian does not have
	@for library in $$(ldd $(BUILD)/runmask | grep -oE '/lib/[^ ]*/lib(yaml|jansson)[^ ]*'); do \
		install -D -m 644 "$$library" $(BUILD)/engines/stage/usr$$library || exit 1; done

# static, so that it runs in any container
$(BUILD)/engines/api-ping: tests/engines/api-ping.c
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 -O2 -Wall -Wextra -static -o $@ $<

# ON='trixie sid': these suites only
.PHONY: check-engines
check-engines: engines-stage
	@rm -rf $(BUILD)/engines/results
	@BUILD=$(BUILD) tests/engines/run $$(ls -S tests/engines/*.bats)
