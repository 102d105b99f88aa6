package hub

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"holdfast/cluster/view"
	"holdfast/crm"
	"holdfast/host/engine"
)

// TestMain lets the test binary play a member in a process of its own.
func TestMain(m *testing.M) {
	if path := os.Getenv("HUB_TEST_PATH"); path != "" {
		id, _ := strconv.Atoi(os.Getenv("HUB_TEST_NODE"))
		playMember(path, crm.NodeID(id))
		return
	}
	os.Exit(m.Run())
}

func threeNodes() []view.Node {
	return []view.Node{{ID: 1, Name: "n1"}, {ID: 2, Name: "n2"}, {ID: 3, Name: "n3"}}
}

// playMember prints what it is told, a line each, and says what it reads.
func playMember(path string, id crm.NodeID) {
	runs = processRuns
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	e, err := Open(ctx, Options{Path: path, Self: id, Nodes: threeNodes(), Token: 400 * time.Millisecond})
	if err != nil {
		fmt.Println("error", err)
		return
	}
	go func() {
		in := bufio.NewScanner(os.Stdin)
		for in.Scan() {
			e.Multicast([]byte(in.Text()))
		}
		e.Close()
	}()
	for ev := range e.Events() {
		switch ev := ev.(type) {
		case engine.ViewChange:
			fmt.Println("view", ev.Members, ev.Quorate)
		case engine.Message:
			fmt.Printf("%d: %s\n", ev.From, ev.Data)
		case engine.Lost:
			fmt.Println("lost", ev.Err)
		}
	}
}

// process is one such member.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	in    io.WriteCloser
	lines chan string
}

func spawn(t *testing.T, path string, id int) *process {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "HUB_TEST_PATH="+path, fmt.Sprint("HUB_TEST_NODE=", id))
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	in, _ := cmd.StdinPipe()
	out, _ := cmd.StdoutPipe()
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{t, cmd, in, make(chan string, 10000)}
	go func() {
		defer close(p.lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			p.lines <- s.Text()
		}
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	return p
}

// expect reads lines until one begins with the text; the others are skipped.
func (p *process) expect(text string) {
	p.t.Helper()
	limit := time.After(5 * time.Second)
	var seen []string
	for {
		select {
		case line, ok := <-p.lines:
			if strings.HasPrefix(line, text) {
				return
			}
			seen = append(seen, line)
			if ok {
				continue
			}
		case <-limit:
		}
		p.t.Fatalf("no line %q; got %q", text, seen)
	}
}

func (p *process) say(text string) { fmt.Fprintln(p.in, text) }

func three(t *testing.T) (path string, all [4]*process) {
	path = filepath.Join(t.TempDir(), "hub")
	for id := 1; id <= 3; id++ {
		all[id] = spawn(t, path, id)
		all[id].expect("view")
	}
	for id := 1; id <= 3; id++ {
		if id < 3 {
			all[id].expect("view [1 2 3] true")
		}
	}
	return path, all
}

// TestTheDeathOfTheHostIsOvercomeAtOnce kills the process that hosts the hub in
// the middle of traffic; the others go on, and the new process comes in.
func TestTheDeathOfTheHostIsOvercomeAtOnce(t *testing.T) {
	path, all := three(t)
	for i := range 100 {
		all[2].say(fmt.Sprint("before ", i))
	}
	all[2].expect("2: before 10")
	all[1].cmd.Process.Kill()
	died := time.Now()
	all[3].expect("view [2 3] true")
	took := time.Since(died)
	t.Logf("the view without the host came after %v", took)
	if took > time.Second {
		t.Error("that is not at once")
	}
	all[2].say("after")
	all[2].expect("2: before 99")
	all[2].expect("2: after")
	all[3].expect("2: after")
	all[1].cmd.Wait()
	again := spawn(t, path, 1)
	again.expect("view [1 2 3] true")
	again.say("hello again")
	all[2].expect("1: hello again")
}

// TestAStoppedHostIsReplaced stops the host without killing it; the others
// replace it, and when it wakes it learns that it was left behind.
func TestAStoppedHostIsReplaced(t *testing.T) {
	_, all := three(t)
	all[1].cmd.Process.Signal(syscall.SIGSTOP)
	all[2].expect("view [2 3] true")
	all[3].expect("view [2 3] true")
	all[2].say("without you")
	all[3].expect("2: without you")
	all[1].say("what did I miss?")
	all[1].cmd.Process.Signal(syscall.SIGCONT)
	all[1].expect("lost")
	all[2].say("the end")
	all[2].expect("2: the end")
	for line := range all[1].lines {
		t.Errorf("the member that was left behind was told %q after Lost", line)
	}
}

// TestAStoppedMemberIsLeftBehind stops a member that is not the host.
func TestAStoppedMemberIsLeftBehind(t *testing.T) {
	_, all := three(t)
	all[3].cmd.Process.Signal(syscall.SIGSTOP)
	all[2].expect("view [1 2] true")
	all[3].cmd.Process.Signal(syscall.SIGCONT)
	all[3].expect("lost")
	all[1].say("go on")
	all[2].expect("1: go on")
}
