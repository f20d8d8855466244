/* suspicion.c - see suspicion.h. */
#include "vrrp/suspicion.h"

const char *suspicion_str(enum suspicion s)
{
	static const char *const names[SUSPICIONS] = { "split_suspected", "deaf", "unheard", "peer_unreadable", "foreign_vrid",
		"address_list_differs", "duplicate_owner", "own_address_elsewhere", "cannot_transmit",
		"vip_conflict", "vip_on_other_interface", "adverts_late", "address_refused",
		"server_answers" };

	return names[s];
}

bool suspicion_is_alarm(enum suspicion s)
{
	return s != SUSPECT_ADDRESS_LIST && s != SUSPECT_MISPLACED && s != SUSPECT_LATE;
}

const char *suspicion_cure(enum suspicion s)
{
	static const char *const cures[SUSPICIONS] = {
		[SUSPECT_SPLIT] = "let protocol 112 pass between the directors, both ways: filters on both, ports and VLANs of the "
				  "switch; until then stop vipd on one of them",
		[SUSPECT_DEAF] = "look here first: nft list ruleset, and tcpdump -ni INTERFACE proto 112; if nothing arrives, the switch "
				 "(IGMP snooping, VLAN), or use unicast_peer",
		[SUSPECT_UNHEARD] = "look at the other director: its filter for protocol 112, its membership of the group (ip maddr), the "
				    "switch on the way",
		[SUSPECT_UNREADABLE] = "make version, advert_int (version 2), authentication and auth_hmac the same on all directors",
		[SUSPECT_FOREIGN_VRID] = "give one of the two routers another virtual_router_id; meanwhile on_address_mismatch ignore "
					 "serves our addresses",
		[SUSPECT_ADDRESS_LIST] = "write the same virtual_ipaddress on all directors and reload those that differ",
		[SUSPECT_DUPLICATE_OWNER] = "leave priority 255 to one router at most, the one whose own address it is",
		[SUSPECT_OWN_ADDRESS] = "another host has this director's own address: find it by the MAC address, and give one of them "
					"another",
		[SUSPECT_CANNOT_TRANSMIT] = "Operation not permitted: let protocol 112 out (nft list ruleset); otherwise route, address and "
					    "queue of the interface",
		[SUSPECT_CONFLICT] = "find the host by its MAC address (table of the switch) and take the address off it; until then "
				     "clients may reach either",
		[SUSPECT_MISPLACED] = "as BACKUP this host may answer ARP for it all the same: ip address del ADDRESS dev INTERFACE, or "
				      "write dev INTERFACE behind the address in virtual_ipaddress",
		[SUSPECT_LATE] = "a longer advert_int, or a higher vrrp_down_timer_adverts on all directors; look for what holds up the "
				 "other director or the way between them",
		[SUSPECT_REFUSED] = "it is tried again every second, and the others are served: put it there by hand to see the same (ip "
				    "address add ADDRESS dev INTERFACE); Permission denied of IPv6 is net.ipv6.conf.INTERFACE."
				    "disable_ipv6; or take it out of the configuration of all directors",
		[SUSPECT_SERVER] = "clients that hear it go past the director: `vipctl realserver apply VIP` on the real server, or there "
				   "net.ipv4.conf.all.arp_ignore=1 and arp_announce=2, the address on lo alone",
	};

	return cures[s];
}
