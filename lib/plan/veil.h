/* SPDX-License-Identifier: Apache-2.0 */
/* veil: building the value of one veil. Pure. */
#pragma once

#include "kernel/tmpfs.h"
#include "plan/plan.h"

void veil_clear(struct veil *veil);

/* Adds an entry; path and target are copied. */
int veil_add(struct veil *veil, enum veil_entry_kind kind, const char *path, const char *target,
	struct error *err) must_check;

/* A link at path to the same path below HIDDEN_NAME: "systemd/journal" leads to
 * "../.host-run/systemd/journal". Relative, so that it holds wherever the veil lies. */
int veil_link(struct veil *veil, const char *path, struct error *err) must_check;

/* Links for the names of shows[0..CHANNEL_SHOWS_MAX) in the directory ("" : the veil's root). Where
 * there are any, what was there has to be attached again: *behind says so. */
int veil_add_visible(struct veil *veil, const char *directory, const char *const *shows,
	enum veil_underlay *underlay, struct error *err) must_check;

/* A mount to be put on the entry at path once the veil is attached; path is copied. The result may
 * be changed until the next call; NULL with the error set. */
struct veil_mount *veil_carry(struct veil *veil, const char *path, int fd, struct error *err)
	must_check;

/* Where the veil attaches a clone of what was there, the planned mounts below it are moved onto
 * their places in the clone: crun makes them read-only later through fds of these very mounts. */
int veil_carry_into_clone(struct veil *veil, struct error *err) must_check;

/* Makes directories for all parents of path that are not there yet. */
int veil_parents(struct veil *veil, const char *path, struct error *err) must_check;

/* How much room the veil's file system needs: for a facade as much as programs put into /run, for
 * a mask little, and for what it shows beside. */
void veil_room(const struct veil *veil, struct tmpfs_room *room);

/* The entry at that path, relative to the veil's root; NULL: not there. */
const struct veil_entry *veil_find(const struct veil *veil, const char *path);
