#!/usr/bin/env bash
# Writes the licences of all work by others that a program carries: the Go
# modules linked into it, the libraries of its interface and the letters that it
# puts into documents.
#
#   build/notices.sh FILE GOOS=windows TAGS PACKAGE…
set -euo pipefail
cd "$(dirname "$0")/.."
source build/env.sh

file=$1 system=$2 tags=$3
shift 3

# NAME<tab>FOLDER of each, once.
go_modules() {
	env "$system" CGO_ENABLED=1 go list -tags "$tags" -deps \
		-f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{"\t"}}{{.Dir}}{{end}}{{end}}' "$@" | sort -u
	printf 'Go\t%s\n' "$(go env GOROOT)"
}
ui_libraries() {
	node -e '
		const { packages } = require("./frontend/package-lock.json");
		for (const [folder, p] of Object.entries(packages))
			if (folder && !p.dev && !p.devOptional && !p.optional)
				console.log(`${folder.split("node_modules/").pop()} ${p.version}\tfrontend/${folder}`);' | sort -u
}

notices() {
	printf 'Không Giấy carries the work of others, under these licences.\n'
	local name folder licence
	while IFS=$'\t' read -r name folder; do
		licence=$(find -L "$folder" -maxdepth 1 -type f \( -iname 'licen[sc]e*' -o -iname 'copying*' -o -iname 'notice*' \) \
			-not -name '*.go' | sort)
		[[ -n $licence ]] || continue
		printf '\n======== %s\n\n' "$name"
		tr '\n' '\0' <<<"$licence" | xargs -0 cat | tr -d '\r'
	done
}

fonts() {
	printf 'Tinos\tsigning/appearance/fonts\n'
}

{ go_modules "$@" && ui_libraries && fonts; } | notices >"$file"
