# SPDX-License-Identifier: Apache-2.0
# LINK: which C library the programs have, and whether it is inside them.
#
#   musl     everything is inside, in runmask, too: they start on any Linux, the hook in the shortest time.
#            Needs $(MUSL), which "make deps" makes, or a compiler for musl with static jansson, libcap, libyaml.
#   static   glibc, jansson and libcap are inside the hook; runmask has shared libraries.
#   dynamic  shared libraries everywhere.

TARGET := $(shell $(CC) -dumpmachine 2>/dev/null)
# For recipes: stops where there is no compiler, and says what installs one.
MAKE_DEPS := "make deps", as root, installs what the build needs
need_compiler = $(if $(TARGET),,$(if $(shell command -v $(CC)),,$(error $(firstword $(CC)): No such file: $(MAKE_DEPS))))

# A library that is missing is named in one line, before anything is compiled.
HEADERS := jansson.h sys/capability.h yaml.h libmount/libmount.h
$(BUILD)/headers:
	$(need_compiler)@mkdir -p $(@D)
	@for header in $(HEADERS); do \
		echo "#include <$$header>" | $(CC) $(CPPFLAGS) $(CFLAGS) -x c -fsyntax-only -c - 2>/dev/null || \
			{ echo "make: $$header: No such file: "'$(MAKE_DEPS)' >&2; exit 1; }; \
	done
	@touch $@
MUSL ?= build/musl/$(firstword $(subst -, ,$(TARGET)))
MUSL_COMPILER := $(findstring musl,$(TARGET))

ifeq ($(origin LINK),undefined)
ifneq (,$(MUSL_COMPILER))
LINK := musl
LINK_WHY := $(CC) compiles for musl
else ifneq (,$(wildcard $(MUSL)/ingredients))
LINK := musl
LINK_WHY := $(MUSL) is there
else
LINK := static
LINK_WHY := no $(MUSL), which "make deps" makes
endif
else
LINK_WHY := given
endif

ifeq (,$(filter musl static dynamic,$(LINK)))
$(error LINK=$(LINK): must be musl, static or dynamic)
endif
ifeq (musl,$(LINK)$(MUSL_COMPILER))
ifeq (,$(wildcard $(MUSL)/ingredients)$(filter deps clean help format dist,$(MAKECMDGOALS)))
$(error LINK=musl: $(MUSL) is missing: "make deps" makes it; LINK=static needs only glibc)
endif
endif

# Where the objects are of which the programs are made; those for tests are always in $(BUILD).
OBJECTS := $(BUILD)$(if $(filter musl,$(LINK)),/with-musl)

HOOK_LIBS := -ljansson -lcap
TOOL_LIBS_static := -lyaml -ljansson -lmount -lcap
TOOL_LIBS_dynamic := $(TOOL_LIBS_static)
TOOL_LIBS_musl := -lyaml -ljansson -lcap

CPPFLAGS_MUSL := -include packaging/musl/missing.h -isystem packaging/musl -D_LARGEFILE64_SOURCE -DWITHOUT_LIBMOUNT
# The headers' path is in debugging information, and so in the build id that a stripped program keeps.
CFLAGS_MUSL := -ffunction-sections -fdata-sections '-ffile-prefix-map=$(MUSL)=musl'
compiler_file = $(filter /%,$(shell $(CC) -print-file-name=$(1) 2>/dev/null))
ifeq (,$(MUSL_COMPILER))
CPPFLAGS_MUSL += -nostdinc -isystem $(MUSL)/include -isystem $(call compiler_file,include)
LINK_MUSL := -L$(MUSL)/lib
musl_file = $(MUSL)/lib/$(1)
else
LINK_MUSL :=
musl_file = $(call compiler_file,$(1))
endif
# The start files by name: Debian's musl-gcc takes "-static-pie" and makes a dynamic program of it, and where
# nixpkgs' compiler adds "-static", gcc takes those of a program at a fixed address.
LINK_MUSL += -static-pie -nostdlib -Wl,--gc-sections -Wl,-z,noseparate-code \
	$(call musl_file,rcrt1.o) $(call musl_file,crti.o) $(call compiler_file,crtbeginS.o)
LINK_MUSL_END := -lc $(shell $(CC) -print-libgcc-file-name 2>/dev/null) $(call compiler_file,crtendS.o) $(call musl_file,crtn.o)

LINK_HOOK_static := -static-pie
LINK_HOOK_dynamic := -pie
LINK_HOOK_musl := $(LINK_MUSL)
LINK_TOOL_static := -pie
LINK_TOOL_dynamic := -pie
LINK_TOOL_musl := $(LINK_MUSL)
LINK_END_musl := $(LINK_MUSL_END)

link = $(CC) $(CFLAGS_ALL) $(1) $(HARDENING_LD) $(LDFLAGS) -o $@.new $(filter %.o %.a,$^) $(2) $(LINK_END_$(LINK)) && \
	mv -f $@.new $@
comma := ,
# $(call link_hook,FLAGS): of the objects and archives that the rule names, as the hook is linked.
link_hook = $(call link,$(LINK_HOOK_$(LINK)) $(1),$(HOOK_LIBS))
link_tool = $(call link,$(LINK_TOOL_$(LINK)),$(TOOL_LIBS_$(LINK)))

# With another LINK, the programs are linked again.
$(BUILD)/link: FORCE
	@mkdir -p $(@D)
	@echo $(LINK) | cmp -s - $@ || echo $(LINK) >$@

.PHONY: FORCE chosen-link
chosen-link:
	@echo "  LINK=$(LINK) ($(LINK_WHY))"
