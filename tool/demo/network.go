package demo

import (
	"fmt"
	"os"
	"os/exec"

	"holdfast/crm"
	"holdfast/host/netns"
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

// inNamespaces runs the demonstration again, in namespaces of its own. It reports
// false if this machine does not allow it.
func inNamespaces(dir string, args []string) (crm.ExitCode, bool) {
	cmd := exec.Command("/proc/self/exe", append([]string{"demo"}, args...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), insideMark+"="+dir)
	if err := netns.Run(cmd); err != nil {
		return 0, false
	}
	code := crm.ExitCode(cmd.ProcessState.ExitCode())
	return code, code != noNamespaces
}

// setUpNamespaces makes the world inside: our own process table and a bridge.
func setUpNamespaces() error {
	if err := netns.SetUp(); err != nil {
		return err
	}
	return netns.IP("link add "+bridge+" type bridge", "addr add "+ownAddress+" dev "+bridge, "link set "+bridge+" up")
}

// plugIn lays a cable between a machine, known by its process, and the bridge.
func plugIn(cable string, pid int) error {
	return netns.IP(fmt.Sprintf("link add %s type veth peer name eth0 netns %d", cable, pid), "link set "+cable+" master "+bridge+" up")
}

// pullOut takes a machine's cable away.
func pullOut(cable string) error { return netns.IP("link del " + cable) }
