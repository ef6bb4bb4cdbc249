/* SPDX-License-Identifier: Apache-2.0 */
/* veil: builds one struct veil: its entries, its mounts and its size. Pure. After a failure the
 * veil is still good for veil_clear. */
#pragma once

#include "plan/plan.h"

/* The limits of a mask's tmpfs. */
#define MASK_BYTES ((size_t)1 << 20)
#define MASK_INODES 1024

/* Frees its lists and texts; closes no fd. */
void veil_clear(struct veil *veil);

/* Adds an entry; path and target (of a link, else NULL) are copied. Neither looks for duplicates
 * nor makes parents. */
int veil_add(struct veil *veil, enum veil_entry_kind kind, const char *path, const char *target,
	struct error *err) must_check;

/* A link at path to the same path below HIDDEN_NAME: "systemd/journal" leads to
 * "../.host-run/systemd/journal". Relative, so that it holds wherever the veil lies. */
int veil_link(struct veil *veil, const char *path, struct error *err) must_check;

/* Adds links for the names of shows[0..CHANNEL_SHOWS_MAX), up to a NULL, in the directory ("": the
 * veil's root). When there are any, *underlay becomes UNDERLAY_REATTACHED. */
int veil_add_visible(struct veil *veil, const char *directory, const char *const *shows,
	enum veil_underlay *underlay, struct error *err) must_check;

/* Adds a mount to be put on the entry at path once the veil is attached; path is copied, fd
 * borrowed. The result may be changed, and is valid until the next call; NULL with the error
 * set. */
struct veil_mount *veil_carry(struct veil *veil, const char *path, int fd, struct error *err)
	must_check;

/* Where the veil attaches a clone of what was there, adds the planned mounts below it, to be moved
 * onto their places in the clone: crun makes them read-only later through fds of these very mounts.
 * Otherwise adds nothing. */
int veil_carry_into_clone(struct veil *veil, struct error *err) must_check;

/* Makes directories for all parents of path that are not there yet. */
int veil_parents(struct veil *veil, const char *path, struct error *err) must_check;

/* The limits of the veil's tmpfs: 64 MiB for a facade (programs write to /run), 1 MiB for a mask,
 * and more for long links; inodes likewise, and one for each entry. */
void veil_room(const struct veil *veil, size_t *bytes, size_t *inodes);

/* The entry at that path, relative to the veil's root; NULL: not there. */
const struct veil_entry *veil_find(const struct veil *veil, const char *path);
