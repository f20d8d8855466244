/* http_request.c - the texts of HTTP_GET: its request, and the status codes that it wants. Pure but for the growing text. */
#include "checkers/http.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "checkers/conf.h"

/* The request target: what would end it early is percent-encoded. */
static void add_target(struct text *out, const char *path)
{
	if (path[0] != '/')
		text_add(out, "/");
	for (; *path; path++) {
		unsigned char c = (unsigned char)*path;

		if (c > ' ' && c < 0x7f)
			text_add_bytes(out, path, 1);
		else
			text_printf(out, "%%%02X", c);
	}
}

/* A header's value without control characters. */
static void add_value(struct text *out, const char *value)
{
	for (; *value; value++)
		if ((unsigned char)*value >= ' ' && *value != 0x7f)
			text_add_bytes(out, value, 1);
}

/* Host: the virtualhost of the url, else of the check, else the address; RFC 9110 7.2. */
static void add_host(struct text *out, const struct check_conf *conf, const struct url_conf *url)
{
	char ip[ADDR_STRLEN];

	text_add(out, "Host: ");
	if (url->virtualhost || conf->how->virtualhost) {
		add_value(out, url->virtualhost ? url->virtualhost : conf->how->virtualhost);
	} else {
		addr_str(&conf->connect_ip, ip);
		text_printf(out, conf->connect_ip.family == AF_INET6 ? "[%s]" : "%s", ip);
		if (conf->connect_port != 80)
			text_printf(out, ":%u", conf->connect_port);
	}
	text_add(out, "\r\n");
}

void http_request(const struct check_conf *conf, const struct url_conf *url, struct text *out)
{
	text_add(out, "GET ");
	add_target(out, url->path ? url->path : "/");
	text_add(out, conf->how->http_protocol == HTTP_1_1 ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n");
	add_host(out, conf, url);
	text_add(out, "User-Agent: vipd/" VIPD_VERSION "\r\nAccept-Encoding: identity\r\n");
	if (conf->how->http_protocol != HTTP_1_0)
		text_add(out, "Connection: close\r\n");
	text_add(out, "\r\n");
}

bool http_status_wanted(const struct url_conf *url, unsigned status)
{
	if (!url->n_status)
		return status >= 200 && status <= 299;
	for (uint32_t i = 0; i < url->n_status; i++)
		if (status >= url->status[i].low && status <= url->status[i].high)
			return true;
	return false;
}

const char *http_status_str(const struct url_conf *url, char *buf, size_t size)
{
	size_t n = 0;

	if (!url->n_status)
		snprintf(buf, size, "200-299");
	for (uint32_t i = 0; i < url->n_status && n < size; i++) {
		const struct check_range *r = &url->status[i];
		int w = r->low == r->high ? snprintf(buf + n, size - n, "%s%u", i ? " " : "", r->low)
					  : snprintf(buf + n, size - n, "%s%u-%u", i ? " " : "", r->low, r->high);

		n += w > 0 ? (size_t)w : 0;
	}
	return buf;
}
