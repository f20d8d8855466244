/* test_early.c - requests that come before the configuration: each of a message, in the order they came, and each once. */
#include "daemon/early.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "run.h"

static char heard[128];

static void hear(void *ctx, enum role from, const struct message *m)
{
	size_t len = strlen(heard);

	ck_assert_ptr_null(ctx);
	ck_assert_int_eq(m->fd, -1);
	if (m->type == MSG_HOOK)
		snprintf(heard + len, sizeof(heard) - len, "hook %u of %s ", ((const struct msg_hook *)m->data)->id,
			role_str(from));
	else
		snprintf(heard + len, sizeof(heard) - len, "notify %u of %s ",
			((const struct msg_notify *)m->data)->index, role_str(from));
}

START_TEST(in_order_and_once) {
	const struct msg_notify several[] = { { .index = 1 }, { .index = 2 }, { .index = 3 } };
	const struct msg_hook hook = { .id = 4 };
	struct early e;

	early_init(&e);
	early_keep(&e, ROLE_LVS, &(struct message){ MSG_NOTIFY, several, sizeof(several), -1 });
	early_keep(&e, ROLE_VRRP, &(struct message){ MSG_HOOK, &hook, sizeof(hook), -1 });
	early_keep(&e, ROLE_VRRP, &(struct message){ MSG_READY, &hook, sizeof(hook), -1 }); /* nobody's business */
	early_keep(&e, ROLE_VRRP, &(struct message){ MSG_NOTIFY, several, sizeof(several[0]), -1 });
	early_replay(&e, hear, NULL);
	early_replay(&e, hear, NULL);
	ck_assert_str_eq(heard, "notify 1 of lvs notify 2 of lvs notify 3 of lvs hook 4 of vrrp notify 1 of vrrp ");
	early_keep(&e, ROLE_LVS, &(struct message){ MSG_NOTIFY, several, sizeof(several), -1 });
	early_done(&e);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("early");
	TCase *tc = tcase_create("all");

	tcase_add_test(tc, in_order_and_once);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
