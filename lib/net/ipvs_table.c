/* ipvs_table.c - see ipvs_table.h. */
#include "net/ipvs_table.h"

#include <stdlib.h>

#include "base/alloc.h"

enum { SERVICES_MIN = 64, DESTS_MIN = 256 };

void ipvs_table_done(struct ipvs_table *t)
{
	free(t->services);
	free(t->dests);
	*t = (struct ipvs_table){ 0 };
}

const char *ipvs_op_str(enum ipvs_op op)
{
	static const char *const names[IPVS_OP_MAX] = {
		[IPVS_NEW_SERVICE] = "add service",
		[IPVS_SET_SERVICE] = "edit service",
		[IPVS_NEW_DEST] = "add destination",
		[IPVS_SET_DEST] = "edit destination",
		[IPVS_DEL_DEST] = "delete destination",
		[IPVS_DEL_SERVICE] = "delete service",
	};

	return names[op];
}

void ipvs_rows_add_service(struct ipvs_rows *r, const struct ipvs_service *s)
{
	struct ipvs_table *t = r->table;

	if (t->n_services == r->cap_services) {
		r->cap_services = r->cap_services ? r->cap_services * 2 : SERVICES_MIN;
		t->services = x_realloc(t->services, r->cap_services, sizeof(*s));
	}
	t->services[t->n_services++] = *s;
}

void ipvs_rows_begin(struct ipvs_rows *r, unsigned i)
{
	r->current = i;
}

void ipvs_rows_add_dest(struct ipvs_rows *r, const struct ipvs_dest *d)
{
	struct ipvs_table *t = r->table;

	if (t->n_dests == r->cap_dests) {
		r->cap_dests = r->cap_dests ? r->cap_dests * 2 : DESTS_MIN;
		t->dests = x_realloc(t->dests, r->cap_dests, sizeof(*d));
	}
	t->dests[t->n_dests++] = *d;
	t->services[r->current].n_dests++;
}

void ipvs_rows_end(struct ipvs_rows *r)
{
	struct ipvs_table *t = r->table;
	unsigned at = 0;

	for (unsigned i = 0; i < t->n_services; i++) {
		t->services[i].dests = t->dests ? t->dests + at : NULL;
		at += t->services[i].n_dests;
	}
}
