# What `cmake --install` puts where; the packages use the same list.
install(TARGETS vipd RUNTIME DESTINATION ${CMAKE_INSTALL_SBINDIR})
install(TARGETS vipctl RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# The units name the places where vipd and vipctl are installed, which are known then.
install(CODE "
	foreach(name vipd.service vipd-realserver.service vipd-realserver@.service)
		file(READ \"${CMAKE_SOURCE_DIR}/etc/systemd/\${name}\" unit)
		string(REPLACE \"/usr/sbin/\" \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_SBINDIR}/\" unit \"\${unit}\")
		string(REPLACE \"/usr/bin/\" \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/\" unit \"\${unit}\")
		file(WRITE \"${CMAKE_BINARY_DIR}/\${name}\" \"\${unit}\")
	endforeach()")
install(FILES ${CMAKE_BINARY_DIR}/vipd.service ${CMAKE_BINARY_DIR}/vipd-realserver.service
	${CMAKE_BINARY_DIR}/vipd-realserver@.service DESTINATION lib/systemd/system)
install(FILES etc/sysusers.d/vipd.conf DESTINATION lib/sysusers.d)
install(FILES etc/modules-load.d/vipd.conf DESTINATION lib/modules-load.d)
install(FILES etc/sysctl.d/vipd.conf DESTINATION lib/sysctl.d RENAME 60-vipd.conf)
install(FILES etc/completions/bash/vipctl DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)

# vipd.conf is an example: no installation overwrites an operator's /etc/vipd/vipd.conf.
install(FILES etc/vipd.conf README.md CHANGELOG.md LICENSE doc/architecture.md doc/dr.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY etc/examples DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES doc/vipd.8 DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)
install(FILES doc/vipctl.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${CMAKE_BINARY_DIR}/doc/vipd.conf.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
