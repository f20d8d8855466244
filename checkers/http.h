/* http.h - what the configuration must know of HTTP_GET: the versions of its request. The checker is http_checker (checker.h). */
#ifndef CHECKERS_HTTP_H
#define CHECKERS_HTTP_H
#include <stdbool.h>
#include <stddef.h>

struct check_conf;
struct text;
struct url_conf;

/* http_protocol: 1.0, 1.0C (1.0 with "Connection: close") and 1.1 (always with "Connection: close"). */
enum http_protocol { HTTP_1_0, HTTP_1_0C, HTTP_1_1 };

/* Adds the request for `url` to `out`. Bytes that would break the request line or a header are percent-encoded or left out. */
void http_request(const struct check_conf *conf, const struct url_conf *url, struct text *out);
/* "200-299" or "200 301-302": what the url accepts, into buf; returns buf. */
const char *http_status_str(const struct url_conf *url, char *buf, size_t size);
/* Whether the url accepts `status`. */
bool http_status_wanted(const struct url_conf *url, unsigned status);
#endif
