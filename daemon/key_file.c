/* key_file.c - see key_file.h. */
#include "daemon/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/sources.h"
#include "conf/tree.h"
#include "daemon/conf.h"

enum { CONTENT_MAX = 4 + 2 * VRRP_HMAC_KEY_MAX + 2, PREFIX_LEN = 5 /* file: */ };

/* The bytes of a regular file, -EFBIG for more than a key can have; *ret_mode is its mode. */
static ssize_t read_content(const char *path, char buf[CONTENT_MAX + 1], mode_t *ret_mode)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	ssize_t n = -EINVAL;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		*ret_mode = st.st_mode;
		n = read(fd, buf, CONTENT_MAX + 1);
		n = n < 0 ? -errno : n > CONTENT_MAX ? -EFBIG : n;
	}
	close(fd);
	return n;
}

/* hex:DIGITS, a text, or the bytes themselves; the end of a line is no part of it. Writes hex:DIGITS; false: it is no key. */
static bool write_key(const char *content, size_t len, char *ret, size_t size)
{
	const char *digits = content + 4;
	size_t at = (size_t)snprintf(ret, size, "hex:");

	if (len > VRRP_HMAC_KEY_MIN && content[len - 1] == '\n')
		len--;
	if (len > VRRP_HMAC_KEY_MIN && content[len - 1] == '\r')
		len--;
	if (len >= 4 && !strncmp(content, "hex:", 4)) {
		len -= 4;
		snprintf(ret + at, size - at, "%.*s", (int)len, digits);
		return len % 2 == 0 && len / 2 >= VRRP_HMAC_KEY_MIN && len / 2 <= VRRP_HMAC_KEY_MAX &&
			strspn(ret + at, "0123456789abcdefABCDEF") == len;
	}
	if (len < VRRP_HMAC_KEY_MIN || len > VRRP_HMAC_KEY_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		snprintf(ret + at + 2 * i, size - at - 2 * i, "%02x", (unsigned char)content[i]);
	return true;
}

static void report_unreadable(struct report *r, const struct conf_word *w, const char *path, int err)
{
	bool is_ours = err == EACCES && geteuid() != 0; /* not root: the daemon may be able to */

	report_add(r, is_ours ? CONF_ENVIRONMENT : CONF_ERROR, &w->at, "cannot read the key in %s: %s", path,
		err == EINVAL ? "no regular file" : strerror(err));
}

static void read_key(struct config *c, struct conf_node *n)
{
	char content[CONTENT_MAX + 1], key[CONTENT_MAX + 1];
	const struct conf_word *w = &n->words[2];
	const char *path = w->text + PREFIX_LEN;
	mode_t mode = 0;
	ssize_t len = read_content(path, content, &mode);

	sources_vary(c->sources);
	if (len < 0) {
		report_unreadable(c->report, w, path, (int)-len);
		return;
	}
	if (mode & (S_IROTH | S_IWOTH)) {
		report_add(c->report, CONF_ENVIRONMENT, &w->at, "everybody can read the key in %s (mode %04o)", path,
			(unsigned)mode & 07777u);
		report_hint(c->report, "chmod 600 %s", path);
	}
	if (write_key(content, (size_t)len, key, sizeof(key))) {
		tree_put_word(c->tree, n, 2, key);
	} else {
		report_add(c->report, CONF_ERROR, &w->at,
			"%s holds no key: it takes %d to %d bytes, or hex: and their digits", path, VRRP_HMAC_KEY_MIN,
			VRRP_HMAC_KEY_MAX);
		report_hint(c->report, "echo hex:$(openssl rand -hex 32) >%s", path);
	}
	explicit_bzero(content, sizeof(content));
	explicit_bzero(key, sizeof(key));
}

static bool is_named(const struct conf_node *n, const char *keyword)
{
	return !strcmp(n->words[0].text, keyword);
}

static void read_block(struct config *c, struct conf_node *block)
{
	for (struct conf_node *n = block->children; n; n = n->next)
		if (is_named(n, "key") && n->n_words > 2 && !strncmp(n->words[2].text, "file:/", PREFIX_LEN + 1))
			read_key(c, n);
}

void key_file_read_all(struct config *c)
{
	for (struct conf_node *vi = c->tree->root.children; vi; vi = vi->next)
		for (struct conf_node *n = is_named(vi, "vrrp_instance") ? vi->children : NULL; n; n = n->next)
			if (is_named(n, "auth_hmac"))
				read_block(c, n);
}
