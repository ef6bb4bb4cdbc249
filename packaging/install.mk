# SPDX-License-Identifier: Apache-2.0
# Installing. The binary goes first and the hooks.d file last, since engines run what the file names
# and skip what is missing without a word; removal goes the other way round.

ifneq (,$(word 2,$(DESTDIR)))
$(error DESTDIR="$(DESTDIR)": must be a path without a space)
endif

HOOK_PATH = $(HOOKBINDIR)/oci-runmask
RUNTIME_PATH = $(HOOKBINDIR)/oci-runmask-runtime
HELPERDIR = $(LIBEXECDIR)/oci-runmask
MANDIR = $(DATADIR)/man
MAN_PAGES = $(notdir $(wildcard docs/man/*.[15]))
COMPLETIONDIR = $(DATADIR)/bash-completion/completions
# where Docker, Podman, CRI-O and containerd look for devices; nothing changes for a container that
# does not ask for one
CDIDIR ?= $(SYSCONFDIR)/cdi
# read by Podman alone, and only when its configuration says so: CRI-O does not start with it
PRECREATEDIR = $(DATADIR)/oci-runmask/precreate.d

# for administrators to choose: "socket-directory docker" puts them in force
EXAMPLEDIR = $(DATADIR)/oci-runmask/systemd
SYSTEMD_EXAMPLES := $(patsubst packaging/systemd/%,%,$(wildcard packaging/systemd/*.json packaging/systemd/*.socket.d/*))

# in force: what keeps nscd's directory, and every mask with it. systemd does not look elsewhere, so that
# these do not follow PREFIX.
SYSTEMDDIR ?= /usr/lib
SYSTEMD_FILES := tmpfiles.d/oci-runmask.conf systemd/system/nscd.service.d/oci-runmask.conf \
	systemd/system/nsncd.service.d/oci-runmask.conf
SYSTEMD_GENERATOR := systemd/system-generators/oci-runmask
SYSTEMD_WATCH := systemd/system/runmask-watch.service

# programs for administrators and package scripts
HELPERS := before-removal systemd-reload

HOOK_FILES := $(BUILD)/oci-runmask.json $(BUILD)/oci-runmask-precreate.json \
	$(BUILD)/cdi/oci-runmask.json

$(BUILD)/oci-runmask.json: packaging/hooks.d/oci-runmask.json.in
$(BUILD)/oci-runmask-precreate.json: packaging/precreate/oci-runmask-precreate.json.in
$(BUILD)/cdi/oci-runmask.json: packaging/cdi/oci-runmask.json.in
$(HOOK_FILES): Makefile packaging/install.mk
	@mkdir -p $(@D)
	sed 's|@HOOK@|$(HOOK_PATH)|' $(filter %.json.in,$^) >$@

# the path in these files follows LIBEXECDIR, so they are made anew for every installation
.PHONY: $(HOOK_FILES)

.PHONY: install
install: all $(HOOK_FILES)
	install -d $(DESTDIR)$(HOOKBINDIR) $(DESTDIR)$(BINDIR) $(DESTDIR)$(DATADIR)/oci-runmask \
		$(DESTDIR)$(HOOKSDIR) $(DESTDIR)$(COMPLETIONDIR) $(DESTDIR)$(PRECREATEDIR) \
		$(DESTDIR)$(CDIDIR) $(DESTDIR)$(HELPERDIR)
	install -m 755 $(BUILD)/oci-runmask $(DESTDIR)$(HOOK_PATH).new
	mv -f $(DESTDIR)$(HOOK_PATH).new $(DESTDIR)$(HOOK_PATH)
	install -m 755 $(BUILD)/oci-runmask-runtime $(DESTDIR)$(RUNTIME_PATH).new
	mv -f $(DESTDIR)$(RUNTIME_PATH).new $(DESTDIR)$(RUNTIME_PATH)
	ln -srf $(DESTDIR)$(RUNTIME_PATH) $(DESTDIR)$(BINDIR)/oci-runmask-runtime.new
	mv -fT $(DESTDIR)$(BINDIR)/oci-runmask-runtime.new $(DESTDIR)$(BINDIR)/oci-runmask-runtime
	install -m 755 $(BUILD)/runmask $(DESTDIR)$(BINDIR)/runmask
	ln -srf $(DESTDIR)$(HOOK_PATH) $(DESTDIR)$(BINDIR)/oci-runmask.new
	mv -fT $(DESTDIR)$(BINDIR)/oci-runmask.new $(DESTDIR)$(BINDIR)/oci-runmask
	install -m 755 $(HELPERS:%=packaging/%) $(DESTDIR)$(HELPERDIR)
	sed 's|@EXAMPLES@|$(EXAMPLEDIR)|' packaging/socket-directory >$(DESTDIR)$(HELPERDIR)/socket-directory
	chmod 755 $(DESTDIR)$(HELPERDIR)/socket-directory
	install -m 644 packaging/policy.json $(DESTDIR)$(DATADIR)/oci-runmask/policy.json
	for file in $(SYSTEMD_EXAMPLES); do \
		install -D -m 644 packaging/systemd/$$file $(DESTDIR)$(EXAMPLEDIR)/$$file || exit 1; done
	install -D -m 755 packaging/systemd/$(SYSTEMD_GENERATOR:systemd/%=%) $(DESTDIR)$(SYSTEMDDIR)/$(SYSTEMD_GENERATOR)
	for file in $(SYSTEMD_FILES); do install -D -m 644 packaging/systemd/$${file#systemd/system/} \
		$(DESTDIR)$(SYSTEMDDIR)/$$file || exit 1; done
	install -d $(DESTDIR)$(SYSTEMDDIR)/systemd/system
	sed 's|@BINDIR@|$(BINDIR)|' packaging/$(SYSTEMD_WATCH:systemd/system/%=systemd/%) \
		>$(DESTDIR)$(SYSTEMDDIR)/$(SYSTEMD_WATCH)
	chmod 644 $(DESTDIR)$(SYSTEMDDIR)/$(SYSTEMD_WATCH)
	for page in $(MAN_PAGES); do \
		install -D -m 644 docs/man/$$page $(DESTDIR)$(MANDIR)/man$${page##*.}/$$page || exit 1; done
	install -m 644 packaging/completion/runmask.bash $(DESTDIR)$(COMPLETIONDIR)/runmask
	install -D -m 644 packaging/completion/_runmask $(DESTDIR)$(DATADIR)/zsh/site-functions/_runmask
	install -D -m 644 packaging/completion/runmask.fish \
		$(DESTDIR)$(DATADIR)/fish/vendor_completions.d/runmask.fish
	install -m 644 $(BUILD)/oci-runmask-precreate.json $(DESTDIR)$(PRECREATEDIR)
	install -m 644 $(BUILD)/cdi/oci-runmask.json $(DESTDIR)$(CDIDIR)/.oci-runmask.json.new
	mv -f $(DESTDIR)$(CDIDIR)/.oci-runmask.json.new $(DESTDIR)$(CDIDIR)/oci-runmask.json
	install -m 644 $(BUILD)/oci-runmask.json $(DESTDIR)$(HOOKSDIR)/.oci-runmask.json.new
	mv -f $(DESTDIR)$(HOOKSDIR)/.oci-runmask.json.new $(DESTDIR)$(HOOKSDIR)/oci-runmask.json
	@[ -n "$(DESTDIR)" ] || packaging/systemd-reload

# What install put there, and the directories that are ours alone. /etc/oci-runmask is the administrator's.
.PHONY: uninstall
uninstall:
	@packaging/before-removal $(HOOKSDIR) $(DESTDIR)
	rm -f $(DESTDIR)$(HOOKSDIR)/oci-runmask.json $(DESTDIR)$(CDIDIR)/oci-runmask.json \
		$(DESTDIR)$(PRECREATEDIR)/oci-runmask-precreate.json
	rm -f $(DESTDIR)$(BINDIR)/runmask $(DESTDIR)$(BINDIR)/oci-runmask-runtime $(DESTDIR)$(BINDIR)/oci-runmask \
		$(DESTDIR)$(COMPLETIONDIR)/runmask $(DESTDIR)$(DATADIR)/zsh/site-functions/_runmask \
		$(DESTDIR)$(DATADIR)/fish/vendor_completions.d/runmask.fish \
		$(DESTDIR)$(DATADIR)/oci-runmask/policy.json
	for page in $(MAN_PAGES); do rm -f $(DESTDIR)$(MANDIR)/man$${page##*.}/$$page || exit 1; done
	rm -f $(DESTDIR)$(RUNTIME_PATH) $(DESTDIR)$(HOOK_PATH)
	for file in $(HELPERS) socket-directory; do rm -f $(DESTDIR)$(HELPERDIR)/$$file || exit 1; done
	for file in $(SYSTEMD_EXAMPLES); do rm -f $(DESTDIR)$(EXAMPLEDIR)/$$file || exit 1; done
	for file in $(SYSTEMD_FILES) $(SYSTEMD_GENERATOR) $(SYSTEMD_WATCH); do rm -f $(DESTDIR)$(SYSTEMDDIR)/$$file || exit 1; done
	-find $(DESTDIR)$(DATADIR)/oci-runmask $(DESTDIR)$(HELPERDIR) $(DESTDIR)$(SYSTEMDDIR)/systemd/system/nscd.service.d \
		$(DESTDIR)$(SYSTEMDDIR)/systemd/system/nsncd.service.d -depth -type d -empty -delete 2>/dev/null
	@[ -n "$(DESTDIR)" ] || packaging/systemd-reload

.PHONY: dist
dist: $(BUILD)/oci-runmask-$(VERSION).tar.gz

# the same bytes from the same commit
$(BUILD)/oci-runmask-$(VERSION).tar.gz:
	@mkdir -p $(@D)
	git archive --format=tar --prefix=oci-runmask-$(VERSION)/ HEAD | gzip -n >$@
.PHONY: $(BUILD)/oci-runmask-$(VERSION).tar.gz
