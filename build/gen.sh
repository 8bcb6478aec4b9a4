#!/usr/bin/env bash
# Writes frontend/openapi.json and the TypeScript types of the API anew from the
# Go code. `go generate ./frontend` runs it; both files are committed.
set -euo pipefail
cd "$(dirname "$0")/.."
source build/env.sh

build/setup.sh run
mkdir -p build/cache
go run -tags "$TAGS" ./cmd/khonggiayctl openapi >build/cache/openapi.json
mv build/cache/openapi.json frontend/openapi.json
cd frontend && npm run --silent gen
