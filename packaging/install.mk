# SPDX-License-Identifier: Apache-2.0
# Installing. The binary goes first and the hooks.d file last, since engines run what the file names
# and skip what is missing without a word; removal goes the other way round.

HOOK_PATH = $(HOOKBINDIR)/oci-runmask
COMPLETIONDIR = $(DATADIR)/bash-completion/completions

$(BUILD)/oci-runmask.json: packaging/hooks.d/oci-runmask.json.in Makefile packaging/install.mk
	@mkdir -p $(@D)
	sed 's|@HOOK@|$(HOOK_PATH)|' $< >$@

# the path in the hooks.d file follows LIBEXECDIR, so it is made anew for every installation
.PHONY: $(BUILD)/oci-runmask.json

.PHONY: install
install: all $(BUILD)/oci-runmask.json
	install -d $(DESTDIR)$(HOOKBINDIR) $(DESTDIR)$(BINDIR) $(DESTDIR)$(DATADIR)/oci-runmask \
		$(DESTDIR)$(HOOKSDIR) $(DESTDIR)$(COMPLETIONDIR)
	install -m 755 $(BUILD)/oci-runmask $(DESTDIR)$(HOOK_PATH).new
	mv -f $(DESTDIR)$(HOOK_PATH).new $(DESTDIR)$(HOOK_PATH)
	install -m 755 $(BUILD)/runmask $(DESTDIR)$(BINDIR)/runmask
	install -m 644 packaging/policy.json $(DESTDIR)$(DATADIR)/oci-runmask/policy.json
	install -m 644 packaging/completion/runmask.bash $(DESTDIR)$(COMPLETIONDIR)/runmask
	install -m 644 $(BUILD)/oci-runmask.json $(DESTDIR)$(HOOKSDIR)/.oci-runmask.json.new
	mv -f $(DESTDIR)$(HOOKSDIR)/.oci-runmask.json.new $(DESTDIR)$(HOOKSDIR)/oci-runmask.json

.PHONY: uninstall
uninstall:
	rm -f $(DESTDIR)$(HOOKSDIR)/oci-runmask.json
	rm -f $(DESTDIR)$(HOOK_PATH) $(DESTDIR)$(BINDIR)/runmask \
		$(DESTDIR)$(COMPLETIONDIR)/runmask $(DESTDIR)$(DATADIR)/oci-runmask/policy.json
	-rmdir $(DESTDIR)$(DATADIR)/oci-runmask 2>/dev/null

.PHONY: dist
dist: $(BUILD)/oci-runmask-$(VERSION).tar.gz

# the same bytes from the same commit
$(BUILD)/oci-runmask-$(VERSION).tar.gz:
	@mkdir -p $(@D)
	git archive --format=tar --prefix=oci-runmask-$(VERSION)/ HEAD | gzip -n >$@
.PHONY: $(BUILD)/oci-runmask-$(VERSION).tar.gz
