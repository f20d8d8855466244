/* lint_table.c - see lint_table.h. */
#include "daemon/lint_table.h"

const struct lint daemon_lints[] = {
	[DAEMON_LINT_SUSPEND_IDLE] = { "W207", "suspend-idle", CONF_WARNING, false,
		"ha_suspend stops the checks of a service while its address is not here, and no vrrp_instance has that address: the "
		"checks are never stopped.",
		"the service's address in virtual_ipaddress, or no ha_suspend" },
	[DAEMON_LINT_SERVICE_CLOSED] = { "W208", "service-closed", CONF_WARNING, false,
		"no_accept drops what is sent to the virtual addresses, a virtual_server is on one of them, and with this "
		"nftables_priority, as with keepalived, its connections are dropped before the kernel's balancer sees them.",
		"no nftables_priority, accept in the instance, or no virtual_server on its addresses" },
	[DAEMON_LINT_VIP_TWICE] = { "W123", "address-of-two", CONF_WARNING, false,
		"Two instances of this router have the same virtual address: when one of them stops being MASTER it removes the address "
		"while the other still answers for it. A link-local address may be on two interfaces.",
		"the address in one instance; for two routers that serve together, an instance and an address each" },
	[DAEMON_LINT_ANYCAST_MOVES] = { "W210", "anycast-moves", CONF_WARNING, false,
		"A virtual_server has vip_mode anycast, by which every director has the address while the service is well, and a "
		"vrrp_instance has the same address, by which one director has it: they add and remove it against each other.",
		"the address out of the instance, or no vip_mode anycast" },
	[DAEMON_LINT_FILE_NAME] = { "W302", "file-check-names-nothing", CONF_WARNING, false,
		"A FILE_CHECK names a track_file that the file does not have: it checks nothing.", "the name of a track_file block" },
	[DAEMON_LINT_BFD_NAME] = { "W303", "bfd-check-names-nothing", CONF_WARNING, false,
		"A BFD_CHECK names a bfd_instance that the file does not have: it checks nothing.", "the name of a bfd_instance" },
	[DAEMON_LINT_SCRIPT_UNSAFE] = { "W401", "script-unsafe", CONF_WARNING, true,
		"A script that root runs, or a directory on its path, can be changed by somebody else: who can do that is root. With "
		"enable_script_security it is not run.",
		"chown root and chmod go-w what is named, or another user behind the command" },
	[DAEMON_LINT_SCRIPT_SHELL] = { "W402", "script-shell", CONF_WARNING, false,
		"A command has signs of a shell (|, &&, >, $(...)). No shell reads it: the command gets them as words.",
		"\"/bin/sh -c '...'\", or a script of its own" },
	[DAEMON_LINT_SCRIPT_WORDS] = { "W403", "script-words", CONF_WARNING, false,
		"Words behind a command without quotes are read as USER and GROUP, not as its arguments.",
		"the command and its arguments in one pair of double quotes" },
	[DAEMON_LINTS] = { .id = NULL },
};
