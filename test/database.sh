#!/bin/sh
# A database that moves: PostgreSQL on a file system of its own with a virtual
# address, as a group on three nodes, is moved ten times while a client on the
# network writes rows. In the end every row that the database acknowledged must be
# there.
#
# usage: test/database.sh [MOVES]
#   LAB    the lab program (default: ../shared/lab/lab beside this repository)
#   STAGE  a staged installation (default: one is built)
#
# Ends with 0 if all is well, 1 if rows were lost or the service did not come
# back, 77 if something that it needs is missing.
set -u
moves=${1:-10}
here=$(cd "$(dirname "$0")/.." && pwd)
lab=${LAB:-$here/../shared/lab/lab}
name=holdfast-database
work=$(mktemp -d /var/tmp/holdfast-database.XXXXXX)
address=10.77.0.100

skip() { echo "skipped: $*"; rm -rf "$work"; exit 77; }
[ "$(id -u)" = 0 ] || skip "needs root"
[ -x "$lab" ] || skip "there is no lab at $lab; set LAB"
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)
[ -x "$bin/initdb" ] || skip "needs PostgreSQL (apt-get install postgresql)"
for agent in pgsql Filesystem IPaddr2; do
	[ -x /usr/lib/ocf/resource.d/heartbeat/$agent ] || skip "needs the agent ocf:heartbeat:$agent (apt-get install resource-agents)"
done
command -v mkfs.ext4 >/dev/null || skip "needs mkfs.ext4 (apt-get install e2fsprogs)"
command -v modprobe >/dev/null || skip "the agent Filesystem needs modprobe (apt-get install kmod)"
[ -e /dev/loop-control ] || skip "needs loop devices"

on() { node=$1; shift; "$lab" exec --name $name "$node" -- "$@"; }
writer=
cleanup() {
	[ -n "$writer" ] && kill "$writer" 2>/dev/null
	"$lab" down --name $name >/dev/null 2>&1
	for loop in $(losetup -j "$work/disk" -O NAME -n 2>/dev/null); do losetup -d "$loop"; done
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM
fail() { echo "FAILED: $*"; on n1 crm_mon -1 2>/dev/null; exit 1; }

# The disk: a file that all nodes see, with a database in it.
truncate -s 512M "$work/disk" && mkfs.ext4 -q "$work/disk" || exit 1
mkdir "$work/mount"
mount -o loop "$work/disk" "$work/mount" || skip "cannot mount a file"
install -d -o postgres -g postgres -m 700 "$work/mount/data"
chmod 755 "$work"
(cd / && su postgres -s /bin/sh -c "$bin/initdb -D $work/mount/data -A trust" >/dev/null) || exit 1
cat >>"$work/mount/data/postgresql.conf" <<-END
	listen_addresses = '*'
	unix_socket_directories = '/run/postgresql'
END
echo "host all all 10.77.0.0/24 trust" >>"$work/mount/data/pg_hba.conf"
umount "$work/mount"

stage=${STAGE:-$work/stage}
[ -d "$stage/usr" ] || make -s -C "$here" install DESTDIR="$stage" >/dev/null || exit 1
"$lab" up --name $name --nodes 3 --overlay "$stage" --stack 'cmd:/usr/sbin/holdfast daemon' || exit 1
for n in n1 n2 n3; do on $n install -d -o postgres -g postgres /run/postgresql; done

primitive() { # id, agent, then name=value...
	id=$1 agent=$2
	shift 2
	echo "<primitive id='$id' class='ocf' provider='heartbeat' type='$agent'><instance_attributes id='$id-ia'>"
	for p in "$@"; do echo "<nvpair id='$id-${p%%=*}' name='${p%%=*}' value='${p#*=}'/>"; done
	echo "</instance_attributes><operations><op id='$id-start' name='start' interval='0' timeout='60s'/>"
	echo "<op id='$id-stop' name='stop' interval='0' timeout='60s'/><op id='$id-monitor' name='monitor' interval='5s' timeout='30s'/></operations></primitive>"
}
{
	echo "<resources><primitive id='fencing' class='stonith' type='fence_lab'><instance_attributes id='fencing-ia'>"
	echo "<nvpair id='fencing-hosts' name='pcmk_host_list' value='n1 n2 n3'/></instance_attributes></primitive><group id='database'>"
	primitive disk Filesystem "device=$work/disk" "directory=$work/mount" fstype=ext4 options=loop
	primitive postgres pgsql "pgctl=$bin/pg_ctl" psql=/usr/bin/psql "pgdata=$work/mount/data" "config=$work/mount/data/postgresql.conf" socketdir=/run/postgresql
	primitive address IPaddr2 "ip=$address" cidr_netmask=24
	echo "</group></resources>"
} >"$work/resources.xml"
tries=0
until on n1 cibadmin --modify --allow-create -o resources --xml-file "$work/resources.xml" 2>/dev/null; do
	tries=$((tries + 1))
	[ $tries -lt 40 ] || fail "the cluster does not come up"
	sleep 0.5
done

on n1 crm_attribute --type rsc_defaults --name resource-stickiness --update 100 || fail "cannot set the stickiness"

sql() { on client env PGCONNECT_TIMEOUT=2 psql -h $address -U postgres -d postgres -qtAX -c "$1"; }
await() { # a database that answers, within a minute
	tries=0
	until sql "select 1" >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ $tries -lt 240 ] || fail "the database does not answer"
		sleep 0.25
	done
}
await
sql "create table rows (n bigint primary key)" || fail "cannot make the table"

# The client: one row after the other; a row counts when psql says that it is in.
cat >"$work/write" <<-END
	i=0
	while [ ! -e $work/stop ]; do
		i=\$((i + 1))
		if timeout 5 psql -h $address -U postgres -d postgres -qtAX -c "insert into rows values (\$i)" 2>/dev/null; then
			echo \$i >>$work/acknowledged
		else
			sleep 0.05
		fi
	done
END
: >"$work/acknowledged"
on client env PGCONNECT_TIMEOUT=1 sh "$work/write" &
writer=$!

place() { on n1 crm_resource --resource database --locate 2>/dev/null | sed -n 's/.*running on: *\([^ ]*\).*/\1/p' | head -1; }
count=0
while [ $count -lt "$moves" ]; do
	count=$((count + 1))
	from=$(place)
	case $from in n1) to=n2 ;; n2) to=n3 ;; *) to=n1 ;; esac
	before=$(wc -l <"$work/acknowledged")
	begun=$(date +%s%N)
	on n1 crm_resource --resource database --move --node $to >/dev/null || fail "move $count"
	tries=0
	until [ "$(place)" = $to ] && [ "$(wc -l <"$work/acknowledged")" -gt "$before" ] && sql "select 1" >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ $tries -lt 240 ] || fail "move $count from $from to $to has not ended"
		sleep 0.1
	done
	echo "move $count: $from -> $to in $((($(date +%s%N) - begun) / 1000000)) ms, $(wc -l <"$work/acknowledged") rows acknowledged"
	on n1 crm_resource --resource database --clear >/dev/null || fail "clear $count"
	sleep 1
done

touch "$work/stop"
wait $writer
writer=
await
sql "select n from rows" | sort >"$work/have"
sort "$work/acknowledged" >"$work/want"
lost=$(comm -13 "$work/have" "$work/want" | wc -l)
mounts=0
for n in n1 n2 n3; do on $n grep -q " $work/mount " /proc/mounts && mounts=$((mounts + 1)); done
fences=$(grep -c '"by": "n' "${LAB_STATE:-/var/tmp/holdfast-lab}/$name/power.jsonl" 2>/dev/null)
echo "rows acknowledged: $(wc -l <"$work/want"), found: $(wc -l <"$work/have"), lost: $lost, nodes fenced: ${fences:-0}, mounted on: $mounts node(s)"
[ "$lost" = 0 ] && [ "${fences:-0}" = 0 ] && [ -s "$work/want" ]
