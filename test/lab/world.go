package lab

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"holdfast/host/netns"
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

// placeMark tells a process where the directory of its world is to be made.
const placeMark = "HOLDFAST_LAB_PLACE"

// Dir is the directory of this world. It goes with it.
func Dir() string { return os.Getenv(worldMark) }

// Beside is a command that runs this program again in a world of its own, within this
// one but apart from it, with the given program as its holdfast. So several labs can
// be used at the same time. It ends with this world.
func Beside(holdfast string, args ...string) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe", args...)
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, worldMark+"=") {
			cmd.Env = append(cmd.Env, pair)
		}
	}
	cmd.Env = append(cmd.Env, placeMark+"="+Dir(), BinaryEnv+"="+holdfast)
	return cmd
}

// Main runs inside in a world of its own and returns the exit code of the program.
// It must be called first of all: the same program serves as the first process of
// the machines and as their fence agent. Where no lab can run, inside is called
// nevertheless, so that it can say what Missing says.
func Main(inside func() int) int {
	switch {
	case len(os.Args) > 1 && os.Args[1] == initRole:
		return runInit()
	case len(os.Args) > 1 && os.Args[1] == fenceRole:
		return runFence()
	case Dir() != "":
		if err := netns.SetUp(); err != nil {
			fmt.Fprintf(os.Stderr, "lab: %v\n", err)
			return 1
		}
		return inside()
	case Missing() != "":
		return inside()
	}
	code, err := makeWorld()
	switch {
	case errors.Is(err, netns.ErrRefused):
		refused = err.Error()
		return inside()
	case err != nil:
		fmt.Fprintf(os.Stderr, "lab: %v\n", err)
		return 1
	}
	return code
}

// makeWorld runs this program again as the first process of a world.
func makeWorld() (int, error) {
	dir, err := os.MkdirTemp(cmp.Or(os.Getenv(placeMark), "/var/tmp"), "holdfast-lab-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), worldMark+"="+dir)
	if err := netns.Run(cmd); err != nil {
		return 1, err
	}
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 1, fmt.Errorf("the world ended: %s", status.Signal())
	}
	return cmd.ProcessState.ExitCode(), nil
}
