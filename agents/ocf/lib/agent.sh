# What all agents of Holdfast have in common. Each agent reads this file first.
#
# The functions and variables that agents expect (OCF_SUCCESS, ocf_log,
# ocf_exit_reason, HA_VARRUN ...) come from the resource-agents package if it is
# installed, for the sake of its logging and tracing, and from here if not.

: "${OCF_ROOT:=/usr/lib/ocf}"
: "${OCF_FUNCTIONS_DIR:=$OCF_ROOT/lib/heartbeat}"
: "${OCF_RESOURCE_INSTANCE:=undefined}"
: "${__OCF_ACTION:=$1}"

if [ -r "${OCF_FUNCTIONS:=$OCF_FUNCTIONS_DIR/ocf-shellfuncs}" ]; then
	. "$OCF_FUNCTIONS"
else
	OCF_SUCCESS=0
	OCF_ERR_GENERIC=1
	OCF_ERR_ARGS=2
	OCF_ERR_UNIMPLEMENTED=3
	OCF_ERR_PERM=4
	OCF_ERR_INSTALLED=5
	OCF_ERR_CONFIGURED=6
	OCF_NOT_RUNNING=7
	OCF_RUNNING_PROMOTED=8
	OCF_FAILED_PROMOTED=9

	# ocf_log LEVEL TEXT...
	ocf_log() {
		_level=$1
		shift
		_tag="${0##*/}($OCF_RESOURCE_INSTANCE)[$$]"
		echo "$_tag: $_level: $*" >&2
		case ${HA_LOGFACILITY:-none} in
		none) ;;
		*) command -v logger >/dev/null && logger -t "$_tag" -p "$HA_LOGFACILITY.$(_syslog_level "$_level")" -- "$*" ;;
		esac
		return 0
	}

	_syslog_level() {
		case $1 in
		crit | err | info | debug) echo "$1" ;;
		warn*) echo warning ;;
		*) echo notice ;;
		esac
	}

	# ocf_exit_reason FORMAT [VALUE...]
	ocf_exit_reason() {
		_text=$(printf "$@")
		echo "${OCF_EXIT_REASON_PREFIX:-ocf-exit-reason:}$_text" >&2
	}

	have_binary() { command -v "$1" >/dev/null 2>&1; }

	check_binary() {
		have_binary "$1" && return
		ocf_exit_reason "The program %s is missing here" "$1"
		exit $OCF_ERR_INSTALLED
	}

	ocf_is_true() {
		case $1 in
		[Yy][Ee][Ss] | [Tt][Rr][Uu][Ee] | [Oo][Nn] | [Yy] | 1) return 0 ;;
		esac
		return 1
	}

	ocf_is_decimal() {
		case $1 in
		'' | *[!0-9]*) return 1 ;;
		esac
		return 0
	}

	ocf_is_probe() { [ "$__OCF_ACTION" = monitor ] && [ "${OCF_RESKEY_CRM_meta_interval:-0}" = 0 ]; }
fi

: "${OCF_RUNNING_PROMOTED:=8}"
: "${OCF_DEGRADED:=190}"
: "${HA_SBIN_DIR:=/usr/sbin}"
: "${HA_VARRUN:=/run}"
: "${HA_RSCTMP:=/run/resource-agents}"
VARRUN=${HA_VARRUN%/}

# state_path NAME SUFFIX: the file in which an instance keeps its state. The
# instances of an anonymous clone share one, as only one of them runs on a node.
state_path() {
	case ${OCF_RESKEY_CRM_meta_globally_unique:-false} in
	false) echo "$VARRUN/$1-${OCF_RESOURCE_INSTANCE%:[0-9]*}$2" ;;
	*) echo "$VARRUN/$1-$OCF_RESOURCE_INSTANCE$2" ;;
	esac
}

# writable_place FILE: whether FILE's directory is there and can be written to.
writable_place() {
	_dir=$(dirname "$1")
	[ -d "$_dir" ] && [ -w "$_dir" ] && [ -x "$_dir" ]
}

# natural TEXT: whether TEXT is a whole number, or nothing.
natural() {
	case $1 in
	*[!0-9]*) return 1 ;;
	esac
	return 0
}

# usage ACTION...: tells how to call the agent.
usage() {
	_actions=$(echo "$*" | tr ' ' '|')
	cat <<END
usage: $0 {$_actions}

Parameters are taken from the environment (OCF resource agent API 1.1).
END
}

# unknown_action ACTION...: how to end when asked for something else.
unknown_action() {
	usage "$@"
	exit $OCF_ERR_UNIMPLEMENTED
}

# dump_environment FILE: appends the environment to FILE, if one is named.
dump_environment() {
	[ -n "$1" ] || return 0
	{
		echo "### $__OCF_ACTION @ $(date) ###"
		env | sort
		echo "###"
	} >>"$1"
}

# set_health ATTRIBUTE COLOUR DAMPENING: publishes a colour of this node's health
# for the rules of node-health-strategy.
set_health() {
	attrd_updater -n "$1" -B "$2" -d "$3" && return $OCF_SUCCESS
	_rc=$?
	ocf_log err "Could not set $1 to $2: $(crm_error -X $_rc 2>/dev/null || echo "exit status $_rc")"
	return $OCF_DEGRADED
}
