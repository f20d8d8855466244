/* raw_filter.c - see raw_filter.h. Documentation/networking/filter.rst; SKF_LL_OFF reads the frame's own header. */
#include "net/raw_filter.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <sys/socket.h>

enum { SOURCE_AT = 6, ARP_OPERATION_AT = 6, ALL = 0x40000 /* more than any packet has */ };

static int attach(int fd, struct sock_filter *code, size_t n)
{
	struct sock_fprog prog = { .len = (unsigned short)n, .filter = code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) < 0 ? -errno : 0;
}

int raw_filter_source(int fd, const uint8_t mac[6])
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

	return attach(fd, code, sizeof(code) / sizeof(code[0]));
}

int raw_filter_arp(int fd, int index, uint16_t operation)
{
	const struct sockaddr_ll at = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ARP), .sll_ifindex = index
	};
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARPHRD_ETHER << 16 | ETH_P_IP, 0, 5),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, ARP_OPERATION_AT),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, operation, 0, operation ? 3 : 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, ALL),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	int r = attach(fd, code, sizeof(code) / sizeof(code[0]));

	if (r == 0 && bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		r = -errno;
	return r;
}
