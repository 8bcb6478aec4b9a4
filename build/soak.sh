#!/usr/bin/env bash
# The long tests, for a night or a weekend: the simulation over SEEDS worlds, files
# of 2 GiB, and the fault tests with real processes over ROUNDS kills. `make test`
# runs the same tests over a few. What fails prints its seed and how to repeat it.
#
#   SEEDS=20000 ROUNDS=500 build/soak.sh
set -euo pipefail
cd "$(dirname "$0")/.."
source build/env.sh
source build/steps.sh

export SEEDS=${SEEDS:-20000} ROUNDS=${ROUNDS:-500}

# long_test ARGUMENTS… runs one package's tests without a limit of time.
long_test() { go test -tags "$TAGS" -count=1 -timeout 0 "$@"; }

step 'Chuẩn bị máy (setup)' build/setup.sh test
step 'Giao diện (interface)' build_ui
step "Mô phỏng, $SEEDS hạt giống (simulation)" long_test -run '^TestSimulation' ./sync/replica
step 'Tệp 2 GiB (files of 2 GiB)' env HUGE=1 go test -tags "$TAGS" -count=1 -timeout 0 -run '^(TestHuge|TestSizes)$' ./sync/content ./sync/courier
step "Phá hỏng, $ROUNDS vòng (faults)" long_test ./build/fire
all_passed "Đạt (passed): $SEEDS + $ROUNDS"
