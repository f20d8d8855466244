/* schema_auth.c - see schema_auth.h. */
#include "vrrp/schema_auth.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/mono.h"
#include "vrrp/conf.h"
#include "vrrp/lint_table.h"
#include "vrrp/schema_words.h"

enum { KEY_MIN = VRRP_HMAC_KEY_MIN, KEY_MAX = VRRP_HMAC_KEY_MAX, KEY_ID_MAX = 255 };

/* RFC 2338's authentication. */

static int parse_type(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "PASS");
	struct vrrp_conf *c = out;

	(void)item;
	if (!w)
		return -EINVAL;
	words_extra(rd, node, 2);
	if (!strcmp(w->text, "PASS")) {
		c->auth_type = VRRP_AUTH_PASS;
		return 0;
	}
	if (!strcmp(w->text, "AH")) {
		report_add(rd->report, CONF_ERROR, &w->at,
			"auth_type AH was removed from VRRP (RFC 3768 10, RFC 5798 9): routers that use it would not be heard, so "
			"it is refused");
		report_hint(rd->report,
			"auth_hmac signs adverts, allow_from says who may send them; or auth_type PASS; on all routers");
		return -EINVAL;
	}
	report_add(rd->report, CONF_ERROR, &w->at, "unknown auth_type '%s'", w->text);
	report_hint(rd->report, "auth_type PASS, on all routers of this virtual router");
	return -EINVAL;
}

static int parse_password(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "a password");
	struct vrrp_conf *c = out;
	size_t len = w ? strlen(w->text) : 0;

	(void)item;
	if (!w)
		return -EINVAL;
	words_extra(rd, node, 2);
	if (node->n_words > 2)
		report_hint(rd->report, "put a password with blanks into double quotes");
	if (len > VRRP_AUTH_LEN) {
		lint_add(rd->report, &vrrp_lints[VRRP_LINT_AUTH_LONG], &w->at,
			"only the first %d characters of auth_pass count", VRRP_AUTH_LEN);
		report_hint(rd->report, "%s", vrrp_lints[VRRP_LINT_AUTH_LONG].cure);
		len = VRRP_AUTH_LEN;
	}
	memset(c->auth_pass, 0, sizeof(c->auth_pass));
	memcpy(c->auth_pass, w->text, len);
	return 0;
}

static const struct conf_item auth_items[] = {
	{ .name = "auth_type", .type = CONF_CUSTOM, .parse = parse_type, .reload = CONF_REBIND, .args = "PASS",
	  .doc = "PASS: eight characters in clear, VRRP version 2 only; it guards against mistakes, not against attackers. "
		 "AH is refused: RFC 3768 removed it from VRRP; auth_hmac signs adverts, allow_from says who may send them.",
	  .example = "PASS", .wrong = "AH\nPASSWORD" },
	{ .name = "auth_pass", .type = CONF_CUSTOM, .parse = parse_password, .is_secret = true, .reload = CONF_REBIND, .args = "PASSWORD",
	  .doc = "The first eight characters count.", .example = "k7Qx2mPd", .wrong = "" },
	{ .name = NULL },
};

const struct conf_block vrrp_auth_block = {
	.name = "authentication",
	.items = auth_items,
	.size = sizeof(struct vrrp_conf),
	.doc = "Authentication of VRRP version 2.",
	.example = "vrrp_instance VI_1 {\n"
		   "    interface eth0\n"
		   "    virtual_router_id 51\n"
		   "    virtual_ipaddress {\n"
		   "        192.0.2.100/24\n"
		   "    }\n"
		   "    authentication {\n"
		   "        auth_type PASS\n"
		   "        auth_pass k7Qx2mPd\n"
		   "    }\n"
		   "}\n",
};

/* Keys of 32 to 64 bytes. */

static bool is_hex(const char *s)
{
	return s[strspn(s, "0123456789abcdefABCDEF")] == '\0';
}

static unsigned nibble(char c)
{
	const char *digits = "0123456789abcdefABCDEF";
	const size_t at = (size_t)(strchr(digits, c) - digits);

	return (unsigned)(at < 16 ? at : at - 6);
}

static void store_key(struct vrrp_hmac_key *key, const char *text, size_t len, bool is_digits)
{
	key->len = (uint8_t)len;
	if (!is_digits)
		memcpy(key->bytes, text, len);
	for (size_t i = 0; is_digits && i < len; i++)
		key->bytes[i] = (uint8_t)(nibble(text[2 * i]) << 4 | nibble(text[2 * i + 1]));
}

/* What is behind `file:` is read by main, which hands on the key itself. */
static int read_key(struct conf_read *rd, const struct conf_word *w, struct vrrp_hmac_key *key)
{
	const bool is_digits = !strncmp(w->text, "hex:", 4);
	const char *text = is_digits ? w->text + 4 : w->text;
	size_t len = strlen(text) / (is_digits ? 2 : 1);

	if (!strncmp(w->text, "file:", 5)) {
		if (w->text[5] == '/')
			return 0;
		report_add(rd->report, CONF_ERROR, &w->at, "the file of a key is named by its absolute path");
		return -EINVAL;
	}
	if (is_digits && (strlen(text) % 2 != 0 || !is_hex(text))) {
		report_add(rd->report, CONF_ERROR, &w->at, "a key with hex: is an even number of hexadecimal digits");
		return -EINVAL;
	}
	if (len >= KEY_MIN && len <= KEY_MAX) {
		store_key(key, text, len, is_digits);
		return 0;
	}
	report_add(rd->report, CONF_ERROR, &w->at, "a key has %d to %d bytes, this one has %zu", KEY_MIN, KEY_MAX, len);
	report_hint(rd->report, "hex: and the output of `openssl rand -hex 32`");
	return -EINVAL;
}

static struct vrrp_hmac_key *find_key(const struct vrrp_hmac_conf *c, uint32_t id)
{
	for (unsigned i = 0; i < c->keys.n; i++)
		if (((struct vrrp_hmac_key *)c->keys.item[i])->id == id)
			return c->keys.item[i];
	return NULL;
}

/* key ID hex:DIGITS|file:PATH|TEXT */
static int parse_key(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct vrrp_hmac_conf *c = out;
	struct vrrp_hmac_key *key = arena_alloc(rd->arena, sizeof(*key)), *old;
	const struct conf_word *id = conf_need_word(rd, node, 1, "a number and a key");

	(void)item;
	if (!id || conf_read_uint(rd, id, 1, KEY_ID_MAX, &key->id) < 0)
		return -EINVAL;
	if (!conf_need_word(rd, node, 2, "a key behind its number") || read_key(rd, &node->words[2], key) < 0)
		return -EINVAL;
	key->at = id->at;
	words_extra(rd, node, 3);
	old = find_key(c, key->id);
	if (old) {
		report_add(rd->report, CONF_WARNING, &id->at, "key %u is written again: the last one counts", key->id);
		*old = *key;
	} else {
		conf_vec_add(rd->arena, &c->keys, key);
	}
	return 0;
}

/* The value of active_key, which is written. */
static const struct place *active_place(const struct vrrp_hmac_conf *c)
{
	const struct place *at = &c->head.node->words[0].at;

	for (const struct conf_node *n = c->head.node->children; n; n = n->next)
		if (!strcmp(n->words[0].text, "active_key"))
			at = &n->words[n->n_words - 1].at;
	return at;
}

static void check_hmac(const void *conf, struct report *r)
{
	const struct vrrp_hmac_conf *c = conf;
	const struct place *at;

	if (!c->head.node)
		return;
	at = &c->head.node->words[0].at;
	if (c->keys.n == 0) {
		report_add(r, CONF_ERROR, at, "auth_hmac has no key");
		report_hint(r, "key 1 hex:DIGITS");
	} else if (c->active_key && !find_key(c, c->active_key)) {
		report_add(r, CONF_ERROR, active_place(c), "active_key %u is none of the keys", c->active_key);
		report_hint(r, "active_key %u, or another key: key %u hex:DIGITS",
			((const struct vrrp_hmac_key *)c->keys.item[0])->id, c->active_key);
	} else if (!c->active_key && c->keys.n > 1) {
		report_add(r, CONF_WARNING, at, "several keys and no active_key: the first one signs");
		report_hint(r, "active_key NUMBER");
	}
}

static const struct conf_choice anti_replays[] = { { "time", VRRP_HMAC_TIME }, { "monotonic", VRRP_HMAC_MONOTONIC },
	{ NULL, 0 } };
static const struct conf_choice modes[] = { { "enforce", VRRP_HMAC_ENFORCE }, { "permissive", VRRP_HMAC_PERMISSIVE },
	{ "receive-only", VRRP_HMAC_RECEIVE_ONLY }, { NULL, 0 } };

#define KEY_EXAMPLE "1 hex:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static const struct conf_item hmac_items[] = {
	{ .name = "key", .type = CONF_CUSTOM, .parse = parse_key, .is_secret = true, .reload = CONF_LIVE, .args = "1-255 hex:DIGITS|file:PATH|TEXT",
	  .doc = "A key of 32 to 64 bytes and its number; several are allowed, for changing them without an outage.",
	  .example = KEY_EXAMPLE "\n2 file:/etc/vipd/vrrp.key\n3 \"a text of at least thirty-two characters\"",
	  .wrong = "0 " "hex:00\n1\n1 hex:0001\n1 short\n256 file:/k\n1 file:k\n1 hex:xyz0" },
	{ .name = "active_key", .type = CONF_UINT, .offset = offsetof(struct vrrp_hmac_conf, active_key), .min = 1,
	  .max = KEY_ID_MAX, .reload = CONF_LIVE, .args = "1-255", .doc = "The key that signs; default: the first one." },
	{ .name = "anti_replay", .type = CONF_CHOICE, .offset = offsetof(struct vrrp_hmac_conf, anti_replay), .choices = anti_replays, .dflt = "time",
	  .reload = CONF_LIVE, .args = "time|monotonic",
	  .doc = "Adverts must be fresh by the clock, or their sequence must only grow." },
	{ .name = "time_window", .type = CONF_TIME, .offset = offsetof(struct vrrp_hmac_conf, time_window), .min = MONO_SEC, .max = 300 * MONO_SEC,
	  .reload = CONF_LIVE, .args = "SECONDS",
	  .doc = "How old an advert may be; default: three times advert_int, at least 5 seconds." },
	{ .name = "mode", .type = CONF_CHOICE, .offset = offsetof(struct vrrp_hmac_conf, mode), .choices = modes, .dflt = "enforce", .reload = CONF_LIVE,
	  .args = "enforce|permissive|receive-only",
	  .doc = "Adverts without a valid signature are dropped, or only counted; receive-only: checked, and sent without." },
	{ .name = NULL },
};

const struct conf_block vrrp_hmac_block = {
	.name = "auth_hmac",
	.items = hmac_items,
	.size = sizeof(struct vrrp_hmac_conf),
	.check = check_hmac,
	.doc = "Adverts signed with HMAC-SHA256.",
	.example = "vrrp_instance VI_1 {\n"
		   "    interface eth0\n"
		   "    virtual_router_id 51\n"
		   "    virtual_ipaddress {\n"
		   "        192.0.2.100/24\n"
		   "    }\n"
		   "    auth_hmac {\n"
		   "        key " KEY_EXAMPLE "\n"
		   "        active_key 1\n"
		   "        mode enforce\n"
		   "    }\n"
		   "}\n",
};
