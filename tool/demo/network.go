package demo

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"holdfast/crm"
)

// The network of the demonstration is one that is reserved for examples (RFC 5737).
const (
	virtualAddress = "192.0.2.100"
	ownAddress     = "192.0.2.254/24"
	bridge         = "demo0"
)

func machineAddress(i int) string { return fmt.Sprintf("192.0.2.%d/24", i+1) }

// insideMark tells a process that it is the demonstration inside its namespaces;
// its value is the directory to work in.
const insideMark = "HOLDFAST_DEMO_DIR"

// noNamespaces is how the inner process ends if it cannot set its world up.
const noNamespaces = crm.ExitUnimplemented

// endBound is how long the inner process may take to clean up.
const endBound = 20 * time.Second

// inNamespaces runs the demonstration again, in network, mount and process
// namespaces of its own. When the process ends, the kernel kills what it left. It
// reports false if this machine does not allow it.
func inNamespaces(dir string, args []string) (crm.ExitCode, bool) {
	// The kernel ends the child with the thread that started it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := exec.Command("/proc/self/exe", append([]string{"demo"}, args...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), insideMark+"="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID,
		Pdeathsig:  syscall.SIGKILL,
	}
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return 0, false
	}
	ended := make(chan struct{})
	go func() {
		select {
		case s := <-signals:
			cmd.Process.Signal(s)
			select {
			case <-time.After(endBound):
				cmd.Process.Kill()
			case <-ended:
			}
		case <-ended:
		}
	}()
	cmd.Wait()
	close(ended)
	code := crm.ExitCode(cmd.ProcessState.ExitCode())
	return code, code != noNamespaces
}

// setUpNamespaces makes the world inside: our own process table and a bridge.
func setUpNamespaces() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	if err := unix.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return fmt.Errorf("mount /proc: %w", err)
	}
	return ip("link set lo up", "link add "+bridge+" type bridge", "addr add "+ownAddress+" dev "+bridge, "link set "+bridge+" up")
}

// plugIn lays a cable between a machine, known by its process, and the bridge.
func plugIn(cable string, pid int) error {
	return ip(fmt.Sprintf("link add %s type veth peer name eth0 netns %d", cable, pid), "link set "+cable+" master "+bridge+" up")
}

// pullOut takes a machine's cable away.
func pullOut(cable string) error { return ip("link del " + cable) }

// ip runs ip(8) with each command line.
func ip(lines ...string) error {
	for _, line := range lines {
		if out, err := exec.Command("ip", strings.Fields(line)...).CombinedOutput(); err != nil {
			return fmt.Errorf("ip %s: %w: %s", line, err, strings.TrimSpace(string(out)))
		}
	}
	return nil
}
