# SPDX-License-Identifier: Apache-2.0
# The image for pipelines, and its tests with those of the action.

CHECK_IMAGE = $(BUILD)/ci/runmask-$(VERSION).tar

.PHONY: image-check
image-check: $(BUILD)/runmask
	@tests/lab/deps.sh kubernetes
	@mkdir -p $(dir $(CHECK_IMAGE))
	@echo "  IMAGE $(CHECK_IMAGE)"
	$(Q)packaging/ci/build-image $< $(VERSION) $(CHECK_IMAGE)

.PHONY: check-ci
check-ci: all
	@tests/lab/deps.sh kubernetes check completion
	@mkdir -p $(dir $(CHECK_IMAGE))
	@tests/lab/private-host packaging/ci/build-image $(BUILD)/runmask $(VERSION) $(CHECK_IMAGE)
	@VERSION=$(VERSION) RUNMASK="$(BUILD_PATH)/runmask" CHECK_IMAGE="$(abspath $(CHECK_IMAGE))" \
		tests/lab/run-bats $(wildcard tests/suites/ci/*.bats)
