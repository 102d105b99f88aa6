package demo

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"holdfast/tool"
	"holdfast/tool/announce"
	"holdfast/tool/daemon"
	"holdfast/tool/demoweb"
)

// The test program is holdfast as far as the demonstration's nodes are concerned.
var tools = map[string]func() *tool.Tool{
	machineName: Machine, fenceName: Fence, "daemon": daemon.Supervisor, "holdfast-node": daemon.Node,
	"demo-web": demoweb.Tool, "announce": announce.Tool,
}

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && tools[os.Args[1]] != nil {
		env := &tool.Env{Program: os.Args[1], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Now: time.Now}
		os.Exit(int(tools[os.Args[1]]().Run(env, os.Args[2:])))
	}
	flag.Parse()
	os.Exit(m.Run())
}

// The service survives its own death and that of its node, which the cluster makes
// sure of and brings back; afterwards nothing is left of the demonstration.
func TestServiceSurvives(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	if err := os.Chmod(tmp, 0o711); err != nil { // as root the nodes run as nobody
		t.Fatal(err)
	}
	if err := os.Chmod(tmp+"/..", 0o711); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	env := &tool.Env{Program: "demo", Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Getenv: os.Getenv, Now: time.Now}
	if code := Tool().Run(env, []string{"--script", "--loopback"}); code != 0 {
		t.Fatalf("exit code %d\n%s\n%s", code, &out, &errs)
	}
	for _, want := range []string{"kill -9 of the web server", "the page was there all the time", "had first made sure that", "is back in the cluster"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &out)
		}
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if left := descendants(os.Getpid()); len(left) > 0 {
		t.Errorf("processes left behind: %v", left)
	}
}

// A process and its children are found below us, and gone after killAll.
func TestKillAll(t *testing.T) {
	cmd := exec.Command("/bin/sh", "-c", "sleep 60 & sleep 60")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	for end := time.Now().Add(5 * time.Second); len(descendants(cmd.Process.Pid)) < 2 && time.Now().Before(end); {
		time.Sleep(5 * time.Millisecond)
	}
	below := descendants(cmd.Process.Pid)
	if len(below) != 2 || !slices.Contains(descendants(os.Getpid()), below[0]) {
		t.Fatalf("below the shell: %v", below)
	}
	if err := killAll(cmd.Process.Pid); err != nil {
		t.Fatal(err)
	}
	for _, pid := range below {
		if alive(pid) {
			t.Errorf("process %d lives", pid)
		}
	}
	unix.Kill(cmd.Process.Pid, unix.SIGKILL)
}

// The fence agent reports what the switch says with the exit status that agents have.
func TestFenceAgent(t *testing.T) {
	dir := t.TempDir()
	l := &lab{dir: dir, say: t.Logf}
	l.machines = []*machine{{lab: l, name: "n1"}, {lab: l, name: "n2"}}
	if err := l.servePower(); err != nil {
		t.Fatal(err)
	}
	defer l.close()
	for _, c := range []struct {
		input, output string
		code          int
	}{
		{"action=list\n", "n1,\nn2,\n", 0},
		{"action=monitor\n", "", 0},
		{"action=status\nnodename=n1\nplug=n1\n", "", 2},
		{"action=off\nplug=n1\n", "", 0},
		{"action=off\nplug=n9\n", "", 1},
		{"action=dance\nplug=n1\n", "", 1},
	} {
		var out, errs bytes.Buffer
		env := &tool.Env{Program: fenceName, Stdin: strings.NewReader(c.input), Stdout: &out, Stderr: &errs, Getenv: os.Getenv, Now: time.Now}
		code := Fence().Run(env, []string{"--switch=" + l.path("power")})
		if int(code) != c.code || out.String() != c.output {
			t.Errorf("%q: exit code %d, output %q, %s", c.input, code, &out, &errs)
		}
	}
}
