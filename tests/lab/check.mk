# SPDX-License-Identifier: Apache-2.0
# The tests. Each suite ends with a line "N passed, N failed"; a missing tool is a failure.

# What a caller's environment has must not change what the tests see.
export LC_ALL := C
unexport CDPATH GREP_OPTIONS BASH_ENV ENV
# root in a user's clone: git asks for this before it lists files.
export GIT_CONFIG_COUNT := 1
export GIT_CONFIG_KEY_0 := safe.directory
export GIT_CONFIG_VALUE_0 := $(CURDIR)

# BUILD with its folder, to be quoted: the path may have a space.
BUILD_PATH = $(if $(filter /%,$(BUILD)),$(BUILD),$(CURDIR)/$(BUILD))

PROGRAMS_OF = $(patsubst tests/$(1)/%.c,$(BUILD)/tests/$(1)/%,$(wildcard tests/$(1)/*.c))
TEST_LIBS := -lcriterion $(TOOL_LIBS_dynamic)

# options belongs to a door, and is as pure as a room
$(BUILD)/tests/%: $(BUILD)/tests/%.o $(BUILD)/hook/options.o \
		$(BUILD)/libtool.a $(BUILD)/libhook.a
	@echo "  LINK $@"
	$(Q)$(CC) $(CFLAGS_ALL) -pie $(LDFLAGS) -o $@ $^ $(TEST_LIBS)

# tests that make the system's own functions fail
$(BUILD)/tests/unit/buffer: LDFLAGS += -Wl,--wrap=malloc,--wrap=realloc,--wrap=read
$(BUILD)/tests/unit/json_limits: LDFLAGS += -Wl,--wrap=malloc,--wrap=calloc
$(BUILD)/tests/unit/faults: LDFLAGS += -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free,--wrap=asprintf,--wrap=__asprintf_chk
.SECONDARY:

# One job a processor, where nothing else was asked for.
JOBS = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

.PHONY: check
check: deps
	@$(MAKE) --no-print-directory -s $(JOBS) all $(foreach suite,unit golden property,$(call PROGRAMS_OF,$(suite))) >/dev/null
	@tests/lab/suites -2 runtime lint golden unit property purity check-man
	@:

.PHONY: unit
unit: $(call PROGRAMS_OF,unit)
	@tests/lab/tally unit $^

.PHONY: golden
golden: all $(call PROGRAMS_OF,golden)
	@tests/lab/tally golden $(filter $(BUILD)/tests/%,$^) \
		'tests/golden/check/run $(BUILD)/runmask' 'tests/golden/fix/run $(BUILD)/runmask' \
		'tests/golden/schema/run $(BUILD)/runmask' 'tests/golden/schema/remedies $(BUILD)/runmask' 'tests/golden/doctor/run $(BUILD)/runmask' \
		'tests/lab/private-host tests/golden/rewrite/run $(BUILD)/oci-runmask'

.PHONY: property
property: $(call PROGRAMS_OF,property)
	@tests/lab/tally property $^

# Those of glibc, whatever the programs are linked with.
.PHONY: purity
purity: $(BUILD)/libhook.a $(BUILD)/libtool.a \
		$(patsubst %,$(BUILD)/hook/%.o,$(HOOK_MAINS) $(RUNTIME_MAINS) $(TOOL_MAINS) allocator)
	@tests/lab/tally purity tests/purity.sh

# What CI runs beside check, which is to stay under six minutes on two processors.
RUNTIME_SLOW := $(patsubst %,tests/runtime/%.bats,control doctor doctor-oks final-stages oldkernel precreate runtime-door setup systemd watch-long)

# the long ones first
.PHONY: runtime
runtime: all
	@tests/lab/run-bats $$(ls -S $(filter-out $(RUNTIME_SLOW),$(wildcard tests/runtime/*.bats)))

.PHONY: runtime-slow
runtime-slow: all
	@tests/lab/run-bats $$(ls -S $(RUNTIME_SLOW))

# The same programs of tests, built once more with the sanitizers.
.PHONY: sanitize
sanitize:
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/sanitize \
		CFLAGS='-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined' \
		HARDENING= LINK=dynamic sanitize-suites

.PHONY: sanitize-suites
sanitize-suites:
	@tests/lab/suites unit golden property

.PHONY: lint
lint:
	@tests/lab/lint
