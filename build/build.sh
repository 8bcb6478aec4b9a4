#!/usr/bin/env bash
# Builds the programs into build/bin: the server, the administrator's tool, and
# the laptop program – with its window when asked, or when there is a display.
#
#   build/build.sh            for `make run`
#   build/build.sh window     the window in any case
set -euo pipefail
cd "$(dirname "$0")/.."
source build/env.sh
source build/steps.sh

want_window() { [[ ${1:-} == window || -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]] && window_possible; }

if [[ ! -x build/bin/khonggiayctl ]]; then
	echo 'Lần đầu phải tải thư viện và dịch SQLite, mất vài phút; những lần sau chỉ vài giây.'
	echo '(The first build downloads libraries and compiles SQLite: minutes. Later ones take seconds.)'
fi
step 'Chuẩn bị máy (setup)' build/setup.sh "${1:-run}"
step 'Giao diện (interface)' build_ui
mkdir -p build/bin
if want_window "${1:-}"; then
	step 'Máy chủ và công cụ (server and tools)' \
		go build -tags "$TAGS" -o build/bin/ ./cmd/khonggiay-server ./cmd/khonggiayctl
	step 'Cửa sổ (window)' go build -tags "$WINDOW_TAGS" -o build/bin/khonggiay .
else
	step 'Chương trình (programs)' \
		go build -tags "$TAGS" -o build/bin/ . ./cmd/khonggiay-server ./cmd/khonggiayctl
fi
all_passed 'Đã xong: build/bin (built)'
