/*
 * fuzz_raw_syn.c - frames from the link into the path watch: what is taken for an answer came to the port, and nothing is read
 * beyond.
 */
#include "net/raw_syn.h"

#include "fuzz.h"

#include <stdlib.h>

enum { PORT = 45000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t families[] = { AF_INET, AF_INET6 };
	struct raw_syn_answer a;

	for (unsigned i = 0; i < 2; i++) {
		if (raw_syn_decode(families[i], PORT, data, size, &a) < 0)
			continue;
		if (a.to_port != PORT || a.from.family != families[i] || a.to.family != families[i])
			abort();
	}
	return 0;
}
