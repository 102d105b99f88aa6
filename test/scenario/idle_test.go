package scenario_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"holdfast/test/lab"
)

// What a daemon may need while 100 resources run in its cluster and nothing happens.
const (
	idleResources = 100
	idleMemory    = 60 << 20
	idleLoad      = 0.01 // of a processor
	idleTime      = 20 * time.Second
	idleBound     = 3 * time.Minute // to get there, on a busy machine
)

// A daemon with 100 resources is small, and costs next to nothing while nothing
// happens. What monitors cost is told, too: each is a process, so it has no bound here.
//
//	go test ./test/scenario -run Idle -v
func TestAnIdleDaemonIsSmall(t *testing.T) {
	if why := lab.Missing(); why != "" {
		t.Skip("no real cluster here: " + why)
	}
	l := idleLab(t)
	configureIdle(t, l, "")
	memory, load := measure(t, l)
	t.Logf("at rest: %.1f MB, %.2f %% of a processor", float64(memory)/(1<<20), 100*load)
	if memory > idleMemory {
		t.Errorf("a node process has %d MB, more than %d", memory>>20, idleMemory>>20)
	}
	if load > idleLoad {
		t.Errorf("a node process uses %.2f %% of a processor, more than %.2f", 100*load, 100*idleLoad)
	}
	configureIdle(t, l, `<operations><op id="%[1]s-m" name="monitor" interval="10s" timeout="60s"/></operations>`)
	time.Sleep(idleTime / 2) // until all monitors have run
	memory, load = measure(t, l)
	t.Logf("with a monitor of each every 10 s: %.1f MB, %.2f %% of a processor", float64(memory)/(1<<20), 100*load)
}

// idleLab is three machines that are on.
func idleLab(t *testing.T) *lab.Lab {
	t.Helper()
	var err error
	if stage == nil {
		if stage, err = lab.NewStage(lab.Dir()); err != nil {
			t.Fatal(err)
		}
	}
	l, err := lab.New(lab.Options{Machines: 3, Token: time.Second, Dir: filepath.Join(lab.Dir(), "idle"), Stage: stage})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, m := range l.Machines {
		if err := m.On(); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

// configureIdle gives the cluster its resources and waits until they run.
func configureIdle(t *testing.T, l *lab.Lab, operations string) {
	t.Helper()
	var text strings.Builder
	text.WriteString("<configuration><crm_config><cluster_property_set id=\"o\"><nvpair id=\"o-f\" name=\"stonith-enabled\" value=\"false\"/></cluster_property_set></crm_config><resources>")
	for i := range idleResources {
		id := fmt.Sprint("r", i)
		fmt.Fprintf(&text, `<primitive id="%s" class="ocf" provider="pacemaker" type="Dummy">`, id)
		if operations != "" {
			fmt.Fprintf(&text, operations, id)
		}
		text.WriteString("</primitive>")
	}
	text.WriteString("</resources></configuration>")
	m := l.Machines[0]
	if err := os.WriteFile(m.Path("var/log/idle.xml"), []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	awaitIdle(t, func() error {
		_, err := m.Run(time.Minute, "cibadmin", "--modify", "--allow-create", "-o", "configuration", "--xml-file", "/var/log/idle.xml")
		return err
	})
	awaitIdle(t, func() error {
		running := 0
		for _, m := range l.Machines {
			list, _ := filepath.Glob(m.Root() + "/run/Dummy-r*.state")
			running += len(list)
		}
		if running != idleResources {
			return fmt.Errorf("%d of %d resources run", running, idleResources)
		}
		out, err := m.Run(time.Minute, "crm_resource", "--wait", "--timeout", "50s")
		if err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		return nil
	})
}

func awaitIdle(t *testing.T, ask func() error) {
	t.Helper()
	err := ask()
	for end := time.Now().Add(idleBound); err != nil && time.Now().Before(end); err = ask() {
		time.Sleep(200 * time.Millisecond)
	}
	if err != nil {
		t.Fatalf("not within %v: %v", idleBound, err)
	}
}

// measure returns the most memory that a node process has, and the most time that one
// uses of a second.
func measure(t *testing.T, l *lab.Lab) (memory int, load float64) {
	t.Helper()
	time.Sleep(2 * time.Second) // what was begun ends
	before := make([]lab.Process, len(l.Machines))
	used := make([]time.Duration, len(l.Machines))
	for i, m := range l.Machines {
		p, ok := m.Node()
		if !ok {
			t.Fatalf("no node process runs on %s", m.Name)
		}
		before[i], used[i] = p, p.Used()
	}
	begun := time.Now()
	time.Sleep(idleTime)
	took := time.Since(begun)
	for i, m := range l.Machines {
		if now, ok := m.Node(); !ok || !now.Same(before[i]) {
			t.Fatalf("the node process of %s has ended meanwhile", m.Name)
		}
		memory = max(memory, before[i].Memory())
		load = max(load, float64(before[i].Used()-used[i])/float64(took))
	}
	return memory, load
}
