# What `cmake --install` puts where; the packages use the same list.
install(TARGETS vipd RUNTIME DESTINATION ${CMAKE_INSTALL_SBINDIR})
install(TARGETS vipctl RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
