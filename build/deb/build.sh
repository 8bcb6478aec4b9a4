#!/usr/bin/env bash
# Builds the Debian packages of the laptop program and of the provincial server
# into build/bin/packages, for this machine's architecture, and inspects them.
#
#   build/deb/build.sh
#   VERSION=1.2.3 build/deb/build.sh    another version than build/env.sh's
set -euo pipefail
cd "$(dirname "$0")/../.."
source build/env.sh
source build/steps.sh

out=build/bin/packages
work=build/cache/deb

# Times inside the packages are those of the sources, so that the same sources
# make the same packages.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH out work

compile() {
	local flags=(-trimpath -buildmode=pie -ldflags "-s -w -X main.version=$VERSION")
	go build "${flags[@]}" -tags "$TAGS" -o "$work/bin/" ./cmd/khonggiay-server ./cmd/khonggiayctl &&
		go build "${flags[@]}" -tags "$WINDOW_TAGS" -o "$work/bin/khonggiay" .
}

mkdir -p "$work/bin" "$out"
rm -f "$out"/*.deb
step 'Chuẩn bị máy (setup)' build/setup.sh deb
step 'Giao diện (interface)' build_ui
step 'Chương trình (programs)' compile
step 'Gói máy trạm (laptop)' build/deb/pack.sh khonggiay
step 'Gói máy chủ (server)' build/deb/pack.sh khonggiay-server
step 'Xem lại (inspect)' go test -tags "$TAGS" -count=1 ./build/inspect -version "$VERSION" -packages "$PWD/$out"
all_passed "Đã xong: $out"
