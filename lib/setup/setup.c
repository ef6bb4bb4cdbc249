/* SPDX-License-Identifier: Apache-2.0 */
/* setup: picks the engine, makes the new text, lets the engine validate it, and replaces the
 * file. */
#include "setup/setup.h"

#include <string.h>
#include <unistd.h>

#include "base/diff.h"
#include "base/path.h"
#include "setup/edit.h"
#include "setup/setup_internal.h"

/* What there is, and what shall be. */
struct change {
	const struct setup_engine *engine;
	struct replace replace;
	struct buffer present, wanted;
	bool there;  /* the file is */
	bool remove; /* … and shall not be */
	bool undo;
};

static void change_clear(struct change *change)
{
	replace_clear(&change->replace);
	buffer_clear(&change->present);
	buffer_clear(&change->wanted);
}

static void job_clear(struct setup_job *job)
{
	doctor_clear(&job->doctor);
	text_clear(&job->path);
	text_clear(&job->text);
	buffer_clear(&job->note);
}

static const struct setup_engine *find_engine(const char *name, struct error *err)
{
	const char *names[8], *near;

	for (size_t i = 0; i < setup_engine_count; i++) {
		if (strcmp(setup_engines[i].name, name) == 0)
			return &setup_engines[i];
		names[i] = setup_engines[i].name;
	}
	near = error_nearest(name, names, setup_engine_count);
	if (near != NULL)
		error_set(err, ERROR_INPUT, "unknown engine \"%s\" (did you mean \"%s\"?)", name,
			near);
	else
		error_set(
			err, ERROR_INPUT, "unknown engine \"%s\": must be %s", name, SETUP_ENGINES);
	return NULL;
}

static bool same(const struct buffer *a, const struct buffer *b)
{
	return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

/* Is the present file what setup makes of that text? Then undo has that text back, byte for byte.
 */
static bool is_made_of(
	const struct setup_job *job, const struct change *change, const struct buffer *text)
{
	cleanup(buffer_clear) struct buffer made = { 0 };
	struct error ignored = { 0 };

	return change->engine->edit(job, text, &made, &ignored) == 0 &&
		same(&made, &change->present);
}

static int want_undone(const struct setup_job *job, struct change *change, struct error *err)
{
	cleanup(buffer_clear) struct buffer copy = { 0 }, nothing = { 0 };
	bool kept;

	if (replace_read(change->replace.copy, &copy, &kept, err) < 0 ||
		buffer_add(&nothing, "", 0, err) < 0)
		return -1;
	if (kept && !job->own && is_made_of(job, change, &copy))
		return buffer_add(&change->wanted, copy.text, copy.length, err);
	if (change->engine->undo(job, &change->present, &change->wanted, err) < 0)
		return error_wrap(err, "%s", job->path);
	change->remove = change->there &&
		(job->own ||
			(!kept && is_made_of(job, change, &nothing) &&
				!same(&change->present, &change->wanted)));
	return 0;
}

static int want(const struct setup_job *job, struct change *change, struct error *err)
{
	if (change->undo)
		return want_undone(job, change, err);
	if (change->engine->edit(job, &change->present, &change->wanted, err) < 0)
		return err->code == ERROR_INPUT ? error_wrap(err, "%s", job->path) : -1;
	return 0;
}

static int carry_out(struct setup_job *job, const struct change *change, struct error *err)
{
	if (change->remove)
		return replace_remove(&change->replace, err);
	if (replace_prepare(&change->replace, &change->wanted, err) < 0)
		return -1;
	if ((change->engine->validate != NULL &&
		    change->engine->validate(job, change->replace.candidate, change->there,
			    change->undo, err) < 0) ||
		replace_commit(&change->replace, !change->undo, err) < 0) {
		replace_give_up(&change->replace);
		return -1;
	}
	return 0;
}

static int tell(const struct setup_job *job, const struct change *change, struct buffer *said,
	struct error *err)
{
	bool kept = change->there && !change->undo;

	if (buffer_print(said, err, "%s %s.\n",
		    change->remove          ? "Removed"
			    : change->there ? "Changed"
					    : "Made",
		    job->path) < 0 ||
		(kept &&
			buffer_print(said, err, "The file as it was: %s\n", change->replace.copy) <
				0) ||
		(job->note.length > 0 &&
			buffer_add(said, job->note.text, job->note.length, err) < 0))
		return -1;
	return buffer_print(said, err, "Now: %s\n",
		change->undo ? change->engine->next_undo : change->engine->next);
}

static int tell_nothing(const struct setup_job *job, const struct change *change,
	struct buffer *said, struct error *err)
{
	if (change->undo)
		return buffer_print(
			said, err, "%s has nothing of runmask setup: left as it is.\n", job->path);
	return buffer_print(
		said, err, "%s calls the hook already: nothing changed.\n", change->engine->name);
}

static int run(struct setup_job *job, struct change *change, bool dry_run, struct buffer *said,
	struct error *err)
{
	if (change->engine->find(job, err) < 0 ||
		replace_open(&change->replace, job->path, err) < 0 ||
		replace_read(change->replace.path, &change->present, &change->there, err) < 0)
		return -1;
	if (!change->undo && job->settled)
		return tell_nothing(job, change, said, err);
	if (want(job, change, err) < 0)
		return -1;
	if (!change->remove && same(&change->present, &change->wanted))
		return tell_nothing(job, change, said, err);
	if (dry_run)
		return diff_add(said, job->path, change->present.text,
			change->remove ? "" : change->wanted.text, err);
	if (carry_out(job, change, err) < 0)
		return -1;
	return tell(job, change, said, err);
}

/* It is written into TOML and JSON between quotes, and known again by its name. */
static int refuse_program(const char *program, struct error *err)
{
	if (program[0] == '/' && strpbrk(program, "\"\\\n") == NULL &&
		strcmp(path_base(program), SETUP_PROGRAM) == 0)
		return 0;
	return error_set(err, ERROR_INPUT,
		"--program: must be the absolute path of " SETUP_PROGRAM ", is \"%s\"", program);
}

int setup_run(const struct setup_request *request, struct buffer *said, struct error *err)
{
	cleanup(job_clear) struct setup_job job = {
		.doctor = { .root = -1, .live = true },
		.undo = request->undo,
		.program = request->program != NULL ? request->program : setup_program,
	};
	cleanup(change_clear) struct change change = { .undo = request->undo };

	change.engine = find_engine(request->engine, err);
	if (change.engine == NULL || refuse_program(job.program, err) < 0 ||
		doctor_open(&job.doctor, "/", err) < 0)
		return -1;
	return run(&job, &change, request->dry_run, said, err);
}
