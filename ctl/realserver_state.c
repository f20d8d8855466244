/* realserver_state.c - see realserver_state.h. */
#include "ctl/realserver_state.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/reader.h"
#include "ctl/realserver_words.h"
#include "ctl/writer.h"

enum { BOOT_LEN = 64, READ_SIZE = 4096 };

static void write_vip(struct writer *w, const struct realserver_vip *v)
{
	char buf[ADDR_STRLEN];

	writer_object(w, NULL);
	writer_str(w, "address", addr_str(&v->addr, buf));
	writer_str(w, "method", realserver_method_str(v->method));
	writer_str(w, "interface", v->dev);
	writer_bool(w, "added", v->is_added);
	writer_array(w, "ports");
	for (unsigned i = 0; i < v->n_ports; i++)
		writer_fmt(w, NULL, "%u/%s", v->ports[i].number, v->ports[i].proto);
	writer_end(w);
	writer_end(w);
}

char *realserver_state_encode(const struct realserver_state *s, const char *boot)
{
	struct writer *w = writer_new();
	char *text;

	writer_str(w, "boot", boot);
	writer_array(w, "addresses");
	for (unsigned i = 0; i < s->n_vips; i++)
		write_vip(w, &s->vips[i]);
	writer_end(w);
	writer_array(w, "settings");
	for (unsigned i = 0; i < s->n_settings; i++) {
		writer_object(w, NULL);
		writer_str(w, "name", s->settings[i].name);
		writer_int(w, "before", s->settings[i].before);
		writer_int(w, "set", s->settings[i].set);
		writer_end(w);
	}
	writer_end(w);
	text = writer_text(w, NULL);
	writer_free(w);
	return text;
}

static int read_vip(const struct jvalue *o, struct realserver_vip *v)
{
	const struct jvalue *ports = reader_get(o, "ports");

	*v = (struct realserver_vip){ .is_added = reader_bool(o, "added"), .n_ports = (unsigned)reader_count(ports) };
	if (addr_parse(reader_str(o, "address", ""), &v->addr) < 0 || v->n_ports > REALSERVER_PORTS_MAX ||
		!realserver_method_parse(reader_str(o, "method", ""), &v->method) || v->method == REALSERVER_AUTO)
		return -EBADMSG;
	snprintf(v->dev, sizeof(v->dev), "%s", reader_str(o, "interface", ""));
	for (unsigned i = 0; i < v->n_ports; i++)
		if (realserver_port_parse(reader_text(reader_at(ports, i), ""), &v->ports[i]) < 0)
			return -EBADMSG;
	return 0;
}

static int read_setting(const struct jvalue *o, struct realserver_setting *s)
{
	const char *name = reader_str(o, "name", "");
	const char *slash = strchr(name, '/');

	if (!slash || slash == name || *name == '.' || strlen(name) >= sizeof(s->name) ||
		(strcmp(slash, "/arp_ignore") != 0 && strcmp(slash, "/arp_announce") != 0))
		return -EBADMSG;
	*s = (struct realserver_setting){ .before = (int)reader_int(o, "before", 0),
		.set = (int)reader_int(o, "set", 0) };
	strcpy(s->name, name);
	return 0;
}

static int read_lists(const struct jvalue *top, struct realserver_state *ret)
{
	const struct jvalue *vips = reader_get(top, "addresses"), *settings = reader_get(top, "settings");
	int r = 0;

	if (!vips || !settings || reader_count(vips) > REALSERVER_VIPS_MAX ||
		reader_count(settings) > REALSERVER_SETTINGS_MAX)
		return -EBADMSG;
	for (; ret->n_vips < reader_count(vips) && r == 0; ret->n_vips++)
		r = read_vip(reader_at(vips, ret->n_vips), &ret->vips[ret->n_vips]);
	for (; ret->n_settings < reader_count(settings) && r == 0; ret->n_settings++)
		r = read_setting(reader_at(settings, ret->n_settings), &ret->settings[ret->n_settings]);
	return r;
}

int realserver_state_decode(const char *text, size_t len, const char *boot, struct realserver_state *ret)
{
	struct reader *doc = reader_new(text, len);
	const char *of = reader_str(doc ? reader_top(doc) : NULL, "boot", NULL);
	int r = -EBADMSG;

	memset(ret, 0, sizeof(*ret));
	if (of && strcmp(of, boot) != 0)
		r = -ESTALE;
	else if (of)
		r = read_lists(reader_top(doc), ret);
	if (r < 0)
		memset(ret, 0, sizeof(*ret));
	reader_free(doc);
	return r;
}

/* random(4): another one with each boot. */
static void read_boot(char *buf)
{
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (!file || !fgets(buf, BOOT_LEN, file))
		*buf = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	if (file)
		(void)fclose(file);
}

int realserver_state_lock(const char *path)
{
	char lock[PATH_MAX];
	char *slash;
	int fd;

	if (snprintf(lock, sizeof(lock), "%s", path) >= (int)sizeof(lock) - 8)
		return -ENAMETOOLONG;
	slash = strrchr(lock, '/');
	if (slash && slash != lock) {
		*slash = '\0';
		if (mkdir(lock, 0755) < 0 && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	strcat(lock, ".lock");
	fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX) == 0)
		return fd;
	close(fd);
	return -errno;
}

int realserver_state_load(const char *path, struct realserver_state *ret)
{
	FILE *file = fopen(path, "re");
	char buf[READ_SIZE], boot[BOOT_LEN];
	struct text all = { 0 };
	size_t n;
	int r;

	memset(ret, 0, sizeof(*ret));
	if (!file)
		return errno == ENOENT ? 0 : -errno;
	while ((n = fread(buf, 1, sizeof(buf), file)) > 0)
		text_add_bytes(&all, buf, n);
	(void)fclose(file);
	read_boot(boot);
	r = realserver_state_decode(text_str(&all), all.len, boot, ret);
	text_done(&all);
	return r == -ESTALE ? 0 : r;
}

/* The bytes are on the disk before the name is: what is undone after a crash is what was done. */
static int write_whole(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");
	int r = 0;

	if (!file)
		return -errno;
	if (fputs(text, file) < 0 || fflush(file) != 0 || fsync(fileno(file)) < 0)
		r = -errno;
	return fclose(file) == 0 ? r : -errno;
}

int realserver_state_save(const char *path, const struct realserver_state *s)
{
	char next[PATH_MAX], boot[BOOT_LEN], *text;
	int r;

	if (s->n_vips == 0 && s->n_settings == 0)
		return unlink(path) == 0 || errno == ENOENT ? 0 : -errno;
	snprintf(next, sizeof(next), "%s.new", path);
	read_boot(boot);
	text = realserver_state_encode(s, boot);
	r = write_whole(next, text);
	free(text);
	if (r == 0 && rename(next, path) < 0)
		r = -errno;
	return r;
}
