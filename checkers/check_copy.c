/* check_copy.c - see check_copy.h. Structs are copied as bytes: their padding, which counts for shared_bytes(), stays zero. */
#include "checkers/check_copy.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/shared.h"
#include "checkers/conf.h"

static const struct check_how *copy_how(struct shared *shared, const struct check_how *from)
{
	struct check_how how;

	memcpy(&how, from, sizeof(how));
	how.bind_if = shared_text(shared, from->bind_if);
	how.virtualhost = shared_text(shared, from->virtualhost);
	return shared_bytes(shared, &how, sizeof(how));
}

static const struct url_conf *copy_url(struct shared *shared, const struct url_conf *from)
{
	struct url_conf url;

	memcpy(&url, from, sizeof(url));
	url.head = (struct conf_head){ 0 };
	url.path = shared_text(shared, from->path);
	url.virtualhost = shared_text(shared, from->virtualhost);
	url.digest = shared_text(shared, from->digest);
	url.regex = shared_text(shared, from->regex);
	return shared_bytes(shared, &url, sizeof(url));
}

static struct conf_vec copy_urls(struct shared *shared, const struct conf_vec *from)
{
	const struct url_conf **items = x_calloc(from->n, sizeof(*items));
	struct conf_vec urls = { .n = from->n, .cap = from->n };

	for (unsigned i = 0; i < from->n; i++)
		items[i] = copy_url(shared, from->item[i]);
	urls.item = (void **)(uintptr_t)shared_bytes(shared, items, from->n * sizeof(*items));
	free(items);
	return urls;
}

const struct check_conf *check_copy(struct arena *arena, struct shared *shared, const struct check_conf *from)
{
	struct check_conf *copy = arena_alloc(arena, sizeof(*copy));

	*copy = *from;
	copy->head = (struct conf_head){ 0 };
	copy->how = copy_how(shared, from->how);
	copy->urls = from->urls.n ? copy_urls(shared, &from->urls) : (struct conf_vec){ 0 };
	if (from->via_server)
		copy->via_server = shared_bytes(shared, from->via_server, sizeof(*from->via_server));
	return copy;
}
