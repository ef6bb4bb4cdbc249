# SPDX-License-Identifier: Apache-2.0
# make, make demo, make check; "make help" lists the rest.

VERSION := 0.2.0
PREFIX ?= /usr
BINDIR ?= $(PREFIX)/bin
LIBEXECDIR ?= $(PREFIX)/libexec
DATADIR ?= $(PREFIX)/share
SYSCONFDIR ?= /etc
# where Podman and CRI-O look, whatever PREFIX says
HOOKSDIR ?= /usr/share/containers/oci/hooks.d
HOOKBINDIR = $(LIBEXECDIR)/oci/hooks.d

CC ?= cc
CFLAGS ?= -O2 -g
BUILD ?= build
ifneq (,$(word 2,$(BUILD)))
$(error BUILD="$(BUILD)": must be a path without a space)
endif
# CI says WERROR=-Werror; who builds with another compiler is not stopped by its warnings
WERROR ?=

# V=1 shows the commands
Q := $(if $(V),,@)

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla $(WERROR)
HARDENING := -fPIE -fstack-protector-strong -fstack-clash-protection
ifneq (,$(findstring -O,$(CFLAGS)))
HARDENING += -D_FORTIFY_SOURCE=2
endif
HARDENING_LD := -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack
CPPFLAGS_ALL = -D_GNU_SOURCE -Ilib -Ihook -DVERSION='"$(VERSION)"' \
	-DSYSCONFDIR='"$(SYSCONFDIR)"' -DDATADIR='"$(DATADIR)"' -DLIBEXECDIR='"$(LIBEXECDIR)"' $(CPPFLAGS)
# the same bytes wherever it is built
CFLAGS_ALL = -std=gnu17 $(WARNINGS) $(HARDENING) '-ffile-prefix-map=$(CURDIR)=.' $(CFLAGS)

.DEFAULT_GOAL := all
include packaging/link.mk

# Folders of lib/ in the order of the flow: those of both programs, then those of the tool alone.
HOOK_ROOMS := base json spec kernel observe plan apply rewrite
TOOL_ROOMS := manifest check scan doctor setup
# The mains and doors of each program.
HOOK_MAINS := lifecycle options oci-runmask outcome policy_in_force precreate runtime edit_spec
RUNTIME_MAINS := oci-runmask-runtime outcome policy_in_force runtime edit_spec
TOOL_MAINS := $(patsubst hook/%.c,%,$(wildcard hook/runmask/*.c))

# Not where tools look after each allocation.
ALLOCATOR := $(if $(filter dynamic,$(LINK)),,$(OBJECTS)/hook/allocator.o)

sources = $(foreach room,$(1),$(wildcard lib/$(room)/*.c lib/$(room)/*/*.c))
objects = $(patsubst %.c,$(1)/%.o,$(call sources,$(2)))
STRAYS := $(filter-out $(call sources,$(HOOK_ROOMS) $(TOOL_ROOMS)) \
	$(patsubst %,hook/%.c,$(HOOK_MAINS) $(RUNTIME_MAINS) $(TOOL_MAINS) allocator),$(shell find lib hook -name '*.c'))
ifneq ($(STRAYS),)
$(error $(STRAYS): in no program. Folders of lib/ stand in HOOK_ROOMS or TOOL_ROOMS, files of hook/ in HOOK_MAINS)
endif

.PHONY: all
all: chosen-link $(BUILD)/oci-runmask $(BUILD)/oci-runmask-runtime $(BUILD)/runmask

# q, not r: members of two folders may have the same name.
$(BUILD)/libhook.a: $(call objects,$(BUILD),$(HOOK_ROOMS))
$(BUILD)/libtool.a: $(call objects,$(BUILD),$(TOOL_ROOMS))
$(BUILD)/with-musl/libhook.a: $(call objects,$(BUILD)/with-musl,$(HOOK_ROOMS)) $(BUILD)/with-musl/packaging/musl/missing.o
$(BUILD)/with-musl/libtool.a: $(filter-out %_libmount.o,$(call objects,$(BUILD)/with-musl,$(TOOL_ROOMS))) $(BUILD)/with-musl/packaging/musl/memory.o
$(BUILD)/libhook.a $(BUILD)/libtool.a $(BUILD)/with-musl/libhook.a $(BUILD)/with-musl/libtool.a:
	@rm -f $@
	$(Q)$(AR) qcs $@ $^

$(BUILD)/oci-runmask: $(HOOK_MAINS:%=$(OBJECTS)/hook/%.o) $(ALLOCATOR) $(OBJECTS)/libhook.a $(BUILD)/link
	@echo "  LINK $@"
	$(Q)$(link_hook)

$(BUILD)/oci-runmask-runtime: $(RUNTIME_MAINS:%=$(OBJECTS)/hook/%.o) $(ALLOCATOR) $(OBJECTS)/libhook.a $(BUILD)/link
	@echo "  LINK $@"
	$(Q)$(link_hook)

$(BUILD)/runmask: $(TOOL_MAINS:%=$(OBJECTS)/hook/%.o) $(OBJECTS)/libtool.a $(OBJECTS)/libhook.a $(BUILD)/link
	@echo "  LINK $@"
	$(Q)$(link_tool)

$(BUILD)/%.o: %.c Makefile | $(BUILD)/headers
	$(need_compiler)@mkdir -p $(@D)
	@echo "  CC $<"
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/with-musl/%.o: %.c Makefile packaging/link.mk
	$(need_compiler)@mkdir -p $(@D)
	@echo "  CC $< (musl)"
	$(Q)$(CC) $(CPPFLAGS_MUSL) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(CFLAGS_MUSL) -MMD -MP -c -o $@ $<

-include $(wildcard $(BUILD)/lib/*/*.d $(BUILD)/lib/*/*/*.d $(BUILD)/hook/*.d $(BUILD)/hook/*/*.d $(BUILD)/tests/*/*.d $(BUILD)/tests/*/*/*.d \
	$(BUILD)/with-musl/*/*.d $(BUILD)/with-musl/*/*/*.d $(BUILD)/with-musl/*/*/*/*.d)

include tests/lab/check.mk
include $(sort $(wildcard tests/*/*/*.mk tests/anywhere/*.mk tests/engines/*.mk tests/fuzz/*.mk tests/mutants/*.mk))
include packaging/install.mk
include packaging/packages.mk

.PHONY: deps
deps:
	@sh tests/lab/ready
	@tests/lab/deps.sh check

.PHONY: demo
demo:
	@sh tests/lab/ready
	@tests/lab/deps.sh demo
	@$(MAKE) --no-print-directory -s all >/dev/null
	@tests/lab/private-host tests/lab/demo

.PHONY: format
format:
	clang-format-19 -i $$(git ls-files '*.c' '*.h')

.PHONY: clean
clean:
	rm -rf $(BUILD)

.PHONY: help
help:
	@echo 'make               the programs, in $(BUILD)/'
	@echo 'make demo          before and after, on real containers (as root)'
	@echo 'make check         the tests (as root); .ci/run: the slow ones too'
	@echo 'make deps          what build and tests need, by apt (as root)'
	@echo 'make install       DESTDIR=, PREFIX=/usr, LINK=musl|static|dynamic; make uninstall'
	@echo 'make deb rpm tarball image   packages; the installer for Kubernetes'
	@echo
	@echo 'parts of check: unit golden property purity lint check-man runtime'
	@echo 'make runtime-slow sanitize fuzz       what CI runs beside check,'
	@echo '     check-privilege check-tool-faults    and whole suites:'
	@echo 'make check-hostile    hostile images, a racing neighbour; check-faults: each call fails once'
	@echo 'make check-anywhere   make demo and make check, in fresh and in furnished Debian trees'
	@echo 'make check-engines    Docker, containerd, Podman, gVisor in trees of Debian'
	@echo 'make check-packages   packages are built, installed, upgraded, removed under load'
	@echo 'make check-kubernetes the DaemonSet, by podman kube play'
	@echo 'make image-check       an image of runmask for pipelines; check-ci: it, and the action'
	@echo 'make check-docs       the guides are run; make docs: their pictures'
	@echo 'make check-kernels    the hook on Linux 5.10, 6.1 and 6.12, in qemu'
	@echo 'make check-load       200 at once, 300 in a row; check-long: 5,000'
	@echo 'make check-links      hardening and a short list, with each other LINK'
	@echo 'make check-arm64      cross-built, emulated; reproducible: two builds, the same bytes'
	@echo 'make analyse valgrind gcc -fanalyzer, clang-tidy, cppcheck; memcheck; fuzz-coverage'
	@echo 'make bench            what the hook costs; bench-check: against what is to be reached'
	@echo 'make coverage         lines and branches that all tests reach'
	@echo 'make format           what the style asks for'
	@echo 'make dist clean'
