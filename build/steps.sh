# Sourced by the scripts beside it: names each step, shows that it is alive,
# stops at the first failure, and sums up the times at the end.

step_names=()
step_times=()

if [[ -t 1 ]]; then bold=$'\e[1m' red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m'; else bold='' red='' green='' plain=''; fi

# The heartbeat waits on this pipe; a line written to it ends the heartbeat.
heart_name=$(mktemp -u)
mkfifo -m 600 "$heart_name"
exec {heart}<>"$heart_name"
rm -f "$heart_name"
heart_pid=

# heartbeat NAME prints a line every 20 s while this script lives.
heartbeat() {
	local start=$SECONDS
	until read -r -t 20 -u "$heart"; do
		kill -0 $$ 2>/dev/null || return 0
		printf '  … %s: %d s\n' "$1" $((SECONDS - start))
	done
}

stop_heartbeat() {
	[[ -n $heart_pid ]] || return 0
	echo >&"$heart"
	wait "$heart_pid" || true
	heart_pid=
}
trap stop_heartbeat EXIT

# step NAME COMMAND… runs the command; when it fails, says so and ends the script.
step() {
	local name=$1 start=$SECONDS rc=0
	shift
	printf '%s▶ %s%s\n' "$bold" "$name" "$plain"
	heartbeat "$name" &
	heart_pid=$!
	"$@" </dev/null || rc=$?
	stop_heartbeat
	step_names+=("$name")
	step_times+=($((SECONDS - start)))
	((rc == 0)) && return
	summary
	printf '\n%s✗ KHÔNG ĐẠT (FAILED): %s%s\n  lệnh (command, exit %d): %s\n' "$red$bold" "$name" "$plain" "$rc" "$*" >&2
	exit 1
}

summary() {
	local i
	printf '\n%s%8s  %s%s\n' "$bold" 's' 'bước (step)' "$plain"
	for i in "${!step_names[@]}"; do printf '%8d  %s\n' "${step_times[$i]}" "${step_names[$i]}"; done
	printf '%8d  %s\n' "$SECONDS" 'tổng (total)'
}

all_passed() {
	summary
	printf '\n%s✓ %s%s\n' "$green$bold" "$1" "$plain"
}
