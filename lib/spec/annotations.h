/* SPDX-License-Identifier: Apache-2.0 */
/* annotations: reads the annotations of config.json that are meant for oci-runmask. Pure. Inside
 * lib/spec only. */
#pragma once

#include "json/decode.h"
#include "spec/oci.h"

/* Fills spec->strategy, strategy_key and unknown_annotation; what is filled is the spec's, on
 * failure too. */
int annotations_read(struct spec *spec, const struct json_source *document, struct json annotations,
	struct error *err) must_check;
