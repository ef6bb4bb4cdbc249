# SPDX-License-Identifier: Apache-2.0
# Another architecture: cross-built, emulated.

# As Debian's cross compiler builds it; emulated.
.PHONY: check-arm64 arm64-programs
check-arm64:
	@tests/lab/deps.sh arm64
	@tests/suites/arm64/check "$(BUILD_PATH)/arm64"

arm64-programs: $(foreach suite,unit golden property,$(call PROGRAMS_OF,$(suite)))
