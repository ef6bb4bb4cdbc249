# SPDX-License-Identifier: Apache-2.0
# Packages of this tree, in $(BUILD)/packages: make deb, make rpm, make tarball. make check-packages builds
# all of them and tries them on a private host.
#
# VERSION is the Makefile's. "make deb VERSION=…" writes it into the copy that is built, so that there
# is one place for it in a package, too.

PACKAGES := $(abspath $(BUILD))/packages
PACKAGE_TREE := Makefile README.md NEWS.md LICENSE hook lib tests packaging docs
# the date in packages: that of the last commit, so that the same sources give the same packages
PACKAGE_DATE = $(or $(SOURCE_DATE_EPOCH),$(shell git log -1 --format=%ct 2>/dev/null || stat -c %Y Makefile))
PACKAGE_JOBS ?= $(shell nproc)
# what a package would run of its tests: make check-packages comes after make check
PACKAGE_TESTS ?= nocheck

# Variables given to this make are not the package's.
PACKAGE_ENV = env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u MAKEFILES -u BUILD -u CFLAGS -u LDFLAGS LC_ALL=C.UTF-8 \
	SOURCE_DATE_EPOCH=$(PACKAGE_DATE)

# $(call package_tree,DIRECTORY): a copy of this tree that says VERSION
define package_tree
	rm -rf $(1)
	mkdir -p $(1)
	tar -c --exclude-vcs --exclude-backups $(PACKAGE_TREE) | tar -x -C $(1)
	sed -i 's|^VERSION := .*|VERSION := $(VERSION)|' $(1)/Makefile
endef

# $(call same_tar,PLACE,DIRECTORY): the same bytes from the same files
same_tar = tar -C $(1) --sort=name --owner=0 --group=0 --numeric-owner --mtime=@$(PACKAGE_DATE) -c $(2) | gzip -n

# The recipes below, rpmbuild and Debian's tools split a path at a space.
plain_path = $(if $(word 2,$(PACKAGES)),$(error make $@: "$(PACKAGES)" has a space, which no package can be built below: \
	move the clone))

# $(call set_up,GROUP,PROGRAM): where there is no apt, what must be installed is said.
set_up = $(plain_path)@! command -v apt-get >/dev/null || { sh tests/lab/ready && tests/lab/deps.sh $(1); }; \
	command -v $(2) >/dev/null || { echo 'make $@: $(2): No such file: install it, and the build dependencies that' \
		'packaging/rpm/oci-runmask.spec.in names' >&2; exit 1; }

# $(call made,FILES,NEXT): where the result lies, and what to type next
define made
	@echo; echo "made:"; for file in $(1); do echo "  $$file"; done
	@echo "next, as root:"; echo "  $(2)"
endef

# $(call changelog_entry,FILE): a version that the changelog does not begin with gets an entry of its own.
define changelog_entry
if ! head -n 1 $(1) | grep -qF '($(VERSION)-1)'; then \
	{ printf '%s\n\n  * %s\n\n -- %s  %s\n\n' 'oci-runmask ($(VERSION)-1) unstable; urgency=medium' 'A build of $(VERSION).' \
		"$$(sed -n 's/^Maintainer: //p' debian/control)" "$$(date -uR -d @$(PACKAGE_DATE))" && cat $(1); } >$(1).new && \
	mv $(1).new $(1); \
fi
endef

# Debian wants its directory at the top. The build runs no unit tests: the build profile says so, too.
.PHONY: deb
deb:
	$(call set_up,deb,dpkg-buildpackage)
	$(call package_tree,$(PACKAGES)/deb/oci-runmask-$(VERSION))
	cd $(PACKAGES)/deb/oci-runmask-$(VERSION) && cp -r packaging/debian debian && \
		$(call changelog_entry,debian/changelog) && \
		$(PACKAGE_ENV) DEB_BUILD_OPTIONS='parallel=$(PACKAGE_JOBS) $(PACKAGE_TESTS)' \
			dpkg-buildpackage -b -us -uc $(if $(filter nocheck,$(PACKAGE_TESTS)),--build-profiles=nocheck)
	rm -rf $(PACKAGES)/deb/oci-runmask-$(VERSION)
	$(call made,$(PACKAGES)/deb/oci-runmask_$(VERSION)-1_*.deb,apt install $(PACKAGES)/deb/oci-runmask_$(VERSION)-1_*.deb)

# The same bytes from the same commit, on whatever host and in whatever directory.
RPM_REPRODUCIBLE := --define 'use_source_date_epoch_as_buildtime 1' --define 'clamp_mtime_to_source_date_epoch 1' \
	--define 'source_date_epoch_from_changelog 0' --define '_buildhost localhost'
# By -ba the package would hold the sum of the source package, and that holds the paths of this directory.
rpm_build = $(PACKAGE_ENV) rpmbuild $(1) --nodeps --define '_topdir $(PACKAGES)/rpm' $(RPM_REPRODUCIBLE) \
	$(if $(PACKAGE_TESTS),--without tests) --define '_smp_mflags -j$(PACKAGE_JOBS)' $(PACKAGES)/rpm/oci-runmask.spec

# Where rpm is not at home it does not know what is installed: --nodeps.
.PHONY: rpm
rpm:
	$(call set_up,rpm,rpmbuild)
	$(call package_tree,$(PACKAGES)/rpm/oci-runmask-$(VERSION))
	mkdir -p $(PACKAGES)/rpm/SOURCES
	$(call same_tar,$(PACKAGES)/rpm,oci-runmask-$(VERSION)) >$(PACKAGES)/rpm/SOURCES/oci-runmask-$(VERSION).tar.gz
	sed -e 's|@VERSION@|$(VERSION)|' -e "s|@DATE@|$$(LC_ALL=C date -u -d @$(PACKAGE_DATE) '+%a %b %d %Y')|" \
		packaging/rpm/oci-runmask.spec.in >$(PACKAGES)/rpm/oci-runmask.spec
	touch -d @$(PACKAGE_DATE) $(PACKAGES)/rpm/oci-runmask.spec $(PACKAGES)/rpm/SOURCES/oci-runmask-$(VERSION).tar.gz
	$(call rpm_build,-bb)
	$(call rpm_build,-bs)
	rm -rf $(PACKAGES)/rpm/oci-runmask-$(VERSION) $(PACKAGES)/rpm/BUILD
	$(call made,$(PACKAGES)/rpm/RPMS/*/oci-runmask-$(VERSION)-1*.rpm,dnf install $(PACKAGES)/rpm/RPMS/*/oci-runmask-$(VERSION)-1*.rpm)

# For any Linux: "./install" puts it in place, "./install --uninstall" removes it. FILES says the order:
# that of "make install", programs first, hooks.d last.
TARBALL = oci-runmask-$(VERSION)-linux-$(shell uname -m)
TARBALL_LINK = LINK=musl MUSL=$(abspath $(MUSL))
TARBALL_LAST = $(patsubst /%,%,$(CDIDIR)/oci-runmask.json $(HOOKSDIR)/oci-runmask.json)
# Another make after the set-up: this one has looked for the compiler and for $(MUSL) before.
.PHONY: tarball tarball-of-what-is-there
tarball:
	$(call set_up,build,$(firstword $(CC)))
	@$(MAKE) --no-print-directory tarball-of-what-is-there

tarball-of-what-is-there:
	@[ -e $(MUSL)/ingredients ] || { echo "make tarball: $(MUSL) is missing: sudo make deps" >&2; exit 1; }
	$(call package_tree,$(PACKAGES)/tarball/tree)
	$(PACKAGE_ENV) $(MAKE) -s -j$(PACKAGE_JOBS) -C $(PACKAGES)/tarball/tree $(TARBALL_LINK) PREFIX=$(PREFIX)
	rm -rf $(PACKAGES)/tarball/$(TARBALL)
	$(PACKAGE_ENV) $(MAKE) -s -C $(PACKAGES)/tarball/tree install $(TARBALL_LINK) PREFIX=$(PREFIX) \
		DESTDIR=$(PACKAGES)/tarball/$(TARBALL)
	cd $(PACKAGES)/tarball/$(TARBALL) && \
		strip .$(HOOKBINDIR)/oci-runmask .$(HOOKBINDIR)/oci-runmask-runtime .$(BINDIR)/runmask && \
		find . ! -type d ! -name FILES -printf '%P\n' | LC_ALL=C sort | grep -vxF $(TARBALL_LAST:%=-e %) >FILES && \
		printf '%s\n' $(TARBALL_LAST) >>FILES
	install -m 755 packaging/tarball/install packaging/before-removal packaging/systemd-reload $(PACKAGES)/tarball/$(TARBALL)
	install -m 644 README.md NEWS.md LICENSE $(PACKAGES)/tarball/$(TARBALL)
	cp packaging/tarball/README $(PACKAGES)/tarball/$(TARBALL)/INSTALL
	$(call same_tar,$(PACKAGES)/tarball,$(TARBALL)) >$(PACKAGES)/tarball/$(TARBALL).tar.gz
	rm -rf $(PACKAGES)/tarball/tree $(PACKAGES)/tarball/$(TARBALL)
	$(call made,$(PACKAGES)/tarball/$(TARBALL).tar.gz,tar -xzf $(PACKAGES)/tarball/$(TARBALL).tar.gz && ./$(TARBALL)/install)

# make release KEY=…: the tag, all packages, SHA256SUMS and its detached signature, in $(BUILD)/release.
.PHONY: release
release:
	@packaging/release "$(VERSION)" "$(KEY)" $(BUILD)

# 0.1.0, from which users upgrade: its packages are built of its commit. A clone without its history has no such
# commit: it says so, and leaves out the tests of that upgrade.
FIRST_RELEASE := 69b3756f
HAS_FIRST = git -c safe.directory='*' cat-file -e $(FIRST_RELEASE)^{commit} 2>/dev/null
.PHONY: first-packages
first-packages:
	rm -rf $(PACKAGES)/first
	mkdir -p $(PACKAGES)/first $(PACKAGES)/deb $(PACKAGES)/rpm/RPMS/first
	git -c safe.directory='*' archive $(FIRST_RELEASE) | tar -x -C $(PACKAGES)/first
	env -u MAKEFLAGS -u BUILD $(MAKE) -C $(PACKAGES)/first deb rpm
	mv $(PACKAGES)/first/build/packages/deb/oci-runmask_*.deb $(PACKAGES)/deb
	mv $(PACKAGES)/first/build/packages/rpm/RPMS/*/oci-runmask-0*.rpm $(PACKAGES)/rpm/RPMS/first
	rm -rf $(PACKAGES)/first

# Each package twice, the second time with a higher version.
NEXT_VERSION = $(VERSION).1
.PHONY: check-packages
check-packages:
	@tests/lab/deps.sh packages
	@$(MAKE) --no-print-directory -s all >/dev/null
	@mkdir -p $(PACKAGES) && rm -rf $(PACKAGES)/deb $(PACKAGES)/rpm $(PACKAGES)/tarball
	@$(HAS_FIRST) || echo '# this clone has no history: no upgrade from 0.1.0 is tried'
	@{ { ! $(HAS_FIRST) || $(MAKE) first-packages; } && $(MAKE) deb rpm VERSION=$(NEXT_VERSION) && $(MAKE) deb rpm tarball; } >$(PACKAGES)/log 2>&1 || \
		{ cat $(PACKAGES)/log; echo '0 passed, 1 failed'; exit 1; }
	@! $(HAS_FIRST) && export BATS_TAGS='!first-release'; \
		PACKAGES=$(PACKAGES) tests/lab/run-bats tests/suites/packages/*.bats

# Each package by its one command in a fresh Debian 12 and 13, and what that says comes next.
.PHONY: check-fresh-packages
check-fresh-packages:
	@tests/lab/deps.sh check engines
	@tests/anywhere/run $(foreach suite,bookworm trixie,$(suite)-deb $(suite)-rpm $(suite)-tarball)
