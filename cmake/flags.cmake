# Compiler flags: the warnings are the project's rules; hardening for release, sanitizers for tests.
add_compile_options(
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wswitch-enum -Wmissing-prototypes -Wstrict-prototypes
	-Wcast-qual -Wformat=2 -Wundef -Wvla -Wno-gnu-statement-expression
	-fno-strict-aliasing -fno-common -fstack-protector-strong)
add_compile_definitions(_GNU_SOURCE VIPD_VERSION="${PROJECT_VERSION}")
if(VIPD_WERROR)
	add_compile_options(-Werror)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed)
add_link_options($<$<LINK_LANGUAGE:C>:-pie>)
if(VIPD_SANITIZE)
	add_compile_options(-fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=all -O1 -g)
	add_link_options(-fsanitize=address,undefined)
elseif(VIPD_UBSAN)
	add_compile_options(-fsanitize=undefined -fno-omit-frame-pointer -fno-sanitize-recover=all -O1 -g)
	add_link_options(-fsanitize=undefined)
else()
	add_compile_options(-U_FORTIFY_SOURCE $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2>)
endif()
include_directories(${CMAKE_SOURCE_DIR}/lib ${CMAKE_SOURCE_DIR})

# vipd_library(name [LINK ...]): the folder's target; every .c file of the folder belongs to it.
function(vipd_library name)
	cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
	file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.c)
	if(NOT sources)
		file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/empty.c "")
		set(sources ${CMAKE_CURRENT_BINARY_DIR}/empty.c)
	endif()
	add_library(${name} STATIC ${sources})
	target_link_libraries(${name} PUBLIC ${ARG_LINK})
endfunction()
