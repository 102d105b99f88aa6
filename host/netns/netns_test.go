package netns

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"testing"
)

const insideMark = "HOLDFAST_NETNS_TEST"

func TestMain(m *testing.M) {
	if os.Getenv(insideMark) == "" {
		os.Exit(m.Run())
	}
	if err := SetUp(); err != nil {
		println(err.Error())
		os.Exit(1)
	}
	if os.Getpid() != 1 {
		os.Exit(2)
	}
	if err := IP("link add here type bridge", "addr add 192.0.2.7/24 dev here", "link set here up"); err != nil {
		println(err.Error())
		os.Exit(3)
	}
	os.Exit(m.Run())
}

// A world has processes and a network of its own, and its network can be left for
// another one and entered again.
func TestAWorldOfItsOwn(t *testing.T) {
	if os.Getenv(insideMark) == "" {
		runInside(t)
		return
	}
	cards := func() int {
		list, err := net.Interfaces()
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	if n := cards(); n != 2 {
		t.Errorf("the world has %d network cards, not the loopback and the one that was made", n)
	}
	other := exec.Command("unshare", "--net", "sleep", "60")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer other.Process.Kill()
	for range 1000 { // until it has its network
		err := Inside(other.Process.Pid, func() error {
			if cards() == 1 {
				return nil
			}
			return errors.New("still ours")
		})
		if err == nil {
			break
		}
	}
	if err := Inside(other.Process.Pid, func() error { return IP("link add there type bridge") }); err != nil {
		t.Error(err)
	}
	if n := cards(); n != 2 {
		t.Errorf("%d network cards after a visit to another network", n)
	}
	if err := IP("link set there up"); err == nil {
		t.Error("what was made in the other network is in ours")
	}
}

func runInside(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("namespaces need root")
	}
	cmd := exec.Command("/proc/self/exe", "-test.run=TestAWorldOfItsOwn", "-test.v")
	cmd.Env = append(os.Environ(), insideMark+"=1")
	out, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = out, out
	if err := Run(cmd); err != nil {
		t.Skip(err)
	}
	if !cmd.ProcessState.Success() {
		text, _ := os.ReadFile(out.Name())
		t.Fatalf("inside: %v\n%s", cmd.ProcessState, text)
	}
}
