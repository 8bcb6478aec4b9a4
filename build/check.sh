#!/usr/bin/env bash
# Runs the checks named on the command line, in that order, and stops loudly at
# the first that fails.
#
#   build/check.sh lint   gofmt, go vet, staticcheck, oxlint, tsc
#   build/check.sh unit   Go tests under the race detector, and the UI's unit tests
#   build/check.sh e2e    Playwright in real Chromium against real processes
#
# Everything in Go is built in one variety (-race), so that a cold machine
# compiles SQLite once.
set -euo pipefail
cd "$(dirname "$0")/.."
source build/env.sh
source build/steps.sh

go_format() {
	local bad
	bad=$(find . -path ./frontend/node_modules -prune -o -path ./.git -prune -o -name '*.go' -print0 | xargs -0 gofmt -l) || return
	[[ -z $bad ]] && return
	printf 'Chưa định dạng bằng gofmt (not formatted):\n%s\n' "$bad" >&2
	return 1
}

# The tool itself is built as an ordinary program; only what it looks at is
# compiled with -race.
static_check() {
	local tool
	tool=$(go tool -n staticcheck) || return
	GOFLAGS="${GOFLAGS:+$GOFLAGS }-race" "$tool" -tags "$TAGS" ./...
}

# The window compiles only where GTK's headers are; elsewhere the rest of the
# program is checked without it.
vet() {
	go vet -race -tags "$TAGS" ./... || return
	if window_possible; then
		go vet -race -tags "$WINDOW_TAGS" . ./app/desktop
	fi
}

npm_run() { (cd frontend && npm run --silent "$@"); }

lint() {
	step 'gofmt' go_format
	step 'go vet' vet
	step 'staticcheck' static_check
	step 'oxlint' npm_run lint
	step 'tsc' npm_run typecheck
}

# Packages that start whole servers and laptops wait for them much of the time,
# so that more of them run at once than there are processors.
unit() {
	step 'Kiểm thử Go (go test -race)' go test -race -p $((2 * $(nproc))) -tags "$TAGS" -timeout 30m ./...
	step 'Kiểm thử giao diện (vitest)' npm_run test
}

# The processes under test are built with the race detector and die at the
# first race, which fails the story that was running. Not so those of conferences:
# what a few browsers and a crowd leave of two cores is no line to judge by when the
# media are slowed down, too; meeting/... and app/server run under it in Go.
e2e() {
	mkdir -p build/bin/race build/bin/plain
	step 'Chương trình kiểm thử (programs, -race)' \
		go build -race -tags "$TAGS" -o build/bin/race/ . ./cmd/khonggiay-server ./cmd/khonggiayctl
	step 'Chương trình của phòng họp (programs of conferences)' \
		go build -tags "$TAGS" -o build/bin/plain/ ./cmd/khonggiay-server ./cmd/khonggiayctl ./cmd/bench
	export KHONGGIAY_BIN=$PWD/build/bin/race CONFERENCE_BIN=$PWD/build/bin/plain GORACE=halt_on_error=1
	CHROMIUM=$(command -v "${CHROMIUM:-chromium}") && export CHROMIUM
	if [[ -n ${ARGS:-} ]]; then
		# ARGS is split into words on purpose: it holds Playwright's arguments.
		# shellcheck disable=SC2086
		step 'Chuyện từ đầu đến cuối (e2e)' npm_run e2e -- $ARGS
		return
	fi
	step 'Chuyện từ đầu đến cuối (e2e)' npm_run e2e -- --project stories --project screens
	step 'Phòng họp trực tuyến (e2e)' npm_run e2e -- --project conferences
}

(($#)) || { echo 'build/check.sh lint|unit|e2e …' >&2; exit 2; }
step 'Chuẩn bị máy (setup)' build/setup.sh test
step 'Giao diện (interface)' build_ui
for group in "$@"; do
	case $group in
	lint | unit | e2e) "$group" ;;
	*) echo "build/check.sh: $group?" >&2; exit 2 ;;
	esac
done
all_passed "Đạt (passed): $*"
