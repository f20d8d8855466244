# shellcheck shell=bash
# setup.sh - what tests/run and tests/demo share: root, the packages of tests/packages, and one build. Sourced, never run.

# need_root ARGS...: starts the calling script again as root where it is not.
need_root() {
	[ "$(id -u)" -eq 0 ] && return
	echo "${0##*/}: network namespaces and apt need root, asking sudo"
	exec sudo -- "$0" "$@"
}

# The packages of tests/packages that are not installed.
missing_packages() {
	local package
	sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$TESTS/packages" | while read -r package; do
		dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || echo "$package"
	done
}

# apt_quiet ARGS...: apt-get without questions; services that come with a package are not started (policy-rc.d says no).
apt_quiet() {
	local policy=/usr/sbin/policy-rc.d mine='' status
	if [ ! -e "$policy" ]; then
		printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" && mine=1
	fi
	DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 "$@" >"$SETUP_LOG" 2>&1
	status=$?
	[ -z "$mine" ] || rm -f "$policy"
	[ "$status" -eq 0 ] || tail -n 20 "$SETUP_LOG"
	return "$status"
}

# install_packages: what is missing, and nothing if nothing is. A service we brought does not start at the next boot either.
install_packages() {
	local missing package
	SETUP_LOG=$(mktemp)
	mapfile -t missing < <(missing_packages)
	if [ "${#missing[@]}" -gt 0 ]; then
		echo "installing: ${missing[*]}"
		apt_quiet update || echo "apt-get update failed, trying with the lists that are there"
		if ! apt_quiet install -y --no-install-recommends "${missing[@]}"; then
			echo "apt cannot install the packages above"
			return 1
		fi
		for package in "${missing[@]}"; do
			case $package in
			nginx-light) systemctl disable nginx >/dev/null 2>&1 ;;
			keepalived | ipvsadm) systemctl disable "$package" >/dev/null 2>&1 ;;
			esac
		done
	fi
	rm -f "$SETUP_LOG"
}

# build_tree DIR "TARGETS" OPTIONS...: configures and builds one tree; says what fails, keeps the log beside the tree.
build_tree() {
	local dir=$1 targets
	read -ra targets <<<"$2"
	shift 2
	mkdir -p "$dir"
	echo "building ${dir#"$TOP"/} (${targets[*]})"
	if ! cmake -S "$TOP" -B "$dir" "$@" >"$dir/configure.log" 2>&1; then
		tail -n 30 "$dir/configure.log"
		return 1
	fi
	if ! cmake --build "$dir" --target "${targets[@]}" -j "$(nproc)" >"$dir/build.log" 2>&1; then
		grep -E -A6 'error|undefined reference|Error ' "$dir/build.log" | head -n 60
		echo "the whole log: $dir/build.log"
		return 1
	fi
}
