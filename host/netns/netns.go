// Package netns runs programs in namespaces of their own, and lays networks out in
// them: for clusters of several machines on one, as the demonstration and the tests
// make them. It knows nothing of what the machines are for. It needs root, and
// iproute2 for the networks.
package netns

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// ErrRefused means that the kernel makes no namespaces for us.
var ErrRefused = errors.New("the kernel makes no namespaces for us")

// patience is how long a world may take to end after a signal.
const patience = 30 * time.Second

// Run runs a program to its end as the first process of a world: with network,
// mounts, processes and System V IPC of its own. When it ends, in whatever way, the
// kernel ends all that it has started. Signals to us are passed on to it. How it ended
// is in cmd.ProcessState.
func Run(cmd *exec.Cmd) error {
	// The kernel ends the child with the thread that started it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWIPC,
		Pdeathsig:  syscall.SIGKILL,
	}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%w: %v", ErrRefused, err)
	}
	ended := make(chan struct{})
	go passOn(signals, cmd.Process, ended)
	cmd.Wait()
	close(ended)
	return nil
}

// passOn hands a signal to the world, and ends it if it does not obey in time.
func passOn(signals <-chan os.Signal, world *os.Process, ended <-chan struct{}) {
	select {
	case s := <-signals:
		world.Signal(s)
	case <-ended:
		return
	}
	select {
	case <-time.After(patience):
		world.Kill()
	case <-ended:
	}
}

// SetUp is what the first process of a world calls first: it makes the mounts and the
// table of processes its own, and the loopback work.
func SetUp() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	if err := unix.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return fmt.Errorf("mount /proc: %w", err)
	}
	return IP("link set lo up")
}

// Inside runs f with the network of another process as the current one.
func Inside(pid int, f func() error) error {
	runtime.LockOSThread()
	home, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		runtime.UnlockOSThread()
		return err
	}
	defer home.Close()
	there, err := os.Open(fmt.Sprintf("/proc/%d/ns/net", pid))
	if err != nil {
		runtime.UnlockOSThread()
		return err
	}
	defer there.Close()
	if err := unix.Setns(int(there.Fd()), unix.CLONE_NEWNET); err != nil {
		runtime.UnlockOSThread()
		return fmt.Errorf("enter the network of process %d: %w", pid, err)
	}
	err = f()
	if unix.Setns(int(home.Fd()), unix.CLONE_NEWNET) == nil {
		runtime.UnlockOSThread() // else the thread ends with its goroutine
	}
	return err
}

// IP runs ip(8) with these command lines, in order, in the current network.
func IP(lines ...string) error {
	cmd := exec.Command("ip", "-batch", "-")
	cmd.Stdin = strings.NewReader(strings.Join(lines, "\n") + "\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("ip %s: %w: %s", strings.Join(lines, "; "), err, strings.TrimSpace(string(out)))
	}
	return nil
}
