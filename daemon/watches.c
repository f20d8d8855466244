/* watches.c - see watches.h. */
#include "daemon/watches.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "ctl/writer.h"
#include "daemon/conf.h"
#include "daemon/processes.h"
#include "daemon/supervise.h"
#include "daemon/track_file.h"
#include "io/message.h"
#include "vrrp/conf.h"

struct watches {
	struct loop *loop;
	struct supervise *sup;
	uint32_t generation;
	struct track_file **files; /* owned; by index of vrrp_config.files */
	unsigned n_files;
	struct processes *processes; /* owned */
};

static void tell_process(struct watches *w, uint32_t i)
{
	struct msg_tracked m = { w->generation, i, (int32_t)processes_status(w->processes, i) };

	supervise_send(w->sup, ROLE_VRRP, MSG_PROCESS_STATE, &m, sizeof(m));
}

static void on_process(void *ctx, unsigned index)
{
	tell_process(ctx, index);
}

struct watches *watches_new(struct loop *l, struct supervise *sup)
{
	struct watches *w = x_calloc(1, sizeof(*w));

	w->loop = l;
	w->sup = sup;
	w->processes = processes_new(l, on_process, w);
	return w;
}

static void free_files(struct watches *w)
{
	for (unsigned i = 0; i < w->n_files; i++)
		track_file_free(w->files[i]);
	free(w->files);
}

void watches_free(struct watches *w)
{
	if (!w)
		return;
	free_files(w);
	processes_free(w->processes);
	free(w);
}

static void tell_file(struct watches *w, uint32_t i)
{
	struct msg_tracked m = { w->generation, i, track_file_value(w->files[i]) };

	supervise_send(w->sup, ROLE_VRRP, MSG_FILE_VALUE, &m, sizeof(m));
}

static void on_file(void *ctx, const struct track_file *t)
{
	struct watches *w = ctx;

	for (unsigned i = 0; i < w->n_files; i++)
		if (w->files[i] == t)
			tell_file(w, i);
}

/* Takes the file of the same name and path out of the old array. */
static struct track_file *take_file(struct watches *w, const struct vrrp_file_conf *conf)
{
	for (unsigned i = 0; i < w->n_files; i++) {
		struct track_file *t = w->files[i];

		if (t && !strcmp(track_file_conf(t)->name, conf->name) &&
			!strcmp(track_file_conf(t)->path, conf->path)) {
			w->files[i] = NULL;
			return t;
		}
	}
	return NULL;
}

static void config_files(struct watches *w, const struct conf_vec *confs)
{
	struct track_file **files = x_calloc(confs->n, sizeof(struct track_file *));

	for (unsigned i = 0; i < confs->n; i++) {
		files[i] = take_file(w, confs->item[i]);
		if (!files[i])
			files[i] = track_file_new(w->loop, confs->item[i], on_file, w);
		track_file_config(files[i], confs->item[i]);
	}
	free_files(w);
	w->files = files;
	w->n_files = confs->n;
}

void watches_config(struct watches *w, const struct config *c, uint32_t generation)
{
	w->generation = generation;
	config_files(w, &c->vrrp.files);
	processes_config(w->processes, &c->vrrp.processes);
	watches_resend(w);
}

void watches_resend(struct watches *w)
{
	for (unsigned i = 0; i < w->n_files; i++)
		tell_file(w, i);
	for (unsigned i = 0; i < processes_count(w->processes); i++)
		tell_process(w, i);
}

void watches_write(const struct watches *w, struct writer *out)
{
	writer_array(out, "files");
	for (unsigned i = 0; i < w->n_files; i++)
		track_file_write(w->files[i], out);
	writer_end(out);
	writer_array(out, "track_processes"); /* "processes" are our own */
	processes_write(w->processes, out);
	writer_end(out);
}
