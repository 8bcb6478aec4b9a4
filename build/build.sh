#!/usr/bin/env bash
# Builds the programs into build/bin: the server, the administrator's tool, and
# the laptop program – with its window when asked, or where GTK's headers are.
#
#   build/build.sh            for `make build` and `make run`
#   build/build.sh window     installs GTK's headers first
set -euo pipefail
cd "$(dirname "$0")/.."
source build/env.sh
source build/steps.sh

if [[ ! -x build/bin/khonggiayctl ]]; then
	echo 'Lần đầu phải tải thư viện và dịch SQLite, mất vài phút; những lần sau chỉ vài giây.'
	echo '(The first build downloads libraries and compiles SQLite: minutes. Later ones take seconds.)'
fi
step 'Chuẩn bị máy (setup)' build/setup.sh "${1:-run}"
step 'Giao diện (interface)' build_ui
mkdir -p build/bin
if window_possible; then
	step 'Máy chủ và công cụ (server and tools)' \
		go build -tags "$TAGS" -o build/bin/ ./cmd/khonggiay-server ./cmd/khonggiayctl
	step 'Cửa sổ (window)' go build -tags "$WINDOW_TAGS" -o build/bin/khonggiay .
else
	step 'Chương trình (programs)' \
		go build -tags "$TAGS" -o build/bin/ . ./cmd/khonggiay-server ./cmd/khonggiayctl
fi
all_passed 'Đã xong: build/bin (built)'
