"""language.py - keepalived's language as far as VRRP goes, in cases: one line each, by the block it stands in; ` ; ` ends a line."""

GLOBALS = """
router_id left
router_id
notification_email { ; root@localhost ; }
notification_email_from a@localhost
smtp_server 127.0.0.1
smtp_server 127.0.0.1 25
smtp_connect_timeout 30
smtp_connect_timeout none
smtp_helo_name left
smtp_alert
smtp_alert off
smtp_alert perhaps
smtp_alert_vrrp on
smtp_alert_checker off
no_email_faults
no_checker_emails
checker_log_all_failures
process_names
process_name one
vrrp_process_name two
checker_process_name three
lvs_process_name three
bfd_process_name four
use_symlink_paths
set_supplementary_groups
script_user root
script_user root root
script_user nobody_of_that_name
enable_script_security
startup_script /bin/true
startup_script_timeout 10
startup_script_timeout 1001
shutdown_script /bin/true
shutdown_script_timeout 10
shutdown_script_timeout 0
max_auto_priority 50
max_auto_priority 100
min_auto_priority_delay 1000000
min_auto_priority_delay 0
vrrp_priority -20
vrrp_priority -21
checker_priority 19
checker_priority 20
bfd_priority 0
vrrp_no_swap
checker_no_swap
bfd_no_swap
vrrp_rt_priority 50
vrrp_rt_priority 100
checker_rt_priority 1
bfd_rt_priority 99
bfd_rt_priority 0
vrrp_cpu_affinity 0
checker_cpu_affinity 0
bfd_cpu_affinity 0
vrrp_rlimit_rttime 10000
checker_rlimit_rttime 10000
bfd_rlimit_rttime 10000
vrrp_rlimit_rtime 10000
checker_rlimit_rtime 10000
bfd_rlimit_rtime 10000
default_interface eth0
default_interface
dynamic_interfaces
dynamic_interfaces allow_if_changes
dynamic_interfaces no_such_word
disable_local_igmp
lvs_timeouts tcp 900
lvs_timeouts tcp 900 tcpfin 120 udp 300
lvs_timeouts tcp 2678401
lvs_timeouts tcp
lvs_flush
lvs_flush_on_stop
lvs_flush_on_stop VS
lvs_flush_onstop
lvs_sync_daemon eth0
lvs_sync_daemon eth0 VI_1
lvs_sync_daemon eth0 inst VI_1 id 5 maxlen 1400 port 8848 ttl 2 group 224.0.0.82
lvs_sync_daemon eth0 VI_1 id 256
lvs_sync_daemon eth0 VI_nowhere
vrrp_mcast_group4 224.0.0.19
vrrp_mcast_group4 192.0.2.1
vrrp_mcast_group6 ff02::13
vrrp_mcast_group6 2001:db8::1
vrrp_garp_master_delay 0
vrrp_garp_master_delay 10
vrrp_garp_master_delay -1
vrrp_garp_master_repeat 1
vrrp_garp_master_repeat 0
vrrp_garp_master_refresh 60
vrrp_garp_master_refresh 0
vrrp_garp_master_refresh_repeat 2
vrrp_garp_master_refresh_repeat 0
vrrp_garp_lower_prio_delay 5
vrrp_garp_lower_prio_repeat 0
vrrp_garp_lower_prio_repeat 5
vrrp_garp_interval 0.001
vrrp_garp_interval 0
vrrp_gna_interval 0.000001
vrrp_gna_interval 0
vrrp_min_garp
vrrp_min_garp off
vrrp_garp_extra_if 10
vrrp_garp_extra_if all 10
vrrp_garp_extra_if 86401
vrrp_vmac_garp_intvl 10
vrrp_down_timer_adverts 100
vrrp_down_timer_adverts 101
vrrp_lower_prio_no_advert
vrrp_lower_prio_no_advert off
vrrp_higher_prio_send_advert true
vrrp_version 2
vrrp_version 3
vrrp_version 4
v3_checksum_as_v2
vrrp_iptables
vrrp_iptables IN OUT
vrrp_ipsets off
nftables
nftables mine
nftables_priority -10
nftables_priority far
nftables_counters
nftables_ifindex
nftables_ipvs
nftables_ipvs_priority 1
nftables_ipvs_start_fwmark 1000
vrrp_check_unicast_src
vrrp_skip_check_adv_addr
vrrp_skip_check_adv_addr off
vrrp_strict
vrrp_strict off
vrrp_owner_ignore_adverts
vrrp_notify_priority_changes on
vrrp_startup_delay 2.5
vrrp_startup_delay -1
vrrp_delay_after_boot 1
log_unknown_vrids
vrrp_rx_bufs_policy MTU
vrrp_rx_bufs_policy 4096
vrrp_rx_bufs_policy none_of_them
vrrp_rx_bufs_multiplier 3
vmac_prefix vm
vmac_addr_prefix vma
notify_fifo /run/fifo
notify_fifo_script /bin/true
vrrp_notify_fifo /run/fifo2
vrrp_notify_fifo /run/fifo2 root root
vrrp_notify_fifo_script /bin/true
lvs_notify_fifo /run/fifo3
lvs_notify_fifo_script /bin/true
fifo_write_vrrp_states_on_reload
snmp_socket udp:127.0.0.1:705
enable_traps
enable_snmp_vrrp
enable_snmp_keepalived
enable_snmp_checker
enable_snmp_rfc
enable_snmp_rfcv2
enable_snmp_rfcv3
snmp_vs_stats_update_interval 5
snmp_rs_stats_update_interval 5
enable_dbus
dbus_service_name org.keepalived.Vrrp1
dbus_no_interface_name none
vrrp_netlink_cmd_rcv_bufs 65536
vrrp_netlink_cmd_rcv_bufs_force on
vrrp_netlink_monitor_rcv_bufs 65536
vrrp_netlink_monitor_rcv_bufs_force on
lvs_netlink_cmd_rcv_bufs 65536
lvs_netlink_cmd_rcv_bufs_force on
lvs_netlink_monitor_rcv_bufs 65536
lvs_netlink_monitor_rcv_bufs_force on
process_monitor_rcv_bufs 65536
process_monitor_rcv_bufs_force on
rs_init_notifies
umask 022
umask IRWXG | IRWXO
umask 9
random_seed 1
random_seed x
include_check readable
include_check +match
include_check none_of_them
reload_check_config
reload_time_file /run/when
reload_time_file when
reload_repeat
reload_file
config_save_dir /run
tmp_config_directory /run
data_use_instance
state_dump_file /run/state
stats_dump_file /run/stats
json_dump_file /run/json
json_version 2
json_version 3
iproute_usr_dir /usr/share/iproute2
iproute_etc_dir /etc/iproute2
no_such_word
no_such_word 1
"""

INSTANCE = """
state MASTER
state BACKUP
state SLAVE
state
interface eth0
interface
interface missing0
virtual_router_id 1
virtual_router_id 255
virtual_router_id 0
virtual_router_id 256
virtual_router_id one
virtual_router_id
priority 1
priority 254
priority 255
priority 0
priority 256
advert_int 1
advert_int 0.01
advert_int 0.5
advert_int 255
advert_int 256
advert_int 0
advert_int 1 ; version 3
advert_int 0.1 ; version 3
advert_int 40.95 ; version 3
advert_int 41 ; version 3
authentication { ; auth_type PASS ; auth_pass 12345678 ; }
authentication { ; auth_type PASS ; auth_pass 123456789 ; }
authentication { ; auth_type PASS ; }
authentication { ; auth_type AH ; auth_pass 12345678 ; }
authentication { ; auth_type NONE ; }
authentication { ; auth_type PASS ; auth_pass 12345678 ; } ; version 3
auth_hmac { ; key 1 hex:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f ; }
virtual_ipaddress { ; 192.0.2.100 ; }
virtual_ipaddress { ; 192.0.2.100/24 ; 192.0.2.101/24 ; }
virtual_ipaddress { ; 192.0.2.100/33 ; }
virtual_ipaddress { ; 192.0.2.300 ; }
virtual_ipaddress { ; host.example ; }
virtual_ipaddress { ; 2001:db8::100/64 ; }
virtual_ipaddress { ; 192.0.2.100 ; 2001:db8::100 ; }
virtual_ipaddress { ; 192.0.2.100 ; 192.0.2.100 ; }
virtual_ipaddress { ; }
virtual_ipaddress_excluded { ; 192.0.2.101 ; 2001:db8::101 ; }
virtual_ipaddress_excluded { ; 192.0.2.300 ; }
no_virtual_ipaddress
virtual_routes { ; 198.51.100.0/24 via 192.0.2.1 ; }
virtual_rules { ; from 192.0.2.0/24 table 100 preference 100 ; }
track_interface { ; eth1 ; }
track_interface { ; eth1 weight -253 ; }
track_interface { ; eth1 weight 254 ; }
track_interface { ; eth1 weight 10 reverse ; }
track_interface { ; eth1 weight 10 noreverse ; }
track_interface { ; missing0 ; }
track_script { ; check ; }
track_script { ; check weight 10 ; }
track_script { ; check weight 10 reverse ; }
track_script { ; check weight 254 ; }
track_script { ; missing ; }
track_file { ; file weight 254 ; }
track_file { ; file weight 255 ; }
track_file { ; file weight 1 reverse ; }
track_file { ; missing ; }
track_process { ; process weight -254 ; }
track_process { ; process weight -255 ; }
track_process { ; missing ; }
track_bfd { ; bfd ; }
track_bfd { ; bfd weight 253 ; }
track_bfd { ; missing ; }
dont_track_primary
track_src_ip
track_src_ip ; mcast_src_ip 192.0.2.11
nopreempt ; state BACKUP
nopreempt ; state MASTER
preempt
preempt_delay 300
preempt_delay 2.5
preempt_delay 1001
preempt_delay 10 ; state MASTER
unicast_peer { ; 192.0.2.12 ; }
unicast_peer { ; 192.0.2.12 min_ttl 254 max_ttl 255 ; }
unicast_peer { ; 192.0.2.12 min_ttl 256 ; }
unicast_peer { ; 192.0.2.12 ; 2001:db8::12 ; }
unicast_peer { ; }
unicast_peer { ; 192.0.2.300 ; }
unicast_src_ip 192.0.2.11 ; unicast_peer { ; 192.0.2.12 ; }
unicast_src_ip 192.0.2.11
unicast_src_ip none
mcast_src_ip 192.0.2.11
mcast_src_ip 192.0.2.11 ; unicast_peer { ; 192.0.2.12 ; }
mcast_src_ip 2001:db8::11
mcast_dst_ip 224.0.0.19
mcast_dst_ip 192.0.2.1
unicast_ttl 64 ; unicast_peer { ; 192.0.2.12 ; }
unicast_ttl 64
unicast_ttl 256
unicast_fault_no_peer
check_unicast_src
check_unicast_src ; unicast_peer { ; 192.0.2.12 ; }
version 2
version 3
version 1
strict_mode
strict_mode off
strict_mode perhaps
accept
no_accept
skip_check_adv_addr
skip_check_adv_addr off
v3_checksum_as_v2 ; version 3
old_unicast_checksum
old_unicast_checksum never
owner_ignore_adverts
lower_prio_no_advert
lower_prio_no_advert false
higher_prio_send_advert
down_timer_adverts 1
down_timer_adverts 0
timer_expired_backup
timer_expired_backup 10
thread_timer_expired
garp_master_delay 1
garp_master_delay soon
garp_master_repeat 1
garp_master_repeat 0
garp_master_refresh 0
garp_master_refresh_repeat 1
garp_lower_prio_delay 0
garp_lower_prio_repeat 0
garp_extra_if 0
garp_extra_if all 86400
vmac_garp_intvl 10
use_vmac
use_vmac vmac0
use_vmac a_name_that_is_much_too_long
use_vmac_addr
use_vmac ; vmac_xmit_base
vmac_xmit_base
use_ipvlan
use_ipvlan ipv0 192.0.2.20
vrf eth1
promote_secondaries
notify /bin/true
notify "/bin/true a b"
notify /bin/true root root
notify '/bin/true a b'
notify '/bin/true a b' root root
notify "/bin/true a'b"
notify /bin/true nobody_of_that_name
notify /no/such/script
notify
notify_master /bin/true
notify_backup /bin/true
notify_fault /bin/true
notify_stop /bin/true
notify_deleted
notify_deleted /bin/true
notify_master_rx_lower_pri /bin/true
notify_priority_changes on
smtp_alert
smtp_alert off
kernel_rx_buf_size 65536
debug 2
debug 5
lvs_sync_daemon_interface eth0
lvs_sync_daemon_inteface eth0
native_ipv6
linkbeat_use_polling
no_such_word
no_such_word 1
Priority 100
"""

GROUP = """
group { ; VI_1 ; VI_2 ; }
group { ; VI_1 ; }
group { ; VI_1 ; VI_nowhere ; }
group { ; }
track_interface { ; eth1 ; }
track_script { ; check ; }
track_file { ; file ; }
track_process { ; process ; }
track_bfd { ; bfd ; }
notify /bin/true
notify_master /bin/true
notify_backup /bin/true
notify_fault /bin/true
notify_stop /bin/true
notify_deleted /bin/true
notify_priority_changes on
smtp_alert
sync_group_tracking_weight
global_tracking
no_such_word
"""

SCRIPT = """
script /bin/true
script "/bin/true a b"
script true
script "/bin/sh -c 'exit 0'"
script /no/such/script
script
interval 2
interval 0.5
interval 0
interval often
timeout 2
timeout 0
weight 253
weight -253
weight 254
weight 10 reverse
weight
rise 1
rise 0
fall 1
fall 0
user root
user root root
user nobody_of_that_name
init_fail
no_such_word
"""

FILE = """
file /run/number
file
weight 254
weight 255
weight 1 reverse
init_file
init_file 5
init_file 5 overwrite
init_file five
no_such_word
"""

PROCESS = """
process sleep
process sleep 100
process
param_match initial
param_match partial
param_match somehow
weight 254
weight -255
weight 10 reverse
quorum 1
quorum 65535
quorum 0
quorum 65536
quorum_max 0
quorum_max 5
quorum_max 65536
delay 1
delay 3601
fork_delay 0.5
terminate_delay 0.5
full_command
no_such_word
"""

BFD = """
neighbor_ip 192.0.2.251
neighbour_ip 192.0.2.251
neighbor_ip 2001:db8::251
neighbor_ip none
source_ip 192.0.2.11
source_ip 2001:db8::11
min_rx 50
min_rx 0
min_tx 50
min_tx 0
idle_tx 1000
idle_tx 999
multiplier 5
multiplier 0
multiplier 256
passive
ttl 255
ttl 0
ttl 256
hoplimit 64
max_hops 5
max_hops -1
max_hops 256
multihop
weight 10
weight 254
weight 10 reverse
vrrp
checker
no_such_word
"""

GARP_GROUP = """
garp_interval 0.01
garp_interval 0
gna_interval 0.01
interface eth0
interface missing0
interfaces { ; eth0 ; eth1 ; }
no_such_word
"""

OUTER = """
global_defs { ; router_id left ; } ; global_defs { ; smtp_alert off ; }
net_namespace left
net_namespace_ipvs left
namespace_with_ipsets
instance left
use_pid_dir
linkbeat_use_polling
child_wait_time 5
linkbeat_interfaces { ; eth0 ; eth1 ETHTOOL ; }
interface_up_down_delays { ; eth0 1 2 ; }
interface_up_down_delays { ; eth0 256 ; }
track_group G { ; group { ; VI_1 ; } ; }
track_group G { ; group { ; VI_nowhere ; } ; }
static_ipaddress { ; 192.0.2.50/24 dev eth0 ; }
static_ipaddress { ; 192.0.2.300 dev eth0 ; }
static_routes { ; 198.51.100.0/24 via 192.0.2.1 dev eth0 ; }
static_rules { ; from 192.0.2.0/24 table 100 preference 100 ; }
vrrp_track_file F { ; file /run/number ; }
no_such_block { ; x 1 ; }
no_such_word 1
"""

# What stands behind the prefix of an address, a route or a rule.
ADDRESS = """
192.0.2.101
192.0.2.101/32 dev eth1
192.0.2.101/24 dev missing0
192.0.2.101/24 scope link
192.0.2.101/24 scope global
192.0.2.101/24 scope site
192.0.2.101/24 scope 99
192.0.2.101/24 scope far
192.0.2.101/24 brd 192.0.2.255
192.0.2.101/24 broadcast 192.0.2.255
192.0.2.101/24 brd +
192.0.2.101/24 brd -
192.0.2.101/24 brd none
192.0.2.101/24 label eth0:1
192.0.2.101/24 label eth9:1
192.0.2.101/24 label eth0:much_too_long_for_it
192.0.2.101 peer 192.0.2.102
192.0.2.101 peer 192.0.2.102/32
192.0.2.101/24 peer 192.0.2.102/32
192.0.2.101/24 no_track
192.0.2.101/24 use_vmac
192.0.2.101/24 noprefixroute
192.0.2.101/24 preferred_lft forever
192.0.2.101/24 preferred_lft 0
192.0.2.101/24 preferred_lft soon
192.0.2.101/24 home
192.0.2.101/24 -nodad
192.0.2.101/24 mngtmpaddr
192.0.2.101/24 autojoin
192.0.2.101/24 no_such_word
192.0.2.101/24 dev
2001:db8::101/64
2001:db8::101/128
2001:db8::101/64 home
2001:db8::101/64 -nodad
2001:db8::101/64 mngtmpaddr
2001:db8::101/64 noprefixroute
2001:db8::101/64 autojoin
2001:db8::101/64 preferred_lft 100
2001:db8::101/64 scope link
2001:db8::101/129
default
default6
"""

ROUTE = """
198.51.100.0/24 via 192.0.2.1
198.51.100.0/24 dev eth0
198.51.100.1 via 192.0.2.1
198.51.100.1/24 via 192.0.2.1
to 198.51.100.0/24 via 192.0.2.1
2001:db8:1::1/48 via 2001:db8::1 dev eth0
default via 192.0.2.1
default dev eth0
src 192.0.2.100 198.51.100.0/24 via 192.0.2.1
src 192.0.2.100 to 198.51.100.0/24 via 192.0.2.1
198.51.100.0/24 via inet 192.0.2.1
198.51.100.0/24 via inet6 fe80::1 dev eth0
198.51.100.0/24 via 192.0.2.300
198.51.100.0/24 gw 192.0.2.1
198.51.100.0/24 via 192.0.2.1 or 192.0.2.2
inet 198.51.100.0/24 via 192.0.2.1
inet6 2001:db8:1::/48 via 2001:db8::1
2001:db8:1::/48 via 2001:db8::1 dev eth0
2001:db8:1::/48 from 2001:db8:2::/48 via 2001:db8::1 dev eth0
198.51.100.0/24 from 192.0.2.0/24 via 192.0.2.1
unicast 198.51.100.0/24 via 192.0.2.1
local 198.51.100.0/24 dev lo
broadcast 198.51.100.255/32 dev eth0
multicast 233.252.0.0/24 dev eth0
throw 198.51.100.0/24
unreachable 198.51.100.0/24
prohibit 198.51.100.0/24
blackhole 198.51.100.0/24
nat 198.51.100.0/24 via 192.0.2.1
198.51.100.0/24 tos 0x10 via 192.0.2.1
198.51.100.0/24 dsfield 0x10 via 192.0.2.1
198.51.100.0/24 tos 0x100 via 192.0.2.1
198.51.100.0/24 table 100 via 192.0.2.1
198.51.100.0/24 table main via 192.0.2.1
198.51.100.0/24 table no_such_table via 192.0.2.1
198.51.100.0/24 protocol 50 via 192.0.2.1
198.51.100.0/24 protocol static via 192.0.2.1
198.51.100.0/24 protocol no_such_protocol via 192.0.2.1
198.51.100.0/24 proto 50 via 192.0.2.1
198.51.100.0/24 scope link dev eth0
198.51.100.0/24 scope far dev eth0
198.51.100.0/24 metric 10 via 192.0.2.1
198.51.100.0/24 priority 10 via 192.0.2.1
198.51.100.0/24 preference 10 via 192.0.2.1
198.51.100.0/24 metric far via 192.0.2.1
198.51.100.0/24 oif eth0
198.51.100.0/24 dev missing0
198.51.100.0/24 via 192.0.2.1 dev eth0 onlink
198.51.100.0/24 encap ip id 1 dst 192.0.2.9 dev eth0
198.51.100.0/24 encap ip6 id 1 dst 2001:db8::9 dev eth0
198.51.100.0/24 encap mpls 100 via 192.0.2.1
2001:db8:1::/48 encap ila 0001:0002:0003:0004 via 2001:db8::1 dev eth0
198.51.100.0/24 encap gre via 192.0.2.1
198.51.100.0/24 expires 100 via 192.0.2.1
2001:db8:1::/48 expires 100 via 2001:db8::1 dev eth0
198.51.100.0/24 mtu 1400 via 192.0.2.1
198.51.100.0/24 mtu lock 1400 via 192.0.2.1
198.51.100.0/24 mtu small via 192.0.2.1
198.51.100.0/24 advmss 1360 via 192.0.2.1
198.51.100.0/24 advmss lock 1360 via 192.0.2.1
198.51.100.0/24 rtt 100 via 192.0.2.1
198.51.100.0/24 rtt 100ms via 192.0.2.1
198.51.100.0/24 rtt lock 1s via 192.0.2.1
198.51.100.0/24 rttvar 50ms via 192.0.2.1
198.51.100.0/24 reordering 5 via 192.0.2.1
198.51.100.0/24 window 10000 via 192.0.2.1
198.51.100.0/24 cwnd lock 10 via 192.0.2.1
198.51.100.0/24 ssthresh lock 10 via 192.0.2.1
198.51.100.0/24 hoplimit 64 via 192.0.2.1
198.51.100.0/24 hoplimit 256 via 192.0.2.1
198.51.100.0/24 rto_min 200ms via 192.0.2.1
198.51.100.0/24 initcwnd 10 via 192.0.2.1
198.51.100.0/24 initrwnd 10 via 192.0.2.1
198.51.100.0/24 realms 5 via 192.0.2.1
198.51.100.0/24 realms 4/5 via 192.0.2.1
198.51.100.0/24 realms no_such_realm via 192.0.2.1
198.51.100.0/24 features ecn via 192.0.2.1
198.51.100.0/24 features no_such via 192.0.2.1
198.51.100.0/24 quickack 1 via 192.0.2.1
198.51.100.0/24 quickack 2 via 192.0.2.1
198.51.100.0/24 congctl cubic via 192.0.2.1
198.51.100.0/24 congctl lock cubic via 192.0.2.1
2001:db8:1::/48 pref high via 2001:db8::1 dev eth0
2001:db8:1::/48 pref best via 2001:db8::1 dev eth0
198.51.100.0/24 ttl-propagate enabled via 192.0.2.1
198.51.100.0/24 ttl-propagate perhaps via 192.0.2.1
198.51.100.0/24 fastopen_no_cookie 1 via 192.0.2.1
198.51.100.0/24 add via 192.0.2.1
198.51.100.0/24 prepend via 192.0.2.1
198.51.100.0/24 append via 192.0.2.1
198.51.100.0/24 nexthop via 192.0.2.1 weight 2 nexthop via 192.0.2.2
198.51.100.0/24 nexthop via 192.0.2.1 dev eth0 onlink nexthop via 192.0.2.2 dev eth1
198.51.100.0/24 nexthop via 192.0.2.1 weight 257 nexthop via 192.0.2.2
198.51.100.0/24 nexthop via 192.0.2.1 realms 5 nexthop via 192.0.2.2
198.51.100.0/24 nexthop via 192.0.2.1 encap mpls 100 nexthop via 192.0.2.2
198.51.100.0/24 nexthop as 192.0.2.1 nexthop via 192.0.2.2
198.51.100.0/24 vrf eth1 via 192.0.2.1
198.51.100.0/24 no_track via 192.0.2.1
198.51.100.0/24 via 192.0.2.1 no_such_word
via 192.0.2.1
"""

RULE = """
from 192.0.2.0/24 table 100 preference 100
not from 192.0.2.0/24 table 100 preference 100
inet from 192.0.2.0/24 table 100 preference 100
inet6 fwmark 1 table 100 preference 100
to 198.51.100.0/24 table 100 preference 100
from 192.0.2.0/24 to 198.51.100.0/24 lookup 100 preference 100
from 192.0.2.0/24 table main preference 100
from 192.0.2.0/24 table no_such_table preference 100
from 192.0.2.0/24 table 100 order 100
from 192.0.2.0/24 table 100 priority 100
from 192.0.2.0/24 table 100
tos 0x10 table 100 preference 100
dsfield 0x10 table 100 preference 100
fwmark 1 table 100 preference 100
fwmark 0x1/0xff table 100 preference 100
fwmark one table 100 preference 100
from 192.0.2.0/24 realms 1/2 table 100 preference 100
from 192.0.2.0/24 table 100 suppress_prefixlength 0 preference 100
from 192.0.2.0/24 table 100 sup_pl 33 preference 100
from 192.0.2.0/24 table 100 suppress_ifgroup 1 preference 100
from 192.0.2.0/24 table 100 sup_group 1 preference 100
dev eth0 table 100 preference 100
iif eth0 table 100 preference 100
oif eth0 table 100 preference 100
iif missing0 table 100 preference 100
tun_id 5 table 100 preference 100
tunnel-id 5 table 100 preference 100
uidrange 0-1000 table 100 preference 100
uidrange 1000-0 table 100 preference 100
l3mdev preference 100
from 192.0.2.0/24 protocol 50 table 100 preference 100
from 192.0.2.0/24 protocol static table 100 preference 100
ipproto tcp table 100 preference 100
ipproto 6 table 100 preference 100
ipproto no_such table 100 preference 100
ipproto tcp sport 1000-2000 table 100 preference 100
ipproto tcp dport 80 table 100 preference 100
ipproto tcp dport 70000 table 100 preference 100
from 192.0.2.0/24 goto 200 preference 100
from 192.0.2.0/24 goto 50 preference 100
from 192.0.2.0/24 nop preference 100
from 192.0.2.0/24 type blackhole preference 100
from 192.0.2.0/24 blackhole preference 100
from 192.0.2.0/24 unreachable preference 100
from 192.0.2.0/24 prohibit preference 100
from 192.0.2.0/24 type no_such preference 100
from 192.0.2.0/24 table 100 preference 100 no_track
from 192.0.2.300/24 table 100 preference 100
from 192.0.2.0/24 to 2001:db8::/32 table 100 preference 100
from 192.0.2.0/24 table 100 preference 100 no_such_word
from 192.0.2.0/24 preference 100
"""

# What vipd says otherwise on purpose: keepalived's verdict, vipd's, what one of the two says (a pattern), why.
DIFFERS = (
    ("accepted", "warned", "vipd", "is accepted and has no effect", "what it adjusts needs no adjustment here; nothing is ignored without a word"),
    ("accepted", "warned", "vipd", "is not supported( yet|;)", "a gap; nothing is ignored without a word"),
    ("accepted", "warned", "vipd", "is an old spelling of", "the new spelling is named"),
    ("accepted", "warned", "vipd", "closes the virtual addresses", "strict_mode surprises operators: services on a VIP do not answer"),
    ("accepted", "warned", "vipd", "state MASTER without a priority", "who meant 255 writes it"),
    ("accepted", "warned", "vipd", "none of the advertised IPv6 addresses is link-local", "RFC 9568 5.2.9"),
    ("accepted", "warned", "vipd", "is listed twice", "a line that does nothing"),
    ("accepted", "warned", "vipd", "there is no vrrp_instance 'VI_nowhere'", "a reference that leads nowhere"),
    ("accepted", "warned", "vipd", "may come through routers, and nothing proves", "min_ttl opens the instance to others"),
    ("accepted", "warned", "vipd", "192.0.2.20 has no effect", "adverts of an ipvlan leave by the interface itself, from its address"),
    ("accepted", "warned", "vipd", "timeout 2 is above interval 1", "what it does to the time until a hang is noticed"),
    ("accepted", "warned", "vipd", "has bits behind its length: it is read as",
     "the kernel refuses such a route of IPv4, keepalived runs without it; here it is there"),
    ("accepted", "refused", "vipd", "auth_type AH", "RFC 3768 took AH out of VRRP; the instance would be alone with its addresses"),
    ("accepted", "refused", "vipd", "'when' is not an absolute path", "keepalived 2.4 wants an absolute path, too"),
    ("accepted", "refused", "vipd", "the range 1000-0 ends before it begins", "the kernel refuses the rule"),
    ("accepted", "warned", "vipd", "the kernel passes over it in a route of IP", "nothing is ignored without a word"),
    ("accepted", "warned", "vipd", "no kernel since Linux 2.6.9 takes routes of type nat", "the kernel refuses keepalived's route, which logs EINVAL and serves without"),
    ("warned", "accepted", "keepalived", "cannot be tracked if protocol is not RTPROT_KEEPALIVED", "vipd tracks routes and rules of any protocol"),
    ("warned", "accepted", "keepalived", '"or" for routes is deprecated', "it works; the kernel refuses what 2.2.7 makes of it"),
    ("warned", "accepted", "keepalived", "(Route specified )?VRF \\S+ (not found for route|is not a VRF)", "an interface may come and go, always"),
    ("warned", "accepted", "keepalived", "unknown route keyword proto", "ip-route(8) has both spellings"),
    ("warned", "accepted", "keepalived", "Invalid protocol static", "names as in routes"),
    ("warned", "refused", "vipd", "", "vipd starts with no value that it cannot use, and says so before; keepalived logs it and runs with another or without the line"),
    ("refused", "warned", "keepalived", "^$", "keepalived 2.2.7 does not end on a track_file that is not there"),
    ("warned", "accepted", "vipd", "environment: ", "what the machine lacks may come: an own class of findings"),
    ("warned", "accepted", "keepalived", "interface missing0 (specified for garp_group|for VROUTE nexthop|for rule) doesn't exist",
     "an interface may come and go, always"),
    ("warned", "accepted", "keepalived", "repeat must be greater than 0", "0 is as good as the 1 that keepalived makes of it: each address is announced once"),
    ("warned", "accepted", "keepalived", "vrrp_g(arp|na)_interval '0' is invalid", "keepalived's own default file has it: no pause"),
    ("warned", "accepted", "keepalived", "Unknown include_check type 'readable'", "a word of 2.4"),
    ("warned", "accepted", "keepalived", "weight option noreverse", "a word of 2.4"),
    ("warned", "accepted", "keepalived", "interval '0.5' must be between", "2.4 takes fractions"),
    ("warned", "accepted", "keepalived", "timeout must be greater than 0", "0 is none: the interval is the limit"),
    ("warned", "accepted", "keepalived", "ipvlan requires a source ip address", "adverts leave by the interface itself, from its address"),
    ("warned", "accepted", "keepalived", "lvs_sync_daemon_interface against a vrrp is deprecated", "it works"),
    ("warned", "accepted", "keepalived", "address family must match VRRP instance .* ignoring", "native_ipv6 says nothing that the addresses do not say"),
    ("warned", "accepted", "keepalived", "Cannot mix IPv4 and IPv6 addresses for route", "the kernel takes `via inet6`"),
    ("warned", "accepted", "keepalived", '"gw" for routes is deprecated', "it works"),
    ("warned", "accepted", "keepalived", "Route must have a destination", "`inet PREFIX` is what ip-route(8) reads; 2.2.7 wants `to` between them"),
    ("warned", "accepted", "keepalived", "Unknown rule option (192.0.2.0/24|tun_id)|Invalid rule action 1", "`inet from PREFIX`, `inet6 fwmark N` and tun_id are words of 2.4"),
    ("warned", "accepted", "keepalived", "invalid dport range 80", "2.2.7 wants 80-80; ip-rule(8) and 2.4 take one port"),
)
# Words of vipd alone.
OWN = """
on_sigusr1 drill_interval drill_hold vip_lease on_address_mismatch on_transmit_failure track_service track_gateway allow_from notify_ensure
notify_ensure_interval pre_master pre_master_timeout pre_release pre_release_timeout on_exit dr_path dr_path_interval on_server_down
drain_timeout lvs_id
"""

BLOCKS = {
    "": OUTER, "global_defs": GLOBALS, "vrrp_instance": INSTANCE, "vrrp_sync_group": GROUP, "vrrp_script": SCRIPT, "track_file": FILE,
    "vrrp_track_process": PROCESS, "bfd_instance": BFD, "garp_group": GARP_GROUP, "virtual_ipaddress": ADDRESS, "virtual_routes": ROUTE,
    "virtual_rules": RULE,
}
