package agent

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// startTimeField counts the fields of /proc/PID/stat from after the command's
// closing parenthesis to the start time (proc(5), field 22).
const startTimeField = 19

// startTime reads when a process began, in ticks since boot; 0 if there is none.
func startTime(pid int) int64 {
	fields := statFields(pid)
	if len(fields) <= startTimeField {
		return 0
	}
	ticks, _ := strconv.ParseInt(fields[startTimeField], 10, 64)
	return ticks
}

// statFields gives the fields after the command's name, which may itself
// contain blanks and parentheses: state first, then parent and group.
func statFields(pid int) []string {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return nil
	}
	i := bytes.LastIndexByte(data, ')')
	if i < 0 {
		return nil
	}
	return strings.Fields(string(data[i+1:]))
}

// Alive reports whether the process still runs: it is neither gone nor a zombie,
// nor has another taken its number.
func (p Process) Alive() bool {
	fields := statFields(p.Pid)
	if p.Pid <= 0 || len(fields) <= startTimeField {
		return false
	}
	return fields[0] != "Z" && fields[0] != "X" && fields[startTimeField] == strconv.FormatInt(p.Start, 10)
}

// killGroup kills the process and all of its group. It reports whether
// there was something to kill.
func (p Process) killGroup() bool {
	if p.Pid <= 1 || startTime(p.Pid) != p.Start {
		return false
	}
	return syscall.Kill(-p.Pid, syscall.SIGKILL) == nil
}

// groupLeaderWith finds a leading process of a group that has a file as its
// standard output, for an agent whose start the daemon did not live to record.
func groupLeaderWith(file string) (Process, bool) {
	links, _ := filepath.Glob("/proc/[0-9]*/fd/1")
	for _, link := range links {
		if target, err := os.Readlink(link); err != nil || target != file {
			continue
		}
		pid, err := strconv.Atoi(strings.Split(link, "/")[2])
		if err != nil {
			continue
		}
		if f := statFields(pid); len(f) > startTimeField && f[2] == strconv.Itoa(pid) {
			return Process{Pid: pid, Start: startTime(pid)}, true
		}
	}
	return Process{}, false
}

// urgent says that this process has a priority of its own, which agents must
// not inherit: a service would keep it.
var urgent = sync.OnceValue(func() bool {
	nice, err := unix.Getpriority(unix.PRIO_PROCESS, 0)
	attr, err2 := unix.SchedGetAttr(0, 0)
	// the system call gives 20 minus the niceness
	return err == nil && nice != 20 || err2 == nil && attr.Policy != unix.SCHED_NORMAL
})

// calm gives a process the usual priority.
func calm(pid int) {
	if !urgent() {
		return
	}
	unix.SchedSetAttr(pid, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_NORMAL}, 0)
	unix.Setpriority(unix.PRIO_PROCESS, pid, 0)
}

// bootID distinguishes the lives of a machine.
func bootID() string {
	data, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(data))
}
