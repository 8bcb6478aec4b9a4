# Sourced by the scripts beside it: the build tags, in one place (wails.json
# repeats them for the Wails command line), and Go's settings.

TAGS=${TAGS:-sqlite_fts5,noquic}
WINDOW_TAGS=$TAGS,desktop,production,webkit2_41
export TAGS WINDOW_TAGS

# VERSION of what is packed; main.go and its kin repeat it for `go run`.
VERSION=${VERSION:-0.1.0}
export VERSION

# Go's usual place, for shells whose PATH does not know it.
if ! command -v go >/dev/null 2>&1 && [[ -x /usr/local/go/bin/go ]]; then PATH=$PATH:/usr/local/go/bin; fi

# A clone that belongs to somebody else has no readable revision to stamp.
if ! git status --porcelain >/dev/null 2>&1; then export GOFLAGS="${GOFLAGS:+$GOFLAGS }-buildvcs=false"; fi

# Nothing may stop to ask a question.
export CI=1 GIT_TERMINAL_PROMPT=0

# ui_is_fresh reports whether frontend/dist was built from today's sources.
ui_is_fresh() {
	[[ -f frontend/dist/index.html ]] &&
		[[ -z $(find frontend -path frontend/node_modules -prune -o -path frontend/dist -prune -o \
			-path frontend/e2e -prune -o -newer frontend/dist/index.html -type f \
			-not -name '*.md' -not -name '*.go' -print -quit) ]]
}

build_ui() {
	if ui_is_fresh; then
		printf '  không có gì thay đổi (nothing changed)\n'
		return
	fi
	(cd frontend && npm run --silent build -- --logLevel warn)
}

window_possible() { pkg-config --exists gtk+-3.0 webkit2gtk-4.1 2>/dev/null; }
