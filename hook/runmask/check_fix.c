/* SPDX-License-Identifier: Apache-2.0 */
/* check_fix: parses the words of --fix and --diff, and writes the remedy into a file or prints the
 * diff. */
#include <string.h>

#include "base/diff.h"
#include "runmask/check_input.h"
#include "setup/replace.h"

int fix_order_read(struct fix_order *order, const char *way, bool diff, struct error *err)
{
	order->diff = diff;
	order->asked = way != NULL;
	if (way == NULL)
		return diff ? error_set(err, ERROR_INPUT, "--diff needs --fix tmpfs or --fix hook")
			    : 0;
	order->way = strcmp(way, "hook") == 0 ? WAY_HOOK : WAY_TMPFS;
	if (strcmp(way, remedy_kind_name(order->way)) == 0)
		return 0;
	return error_set(err, ERROR_INPUT, "--fix takes tmpfs or hook, not \"%s\"", way);
}

int input_fix(struct input *input, struct fix_order *order, const struct fix_request *request,
	size_t *fixed, struct error *err)
{
	cleanup(buffer_clear) struct buffer changed = { 0 };
	const char *text = input->text.text ? input->text.text : "";

	if (text_fix(&changed, fixed, request, text, input->text.length, err) < 0)
		return -1;
	if (*fixed == 0)
		return 0;
	if (strcmp(input->name, "-") == 0)
		return error_set(err, ERROR_INPUT,
			"--fix: standard input cannot be written: give the file by its name");
	order->fixed += *fixed;
	if (order->diff)
		return diff_add(&order->shown, input->name, text, changed.text, err);
	if (replace_text(input->name, &changed, err) < 0)
		return error_wrap(err, "--fix %s", remedy_kind_name(order->way));
	buffer_clear(&input->text);
	input->text = changed;
	changed = (struct buffer){ 0 };
	return 0;
}
