package demo

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"holdfast/crm"
	"holdfast/host/netns"
	"holdfast/tool"
)

// machineName is the name of the command that stands in for a machine.
const machineName = "demo-machine"

// powerBound limits how long a machine may take to be off.
const powerBound = 10 * time.Second

// Machine returns "holdfast demo-machine": a process that stands in for one
// machine. It runs a daemon, and all processes that come of it stay below it,
// services included. When its standard input ends it kills them all at once, as
// a power failure would.
func Machine() *tool.Tool {
	var address string
	return &tool.Tool{
		Name:    "holdfast " + machineName,
		Summary: "Stand in for a machine of the demonstration",
		Args:    "-- ARGUMENTS OF holdfast daemon",
		Groups: []tool.Group{{Options: []tool.Option{
			{Long: "address", Arg: "address", Set: tool.String(&address), Help: "Give this address to the cable, once it is plugged in"},
		}}},
		Do: func(c *tool.Call) error {
			if err := runMachine(c.Env.Stdin, address, c.Args); err != nil {
				return tool.Fail(crm.ExitOSErr, "%v", err)
			}
			return nil
		},
	}
}

func runMachine(power io.Reader, address string, args []string) error {
	// Daemons and services detach from whoever started them; then they are ours.
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("become the parent of all that the machine runs: %w", err)
	}
	in := bufio.NewReader(power)
	if address != "" {
		if _, err := in.ReadString('\n'); err != nil {
			return nil // switched off before it was cabled
		}
		if err := netns.IP("link set lo up", "addr add "+address+" dev eth0", "link set eth0 up"); err != nil {
			return err
		}
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	daemon := exec.Command(self, append([]string{"daemon"}, args...)...)
	daemon.Stdout, daemon.Stderr = os.Stdout, os.Stderr
	daemon.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := daemon.Start(); err != nil {
		return fmt.Errorf("start the daemon: %w", err)
	}
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	go reap()
	off := make(chan struct{})
	go func() {
		io.Copy(io.Discard, in)
		close(off)
	}()
	select {
	case <-off:
	case <-signals:
	}
	return killAll(os.Getpid())
}

// reap takes the ends of all children.
func reap() {
	for {
		if _, err := unix.Wait4(-1, nil, 0, nil); err == unix.ECHILD {
			time.Sleep(20 * time.Millisecond)
		}
	}
}

// killAll kills everything below a process until nothing is left.
func killAll(root int) error {
	for end := time.Now().Add(powerBound); time.Now().Before(end); time.Sleep(time.Millisecond) {
		below := descendants(root)
		if len(below) == 0 {
			return nil
		}
		for _, pid := range below {
			unix.Kill(pid, unix.SIGKILL)
		}
	}
	return fmt.Errorf("processes %v do not die", descendants(root))
}

// descendants lists the living processes below one, parents first.
func descendants(root int) []int {
	children := map[int][]int{}
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			continue // it has just ended
		}
		// After the name in brackets come the state and the parent (proc(5)).
		fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		if len(fields) < 2 || fields[0] == "Z" || fields[0] == "X" {
			continue
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(f)))
		parent, _ := strconv.Atoi(fields[1])
		children[parent] = append(children[parent], pid)
	}
	list := slices.Clone(children[root])
	for i := 0; i < len(list); i++ {
		list = append(list, children[list[i]]...)
	}
	return list
}
