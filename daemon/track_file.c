/*
 * track_file.c - see track_file.h. Two watches of inotify(7): on the file itself, and on its folder (or the nearest folder above
 * that exists). Each event, and once a second a look, sets them anew: a folder that was moved as a whole says nothing by itself.
 */
#include "daemon/track_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "ctl/writer.h"
#include "io/loop.h"
#include "vrrp/conf.h"

#define LOOK_USEC MONO_SEC

enum {
	FOLDER_EVENTS = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF |
		IN_MOVE_SELF,
	FILE_EVENTS = IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF,
	NUMBER_MAX = 64,
	NEW_FILE_MODE = 0644,
};

struct track_file {
	const struct vrrp_file_conf *conf; /* borrowed */
	track_file_fn *fn;
	void *ctx;
	int fd;                   /* inotify; -1: there is none, the file is read once a second */
	int folder, file;         /* watches; -1: none */
	struct loop_watch *watch; /* owned */
	struct loop_timer *timer; /* owned */
	char *path;               /* owned */
	int32_t value;
	bool is_bad; /* it has no number; said in the log */
};

/* The number. */

/* Only spaces may follow. Beyond 32 bits it is the limit. */
static int parse(const char *text, int32_t *ret)
{
	char *end;
	long long value = strtoll(text, &end, 10);

	if (end == text || end[strspn(end, " \t\r\n")] != '\0')
		return -EINVAL;
	*ret = value > INT32_MAX ? INT32_MAX : value < -INT32_MAX ? -INT32_MAX : (int32_t)value;
	return 0;
}

/* 0, -ENOENT where it is missing, or another -errno; a pipe or a device is never waited for. */
static int read_number(const char *path, int32_t *ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char text[NUMBER_MAX + 1] = "";
	struct stat st;
	ssize_t n;
	int r;

	*ret = 0;
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return -EINVAL;
	}
	n = read(fd, text, NUMBER_MAX);
	r = n < 0 ? -errno : 0;
	close(fd);
	return n > 0 ? parse(text, ret) : r;
}

static void read_again(struct track_file *t)
{
	int32_t before = t->value;
	int r = read_number(t->path, &t->value);
	bool is_bad = r < 0 && r != -ENOENT && r != -ENOTDIR;

	if (is_bad && !t->is_bad)
		log_warn(LOG_SCRIPT, "%s: %s %s: it counts as 0", t->conf->name, t->path,
			r == -EINVAL ? "has no number" : strerror(-r));
	t->is_bad = is_bad;
	if (t->value == before)
		return;
	log_info(LOG_SCRIPT, "%s: %s has %d", t->conf->name, t->path, (int)t->value);
	t->fn(t->ctx, t);
}

/* Watches. */

/* Moves a watch to `path`; whether it is on another object now. */
static bool move_watch(const struct track_file *t, int *watch, const char *path, uint32_t events)
{
	int before = *watch;

	*watch = inotify_add_watch(t->fd, path, events);
	if (*watch == before)
		return false;
	if (before >= 0)
		(void)inotify_rm_watch(t->fd, before); /* fails where its object is gone, and the watch with it */
	return true;
}

/* Cuts `path` to the nearest folder above that exists. */
static void nearest_folder(char *path)
{
	struct stat st;

	do {
		char *slash = strrchr(path, '/');

		slash[slash == path] = '\0';
	} while (path[1] != '\0' && (stat(path, &st) < 0 || !S_ISDIR(st.st_mode)));
}

/* A folder may come between the look and the watch: looks until nothing moves any more. */
static bool watch_again(struct track_file *t)
{
	char folder[VRRP_PATH_MAX];
	struct stat st;
	bool changed = false, moved;

	if (t->fd < 0)
		return true;
	do {
		snprintf(folder, sizeof(folder), "%s", t->path);
		nearest_folder(folder);
		moved = move_watch(t, &t->folder, folder, FOLDER_EVENTS | IN_ONLYDIR);
		changed |= moved;
	} while (moved && t->folder >= 0);
	if (stat(t->path, &st) == 0 && S_ISREG(st.st_mode))
		return move_watch(t, &t->file, t->path, FILE_EVENTS) || changed;
	changed |= t->file >= 0;
	if (t->file >= 0)
		(void)inotify_rm_watch(t->fd, t->file);
	t->file = -1;
	return changed;
}

static bool is_ours(const struct track_file *t, const struct inotify_event *ev)
{
	const char *name = strrchr(t->path, '/') + 1;

	return ev->wd == t->file || (ev->mask & IN_Q_OVERFLOW) || (ev->len > 0 && !strcmp(ev->name, name));
}

/* All that waits; whether any of it may be a new number. */
static bool drain(const struct track_file *t)
{
	union {
		struct inotify_event align;
		char bytes[8192];
	} buf;
	bool ours = false;
	ssize_t n;

	while ((n = read(t->fd, buf.bytes, sizeof(buf.bytes))) > 0)
		for (ssize_t at = 0; at < n;) {
			const struct inotify_event *ev = (const struct inotify_event *)(const void *)(buf.bytes + at);

			ours |= is_ours(t, ev);
			at += (ssize_t)(sizeof(*ev) + ev->len);
		}
	return ours;
}

static void on_event(void *ctx, int fd, unsigned ready)
{
	struct track_file *t = ctx;
	bool ours = drain(t);

	(void)fd, (void)ready;
	if (watch_again(t) || ours)
		read_again(t);
}

static void on_look(void *ctx, mono_t now)
{
	struct track_file *t = ctx;

	loop_timer_at(t->timer, mono_add(now, LOOK_USEC));
	if (watch_again(t))
		read_again(t);
}

/* Life. */

/* init_file: a failure is said and no more, the file then counts as 0. */
static void init_file(const struct vrrp_file_conf *c)
{
	int how = c->init_overwrite ? O_TRUNC : O_EXCL;
	int fd = open(c->path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | how, NEW_FILE_MODE);

	if (fd < 0 && errno == EEXIST)
		return;
	if (fd < 0 || dprintf(fd, "%d\n", (int)c->init_value) < 0)
		log_warn(LOG_SCRIPT, "%s: cannot write %s: %s", c->name, c->path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

struct track_file *track_file_new(struct loop *l, const struct vrrp_file_conf *conf, track_file_fn *fn, void *ctx)
{
	struct track_file *t = x_calloc(1, sizeof(*t));

	*t = (struct track_file){ .conf = conf, .fn = fn, .ctx = ctx, .folder = -1, .file = -1 };
	t->path = x_strdup(conf->path);
	if (conf->init)
		init_file(conf);
	t->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (t->fd < 0)
		log_warn(LOG_SCRIPT, "%s: no inotify (%s): the file is read once a second", conf->name,
			strerror(errno));
	else
		t->watch = loop_watch_new(l, t->fd, LOOP_READ, on_event, t);
	t->timer = loop_timer_new(l, on_look, t);
	loop_timer_at(t->timer, mono_add(mono_now(), LOOK_USEC));
	(void)watch_again(t);
	t->is_bad = read_number(t->path, &t->value) == -EINVAL;
	if (t->is_bad)
		log_warn(LOG_SCRIPT, "%s: %s has no number: it counts as 0", conf->name, t->path);
	return t;
}

void track_file_free(struct track_file *t)
{
	if (!t)
		return;
	loop_watch_free(t->watch);
	loop_timer_free(t->timer);
	if (t->fd >= 0)
		close(t->fd);
	free(t->path);
	free(t);
}

void track_file_config(struct track_file *t, const struct vrrp_file_conf *conf)
{
	t->conf = conf;
}

const struct vrrp_file_conf *track_file_conf(const struct track_file *t)
{
	return t->conf;
}

int32_t track_file_value(const struct track_file *t)
{
	return t->value;
}

void track_file_write(const struct track_file *t, struct writer *w)
{
	writer_object(w, NULL);
	writer_str(w, "name", t->conf->name);
	writer_str(w, "file", t->path);
	writer_int(w, "value", t->value);
	writer_bool(w, "is_number", !t->is_bad);
	writer_end(w);
}
