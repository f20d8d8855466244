/* vs_sysctl.c - see vs_sysctl.h. */
#include "checkers/vs_sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/text.h"
#include "checkers/saved.h"
#include "ctl/writer.h"

enum {
	LOOK_USEC = 1000000,  /* between two looks for what others changed */
	RETRY_USEC = 5000000, /* after an error: the module may be loaded later */
	PATH_LEN = 200,
};

static const char vs_dir[] = "/proc/sys/net/ipv4/vs";

/* One setting: what is wanted, what was found before it was written first, what is there, and how the last try went. */
struct setting {
	struct vs_value want, found, now;
	int error;
	bool is_written; /* by us, since it is wanted: another value is somebody else's doing */
};

struct vs_sysctl {
	const char *dir;
	struct setting of[VS_SYSCTL_MAX];
	mono_t next;
	bool has_changed;
	struct log_limit limit;
};

struct vs_sysctl *vs_sysctl_new(const char *dir)
{
	struct vs_sysctl *s = x_calloc(1, sizeof(*s));

	s->dir = dir ? dir : vs_dir;
	s->limit = (struct log_limit){ .burst = 10, .per_usec = 60 * MONO_SEC };
	return s;
}

void vs_sysctl_free(struct vs_sysctl *s)
{
	free(s);
}

static int open_file(const struct vs_sysctl *s, enum vs_sysctl_name name, int flags)
{
	char path[PATH_LEN];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", s->dir, vs_table_name(name));
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int read_value(const struct vs_sysctl *s, enum vs_sysctl_name name, struct vs_value *ret)
{
	int fd = open_file(s, name, O_RDONLY);
	char buf[64];
	ssize_t n;

	if (fd < 0)
		return fd;
	n = read(fd, buf, sizeof(buf) - 1);
	if (n < 0)
		n = -errno;
	close(fd);
	if (n < 0)
		return (int)n;
	buf[n] = '\0';
	return vs_table_parse(name, buf, ret) ? 0 : -ERANGE;
}

static int write_value(const struct vs_sysctl *s, enum vs_sysctl_name name, const struct vs_value *v)
{
	int fd = open_file(s, name, O_WRONLY | O_TRUNC), r = 0;
	char buf[VS_VALUE_LEN];

	if (fd < 0)
		return fd;
	vs_table_str(name, v, buf);
	if (write(fd, buf, strlen(buf)) < 0)
		r = -errno;
	close(fd);
	return r;
}

static bool is_same(const struct vs_value *a, const struct vs_value *b)
{
	return a->a == b->a && a->b == b->b;
}

static const char *cause(int error)
{
	return error == -ENOENT ? "this kernel does not have it, or IPVS is not loaded" : strerror(-error);
}

static void fail(struct vs_sysctl *s, enum vs_sysctl_name name, int error)
{
	struct setting *x = &s->of[name];
	char buf[VS_VALUE_LEN];

	if (x->error != error)
		log_warn(LOG_LVS, "net.ipv4.vs.%s cannot be set to %s: %s", vs_table_name(name),
			vs_table_str(name, &x->want, buf), cause(error));
	x->error = error;
}

static void log_change(struct vs_sysctl *s, enum vs_sysctl_name name, const struct vs_value *from,
	const struct vs_value *to)
{
	char old[VS_VALUE_LEN], new[VS_VALUE_LEN];

	vs_table_str(name, from, old);
	vs_table_str(name, to, new);
	if (s->of[name].is_written)
		log_warn_limited(&s->limit, LOG_LVS, "net.ipv4.vs.%s was changed to %s by somebody else: %s again",
			vs_table_name(name), old, new);
	else
		log_notice(LOG_LVS, "net.ipv4.vs.%s: %s -> %s", vs_table_name(name), old, new);
}

static void look_at(struct vs_sysctl *s, enum vs_sysctl_name name)
{
	struct setting *x = &s->of[name];
	int r = read_value(s, name, &x->now);

	if (r == 0 && !is_same(&x->now, &x->want)) {
		r = write_value(s, name, &x->want);
		if (r == 0) {
			log_change(s, name, &x->now, &x->want);
			if (!x->found.is_set && !x->is_written)
				x->found = x->now;
			x->now = x->want;
			s->has_changed = true;
		}
	}
	if (r < 0) {
		fail(s, name, r);
		return;
	}
	x->error = 0;
	x->is_written = true;
}

/* Only what is still as we wrote it: who changed it since then has the last word. */
static void put_back(struct vs_sysctl *s, enum vs_sysctl_name name)
{
	struct setting *x = &s->of[name];
	int r = x->found.is_set ? read_value(s, name, &x->now) : -ENODATA;

	if (r == 0 && !is_same(&x->now, &x->found) && (!x->want.is_set || is_same(&x->now, &x->want))) {
		r = write_value(s, name, &x->found);
		x->is_written = false;
		if (r == 0)
			log_change(s, name, &x->now, &x->found);
		else
			fail(s, name, r);
	}
	*x = (struct setting){ .error = 0 };
	s->has_changed = true;
}

static void look(struct vs_sysctl *s, mono_t now)
{
	bool has_failed = false;

	for (unsigned i = 0; i < VS_SYSCTL_MAX; i++) {
		if (!s->of[i].want.is_set)
			continue;
		look_at(s, (enum vs_sysctl_name)i);
		has_failed |= s->of[i].error < 0;
	}
	s->next = mono_add(now, has_failed ? RETRY_USEC : LOOK_USEC);
}

void vs_sysctl_set(struct vs_sysctl *s, const struct vs_values *want, mono_t now)
{
	for (unsigned i = 0; i < VS_SYSCTL_MAX; i++) {
		struct setting *x = &s->of[i];
		const struct vs_value *v = &want->of[i];

		if (!v->is_set && (x->want.is_set || x->found.is_set))
			put_back(s, (enum vs_sysctl_name)i);
		if (v->is_set && !(x->want.is_set && is_same(&x->want, v))) {
			x->is_written = false;
			x->error = 0;
		}
		x->want = *v;
	}
	look(s, now);
}

bool vs_sysctl_watch(struct vs_sysctl *s, mono_t now)
{
	bool changed;

	if (!mono_before(now, s->next))
		look(s, now);
	changed = s->has_changed;
	s->has_changed = false;
	return changed;
}

void vs_sysctl_put_back(struct vs_sysctl *s)
{
	for (unsigned i = 0; i < VS_SYSCTL_MAX; i++)
		put_back(s, (enum vs_sysctl_name)i);
}

static void key_of(enum vs_sysctl_name name, char *key, size_t size)
{
	snprintf(key, size, "sysctl %s", vs_table_name(name));
}

void vs_sysctl_save(const struct vs_sysctl *s, struct text *out)
{
	char key[64];

	for (unsigned i = 0; i < VS_SYSCTL_MAX; i++) {
		const struct vs_value *found = &s->of[i].found;

		key_of((enum vs_sysctl_name)i, key, sizeof(key));
		if (found->is_set)
			text_printf(out, "%s = %u %u\n", key, found->a, found->b);
	}
}

void vs_sysctl_restore(struct vs_sysctl *s, const struct saved *from)
{
	char key[64];

	for (unsigned i = 0; i < VS_SYSCTL_MAX; i++) {
		struct vs_value *found = &s->of[i].found;

		key_of((enum vs_sysctl_name)i, key, sizeof(key));
		found->is_set |= saved_fact(from, key, &found->a, &found->b);
	}
}

void vs_sysctl_write(const struct vs_sysctl *s, struct writer *w)
{
	char buf[VS_VALUE_LEN];

	writer_array(w, "sysctl");
	for (unsigned i = 0; i < VS_SYSCTL_MAX; i++) {
		const struct setting *x = &s->of[i];

		if (!x->want.is_set)
			continue;
		writer_object(w, NULL);
		writer_str(w, "name", vs_table_name((enum vs_sysctl_name)i));
		writer_str(w, "value", vs_table_str((enum vs_sysctl_name)i, &x->want, buf));
		writer_str(w, "found", x->found.is_set ? vs_table_str((enum vs_sysctl_name)i, &x->found, buf) : "");
		writer_str(w, "error", x->error ? cause(x->error) : "");
		writer_end(w);
	}
	writer_end(w);
}
