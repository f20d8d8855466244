/* schema_service.h - what the tables of virtual_server and real_server share. */
#ifndef CHECKERS_SCHEMA_SERVICE_H
#define CHECKERS_SCHEMA_SERVICE_H

#define METHOD_ARGS "NAT|DR|TUN [type ipip|gue port PORT|gre] [nocsum|csum|remcsum]"
#define METHOD_EXAMPLE "DR\nNAT\nTUN\nTUN type ipip\nTUN type gue port 6080 remcsum\nTUN type gre csum"
#define METHOD_WRONG                                                                                                       \
	"FNAT\nROUTE\nNAT type gue\nTUN type gue\nTUN type gue port 0\nTUN type gre remcsum\nTUN csum\nTUN type vxlan\nTUN port 5"
#define SCRIPT_EXAMPLE "\"/usr/local/bin/changed web\" nobody nogroup\n/usr/local/bin/changed"
#define SCRIPT_WRONG "\"\""
#define SNMP "There is no SNMP agent yet: vipctl status --json has the same facts."
#define FOREIGN_NOTE "It belongs to LVS-FNAT and DPVS; IPVS of Linux has no full NAT."
#endif
