# SPDX-License-Identifier: Apache-2.0
# The same bytes twice.

# Two builds in two places, and two tarballs, byte by byte.
.PHONY: reproducible
reproducible:
	@tests/lab/deps.sh build
	@tests/suites/reproducible/reproducible
