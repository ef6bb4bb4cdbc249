# SPDX-License-Identifier: Apache-2.0
# make, make demo, make check; the rest is listed by "make help".

VERSION := 0.1.0
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
LINK ?= static
WERROR ?=
BUILD ?= build

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla $(WERROR)
HARDENING := -fPIE -fstack-protector-strong -fstack-clash-protection -fno-plt
ifneq (,$(findstring -O,$(CFLAGS)))
HARDENING += -D_FORTIFY_SOURCE=2
endif
HARDENING_LD := -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack
CPPFLAGS_ALL := -D_GNU_SOURCE -Ilib -Ihook -DVERSION='"$(VERSION)"' \
	-DSYSCONFDIR='"$(SYSCONFDIR)"' -DDATADIR='"$(DATADIR)"' $(CPPFLAGS)
CFLAGS_ALL := -std=gnu17 $(WARNINGS) $(HARDENING) $(CFLAGS)

# the hook: jansson and libcap inside, so that it starts on any distribution, and at once
HOOK_LDFLAGS_static := -static-pie
HOOK_LDFLAGS_dynamic := -pie
HOOK_LIBS := -ljansson -lcap
TOOL_LIBS := -lyaml -ljansson -lmount -lcap

# rooms that the hook is made of; the tool has these and its own
HOOK_ROOMS := apply channels decode error facade host host_view json json_keys json_scan linux load \
	log mem mounting observe observe_run observe_socket oci peer plan plan_words policy policy_parse \
	privilege reroute target tmpfs veil verdict words
HOOK_DOORS := lifecycle options oci-runmask
TOOL_ROOMS :=
TOOL_VERBS :=

HOOK_OBJECTS := $(HOOK_ROOMS:%=$(BUILD)/lib/%.o) $(HOOK_DOORS:%=$(BUILD)/hook/%.o)

.PHONY: all
all: $(BUILD)/oci-runmask

$(BUILD)/oci-runmask: $(HOOK_OBJECTS)
	$(CC) $(CFLAGS_ALL) $(HOOK_LDFLAGS_$(LINK)) $(HARDENING_LD) $(LDFLAGS) -o $@ $^ $(HOOK_LIBS)

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

-include $(wildcard $(BUILD)/lib/*.d $(BUILD)/hook/*.d)

.PHONY: clean
clean:
	rm -rf $(BUILD)
