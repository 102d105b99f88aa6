package lab

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

// refused is why the kernel made no namespaces, "" if it did or was not asked.
var refused string

// Missing says why no lab can run here, or nothing.
func Missing() string {
	if refused != "" {
		return refused
	}
	if os.Geteuid() != 0 {
		return "machines in namespaces need root"
	}
	for _, program := range []string{"corosync", "nsenter", "ip"} {
		if _, err := exec.LookPath(program); err != nil {
			return "not installed: " + program
		}
	}
	if _, err := os.Stat("/etc/corosync"); err != nil {
		return "there is no /etc/corosync to put a machine's own in place of"
	}
	return ""
}

// worldMark tells a process that it is inside a world; its value is the directory
// that is removed when the world ends.
const worldMark = "HOLDFAST_LAB_DIR"

// Dir is the directory of this world. It goes with it.
func Dir() string { return os.Getenv(worldMark) }

// Main runs inside in a world of its own and returns the exit code of the program.
// It must be called first of all: the same program serves as the first process of
// the machines and as their fence agent. Where no lab can run, inside is called
// nevertheless, so that it can say what Missing says.
func Main(inside func() int) int {
	switch {
	case len(os.Args) > 1 && os.Args[1] == initRole:
		return runInit()
	case len(os.Args) > 1 && os.Args[1] == fenceRole:
		return runFence(os.Stdin, os.Stdout, os.Stderr)
	case Dir() != "":
		if err := enterWorld(); err != nil {
			fmt.Fprintf(os.Stderr, "lab: %v\n", err)
			return 1
		}
		return inside()
	case Missing() != "":
		return inside()
	}
	code, err := makeWorld()
	switch {
	case errors.Is(err, errNoNamespaces):
		refused = err.Error()
		return inside()
	case err != nil:
		fmt.Fprintf(os.Stderr, "lab: %v\n", err)
		return 1
	}
	return code
}

var errNoNamespaces = errors.New("the kernel makes no namespaces for us")

// endPatience is how long a world may take to end after a signal.
const endPatience = 30 * time.Second

// makeWorld runs this program again as the first process of a world.
func makeWorld() (int, error) {
	dir, err := os.MkdirTemp("/var/tmp", "holdfast-lab-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	// The kernel ends the child with the thread that started it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), worldMark+"="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWIPC,
		Pdeathsig:  syscall.SIGKILL,
	}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return 1, fmt.Errorf("%w: %v", errNoNamespaces, err)
	}
	ended := make(chan struct{})
	go passOn(signals, cmd.Process, ended)
	cmd.Wait()
	close(ended)
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 1, fmt.Errorf("the world ended: %s", status.Signal())
	}
	return cmd.ProcessState.ExitCode(), nil
}

// passOn hands signals to the world and ends it if it does not obey in time.
func passOn(signals <-chan os.Signal, world *os.Process, ended <-chan struct{}) {
	select {
	case s := <-signals:
		world.Signal(s)
	case <-ended:
		return
	}
	select {
	case <-time.After(endPatience):
		world.Kill()
	case <-ended:
	}
}

// enterWorld makes the inside: our own mounts, processes and loopback.
func enterWorld() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	if err := unix.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return fmt.Errorf("mount /proc: %w", err)
	}
	return ip("link set lo up")
}

// ip runs ip(8) with these command lines, in order.
func ip(lines ...string) error {
	cmd := exec.Command("ip", "-batch", "-")
	cmd.Stdin = strings.NewReader(strings.Join(lines, "\n") + "\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("ip %s: %w: %s", strings.Join(lines, "; "), err, strings.TrimSpace(string(out)))
	}
	return nil
}
