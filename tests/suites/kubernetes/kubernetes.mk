# SPDX-License-Identifier: Apache-2.0
# The installer's image for Kubernetes, and its tests: in a scratch tree, and as a pod on a private host.

INSTALLER = $(BUILD)/kubernetes/oci-runmask-installer
STATIC_BUSYBOX ?= build/lab/debs/busybox-static/bin/busybox
BUILD_IMAGE = packaging/kubernetes/build-image

.PHONY: image
image: all
	@tests/lab/deps.sh kubernetes
	@mkdir -p $(dir $(INSTALLER))
	@echo "  IMAGE $(INSTALLER)-$(VERSION).tar"
	$(Q)$(BUILD_IMAGE) $(BUILD) $(STATIC_BUSYBOX) $(VERSION) $(INSTALLER)-$(VERSION).tar

# A version to come, for the tests of upgrades: another file that does the same.
$(BUILD)/kubernetes/next/oci-runmask: all
	@mkdir -p $(@D)
	@cp $(BUILD)/oci-runmask-runtime $(BUILD)/runmask $(@D)
	@cp $(BUILD)/oci-runmask $@ && echo next >>$@

.PHONY: check-kubernetes
check-kubernetes: all $(BUILD)/kubernetes/next/oci-runmask
	@tests/lab/deps.sh kubernetes
	@tests/lab/private-host $(BUILD_IMAGE) $(BUILD) $(STATIC_BUSYBOX) $(VERSION) \
		$(INSTALLER)-$(VERSION).tar
	@tests/lab/private-host $(BUILD_IMAGE) $(BUILD)/kubernetes/next $(STATIC_BUSYBOX) next \
		$(INSTALLER)-next.tar
	@VERSION=$(VERSION) BUILT="$(BUILD_PATH)" OCI_RUNMASK="$(BUILD_PATH)/oci-runmask" \
		tests/lab/run-bats $(wildcard tests/suites/kubernetes/*.bats)
