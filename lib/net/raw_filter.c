/* raw_filter.c - see raw_filter.h. Documentation/networking/filter.rst; SKF_LL_OFF reads the frame's own header. */
#include "net/raw_filter.h"

#include <errno.h>
#include <linux/filter.h>
#include <sys/socket.h>

enum { SOURCE_AT = 6, ALL = 0x40000 /* more than any packet has */ };

int raw_filter_source(int fd, const uint8_t mac[RAW_MAC_LEN])
{
	const uint32_t high = (uint32_t)mac[0] << 8 | mac[1];
	const uint32_t low = (uint32_t)mac[2] << 24 | (uint32_t)mac[3] << 16 | (uint32_t)mac[4] << 8 | mac[5];
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, (uint32_t)(SKF_LL_OFF + SOURCE_AT)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, high, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_LL_OFF + SOURCE_AT + 2)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, low, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, ALL),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog prog = { .len = sizeof(code) / sizeof(code[0]), .filter = code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) < 0 ? -errno : 0;
}
