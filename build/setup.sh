#!/usr/bin/env bash
# Prepares this machine: system packages by apt, and the UI's libraries by npm.
# Installs only what is missing, so that a second run takes a fraction of a second.
#
#   build/setup.sh run      to build and run (the window too, when there is a display)
#   build/setup.sh test     also Chromium and the tools that the tests drive
#   build/setup.sh window   also the headers of the Wails window, and Xvfb
#   build/setup.sh windows  also the compiler and the packer of the Windows installer
#   build/setup.sh deb      also the headers of the Wails window
set -euo pipefail
cd "$(dirname "$0")/.."

mode=${1:-run}
go_min=1.26
node_min=20.19

say() { printf '  %s\n' "$*"; }
die() {
	printf '\n✗ %s\n' "$1" >&2
	shift
	printf '  %s\n' "$@" >&2
	exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }
have_display() { [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]]; }

# newer_or_equal HAVE WANT compares dotted versions.
newer_or_equal() { [[ $(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n1) == "$2" ]]; }

# --- system packages -------------------------------------------------------

wanted_tools() {
	have gcc || echo gcc libc6-dev
	have pkg-config || echo pkg-config
	have git || echo git
	[[ -s /etc/ssl/certs/ca-certificates.crt || -d /etc/pki/tls/certs ]] || echo ca-certificates
}

wanted_window() {
	if have pkg-config && pkg-config --exists gtk+-3.0 webkit2gtk-4.1; then return; fi
	echo libgtk-3-dev libwebkit2gtk-4.1-dev
}

wanted_tests() {
	have "${CHROMIUM:-chromium}" || echo chromium
	have pdftotext || echo poppler-utils
	have syncthing || echo syncthing
	have soffice || echo libreoffice-writer-nogui
	have bwrap || echo bubblewrap
	have tesseract || echo tesseract-ocr
	[[ $(tesseract --list-langs 2>/dev/null) == *vie* ]] || echo tesseract-ocr-vie
	have ocrmypdf || echo ocrmypdf
	have gs || echo ghostscript
	have openssl || echo openssl
	have qpdf || echo qpdf
	have mutool || echo mupdf-tools
	have softhsm2-util || echo softhsm2
	have pkcs11-tool || echo opensc
}

wanted_windows() {
	have makensis || echo nsis
	have x86_64-w64-mingw32-gcc || echo gcc-mingw-w64-x86-64
	have 7z || echo p7zip-full
}

root_prefix() {
	if [[ $(id -u) == 0 ]]; then
		echo env
	elif have sudo && { sudo -n true 2>/dev/null || { : </dev/tty; } 2>/dev/null; }; then
		echo sudo
	else
		return 1
	fi
}

# apt_install PACKAGES… returns 1, with an explanation, when it cannot.
apt_install() {
	local as_root log=build/cache/apt.log
	if ! have apt-get; then
		printf '\n✗ Máy này không có apt. Hãy cài các gói tương đương với:\n  %s\n' "$*" >&2
		printf '  This machine has no apt. Please install the equivalents of the packages above.\n' >&2
		return 1
	fi
	if ! as_root=$(root_prefix); then
		printf '\n✗ Cần quyền quản trị để cài gói hệ thống. Nhờ người quản trị chạy:\n' >&2
		printf '  System packages need an administrator. Please ask one to run:\n\n' >&2
		printf '    apt-get update && apt-get install -y %s\n\n' "$*" >&2
		return 1
	fi
	mkdir -p build/cache
	say "Cài gói hệ thống (installing): $*"
	if ! { $as_root apt-get -q update &&
		$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "$@"; } \
		</dev/null >"$log" 2>&1; then
		tail -n 15 "$log" >&2
		printf '\n✗ apt không cài được (apt failed): %s. Nhật ký đầy đủ (full log): %s\n' "$*" "$log" >&2
		return 1
	fi
}

system_packages() {
	local need=() window=()
	# Word splitting is meant: each line lists package names.
	# shellcheck disable=SC2207
	need=($(wanted_tools))
	if [[ $mode == test ]]; then need+=($(wanted_tests)); fi
	if [[ $mode == windows ]]; then need+=($(wanted_windows)); fi
	if [[ $mode == window || $mode == deb ]]; then need+=($(wanted_window)); fi
	if [[ $mode == window ]]; then have Xvfb || need+=(xvfb); fi
	if ((${#need[@]})); then apt_install "${need[@]}" || exit 1; fi

	if [[ $mode == run ]] && have_display; then
		window=($(wanted_window))
		if ((${#window[@]})) && ! apt_install "${window[@]}"; then
			say "Tiếp tục không có cửa sổ riêng; giao diện mở trong trình duyệt."
			say "Going on without the window; the interface opens in the browser."
		fi
	fi
}

# --- Go and Node -----------------------------------------------------------

check_go() {
	have go || die "Chưa có Go $go_min trở lên (Go $go_min or newer is missing)." \
		"Tải tại / get it from: go.dev/dl – rồi thêm vào PATH / then add it to PATH."
	local v
	v=$(GOTOOLCHAIN=local GOFLAGS= go env GOVERSION 2>/dev/null) || v=
	v=${v#go}
	v=${v%%[!0-9.]*}
	newer_or_equal "${v:-0}" "$go_min" || die \
		"Cần Go $go_min trở lên, máy đang có (need Go $go_min or newer, found): ${v:-?} ($(command -v go))" \
		"Tải tại / get it from: go.dev/dl"
}

check_node() {
	have node && have npm || die \
		"Chưa có Node.js $node_min trở lên cùng npm (Node.js $node_min or newer with npm is missing)." \
		"Tải tại / get it from: nodejs.org"
	local v
	v=$(node --version)
	v=${v#v}
	newer_or_equal "$v" "$node_min" || die \
		"Cần Node.js $node_min trở lên, máy đang có (need Node.js $node_min or newer, found): $v" \
		"Tải tại / get it from: nodejs.org"
}

# --- the UI's libraries ----------------------------------------------------

npm_packages() {
	local stamp=frontend/node_modules/.installed want log=build/cache/npm.log
	want="$(sha256sum <frontend/package-lock.json) $(uname -sm)"
	if [[ -f $stamp && $(<"$stamp") == "$want" ]]; then return; fi
	mkdir -p build/cache
	say "Cài thư viện giao diện bằng npm ci, khoảng một phút (installing the UI's libraries)…"
	if ! (cd frontend && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund) </dev/null >"$log" 2>&1; then
		grep -v '^npm warn' "$log" | head -n 20 >&2
		die "npm ci không thành công (npm ci failed)." "Nhật ký đầy đủ (full log): $log"
	fi
	printf '%s\n' "$want" >"$stamp"
}

case $mode in
run | test | window | windows | deb) ;;
*) die "Không rõ chế độ (unknown mode): $mode" "run | test | window | windows | deb" ;;
esac
system_packages
check_go
check_node
npm_packages
