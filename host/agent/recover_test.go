package agent

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"holdfast/crm"
)

// A daemon in a process of its own: it starts the agent that HOLDFAST_TEST_AGENT
// names, durably, and then hangs until it is killed.
func TestMain(m *testing.M) {
	if root := os.Getenv("HOLDFAST_TEST_ROOT"); root != "" {
		h := New(Options{OCFRoot: filepath.Join(root, "ocf"), RunDir: filepath.Join(root, "run")})
		for _, name := range []string{"slow", "quick", "hang", "look"} {
			req := request(name, "start")
			req.ID, req.Note = name, []byte("note of "+name)
			req.Durable = name != "look"
			if name == "hang" {
				req.Timeout = 1500 * time.Millisecond
			}
			h.Start(req)
		}
		time.Sleep(bound)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// The daemon is killed while agents run. Its next life finds each of them, lets them
// finish, and hears what they said, as often as it asks before it lets go.
func TestAgentsOutliveTheDaemon(t *testing.T) {
	const chatter = `echo "ocf-exit-reason:still here" >&2; `
	h := testHost(t, map[string]string{
		"slow":  `sleep 1; ` + chatter + `exit 5`,
		"quick": chatter + `exit 8`,
		"hang":  `sleep 300`,
		"look":  `sleep 1; exit 0`,
	})
	root := filepath.Dir(h.opt.RunDir)
	daemon := exec.Command(os.Args[0])
	daemon.Env = append(os.Environ(), "HOLDFAST_TEST_ROOT="+root)
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "quick has ended and the others run", func() bool {
		done, _ := filepath.Glob(h.opt.RunDir + "/*.done")
		ops, _ := filepath.Glob(h.opt.RunDir + "/*.op")
		return len(done) == 1 && len(ops) == 4
	})
	daemon.Process.Signal(syscall.SIGKILL)
	daemon.Wait()

	want := map[string]Result{
		"slow":  {Status: crm.OpDone, Code: crm.OCFNotInstalled, ExitReason: "still here"},
		"quick": {Status: crm.OpDone, Code: crm.OCFPromoted, ExitReason: "still here"},
		"hang":  {Status: crm.OpTimeout, Code: crm.OCFError, ExitReason: "Resource agent did not complete within 1.500s"},
		"look":  {Status: crm.OpError, Code: crm.OCFError, Lost: true, ExitReason: "Resource agent ended while its result could not be received"},
	}
	found, err := h.Recover()
	if err != nil || len(found) != 4 {
		t.Fatalf("recovered %d runs, %v", len(found), err)
	}
	for _, rec := range found {
		w, r := want[rec.ID], await1(t, rec)
		if r.Status != w.Status || r.Code != w.Code || r.ExitReason != w.ExitReason || r.Lost != w.Lost {
			t.Errorf("%s: got %v %v %q, lost %v", rec.ID, r.Status, r.Code, r.ExitReason, r.Lost)
		}
		if string(rec.Note) != "note of "+rec.ID || rec.Action != "start" {
			t.Errorf("%s: note %q, action %s", rec.ID, rec.Note, rec.Action)
		}
	}
	again, err := h.Recover()
	if err != nil || len(again) != 3 {
		t.Fatalf("the durable ones should be known until released: %d, %v", len(again), err)
	}
	for _, rec := range again {
		if w, r := want[rec.ID], await1(t, rec); r.Code != w.Code || r.ExitReason != w.ExitReason {
			t.Errorf("%s: told another story: %+v", rec.ID, r)
		}
		rec.Release()
	}
	if left, _ := filepath.Glob(h.opt.RunDir + "/*"); len(left) != 0 {
		t.Errorf("left in the run directory: %v", left)
	}
}

// A daemon that died between starting an agent and noting its process still finds it.
func TestRecoverWithoutProcess(t *testing.T) {
	h := testHost(t, map[string]string{"slow": `sleep 0.5; exit 7`})
	req := request("slow", "stop")
	req.Durable = true
	run := h.start(req)
	defer run.Release()
	path := run.(*child).record.file(recordSuffix)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	end := len(data) - 1
	for end > 0 && data[end-1] != '\n' {
		end--
	}
	if err := os.Truncate(path, int64(end)); err != nil {
		t.Fatal(err)
	}
	found, err := New(h.opt).Recover()
	if err != nil || len(found) != 1 {
		t.Fatalf("recovered %d, %v", len(found), err)
	}
	mine, _ := run.Process()
	if p, ok := found[0].Process(); !ok || p != mine {
		t.Errorf("found process %v, want %v", p, mine)
	}
	if r := await1(t, found[0]); r.Code != crm.OCFNotRunning {
		t.Errorf("got %v %v", r.Status, r.Code)
	}
}

// What another life of the machine left is of no interest.
func TestRecoverForgetsFormerBoot(t *testing.T) {
	h := testHost(t, nil)
	os.MkdirAll(h.opt.RunDir, 0o700)
	os.WriteFile(filepath.Join(h.opt.RunDir, "1-1-1.op"), []byte(`{"id":"x","boot":"other","durable":true}`+"\n"), 0o600)
	os.WriteFile(filepath.Join(h.opt.RunDir, "1-1-1.exit"), []byte("0\n"), 0o600)
	os.WriteFile(filepath.Join(h.opt.RunDir, "1-1-1.out"), nil, 0o600)
	os.WriteFile(filepath.Join(h.opt.RunDir, "1-1-2.op"), []byte(`rubbish`), 0o600)
	found, err := h.Recover()
	left, _ := filepath.Glob(h.opt.RunDir + "/*")
	if err != nil || len(found) != 0 || len(left) != 0 {
		t.Fatalf("found %v, left %v, %v", found, left, err)
	}
}
