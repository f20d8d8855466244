/* fuzz_bfd_wire.c - packets from the wire into a session: what decodes encodes to the same fields, and the session stays sane. */
#include "vrrp/bfd_step.h"

#include "fuzz.h"

#include <stdlib.h>

enum { PACKET_MAX = 40, DISCRIMINATOR = 1 };

static void expect(bool is_fine)
{
	if (!is_fine)
		abort();
}

static void check_fields(const struct bfd_packet *p)
{
	uint8_t bytes[BFD_LEN];
	struct bfd_packet back;

	bfd_wire_encode(p, bytes);
	expect(bfd_wire_decode(bytes, sizeof(bytes), &back) == BFD_OK);
	expect(back.state == p->state && back.diag == p->diag && back.multiplier == p->multiplier);
	expect(back.my_discriminator == p->my_discriminator && back.your_discriminator == p->your_discriminator);
	expect(back.desired_tx == p->desired_tx && back.required_rx == p->required_rx);
}

/* Chunks of the input: a byte says how long the packet is and how much time goes by, in 64 ms, before it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct bfd_timing conf = { 10000, 10000, 1000000, 5, false };
	struct bfd_event ev = { .now = { MONO_SEC }, .type = BFD_EV_START };
	struct bfd_actions out;
	struct bfd_packet p;
	struct bfd s;

	bfd_init(&s, &conf, DISCRIMINATOR);
	bfd_step(&s, &ev, &out);
	for (size_t at = 0; at < size;) {
		const uint8_t head = data[at++];
		const size_t left = size - at, len = left < head % PACKET_MAX ? left : head % PACKET_MAX;

		ev = (struct bfd_event){
			.now = mono_add(ev.now, head * 64 * MONO_MSEC), .type = BFD_EV_TIMER, .jitter = head
		};
		bfd_step(&s, &ev, &out);
		expect(bfd_is_sane(&s));
		if (bfd_wire_decode(data + at, len, &p) == BFD_OK) {
			check_fields(&p);
			ev.type = BFD_EV_PACKET;
			ev.packet = &p;
			bfd_step(&s, &ev, &out);
			expect(bfd_is_sane(&s) && out.n <= BFD_ACTIONS_MAX);
		}
		at += len;
	}
	return 0;
}
