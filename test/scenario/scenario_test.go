package scenario_test

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/test/lab"
	"holdfast/test/scenario"
)

var (
	everything = flag.Bool("all", false, "run every scenario, on clusters of two to five nodes; it takes ten minutes")
	size       = flag.Int("nodes", 0, "with -all: only clusters of so many nodes (0: of two to five)")
	jobs       = flag.Int("jobs", 4, "with -all: how many clusters at the same time")
)

func TestMain(m *testing.M) { os.Exit(lab.Main(m.Run)) }

// stage is the program that the clusters of all tests run.
var stage *lab.Stage

// boot starts a cluster of real machines, or says why there can be none here.
func boot(t *testing.T, nodes int) *scenario.Cluster {
	t.Helper()
	if why := lab.Missing(); why != "" {
		t.Skip("no real cluster here: " + why)
	}
	var err error
	if stage == nil {
		if stage, err = lab.NewStage(lab.Dir()); err != nil {
			t.Fatal(err)
		}
	}
	c, err := scenario.Boot(scenario.Options{Nodes: nodes, Links: 1 + nodes%2, Token: time.Second, Seed: uint64(nodes), Stage: stage, Classic: *everything && nodes == 4 && scenario.ClassicMissing() == ""})
	if c != nil {
		t.Cleanup(func() {
			keepLogs(t, c)
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// keepLogs copies the logs of a cluster in which something went wrong to $LAB_KEEP.
func keepLogs(t *testing.T, c *scenario.Cluster) {
	if dir := os.Getenv("LAB_KEEP"); t.Failed() && dir != "" {
		dir = filepath.Join(dir, t.Name())
		t.Logf("logs and CIBs are in %s (%v)", dir, c.Lab.SaveLogs(dir))
	}
}

func play(t *testing.T, c *scenario.Cluster, s scenario.Scenario) {
	t.Helper()
	begun := time.Now()
	story, err := c.Run(s)
	t.Logf("%-24s %5.1fs %s", s.Name, time.Since(begun).Seconds(), story)
	if err != nil {
		t.Fatalf("%s: %v", s.Name, err)
	}
}

// A cluster of three stays whole whatever of this short selection happens to it.
func TestACommonDay(t *testing.T) {
	c := boot(t, 3)
	for _, name := range []string{
		"restart", "standby", "reattach", "resource-recover", "kill-node-process-dc", "kill-supervisor",
		"power-off", "split-no-fencing", "split-slow-fencing",
	} {
		s, ok := scenario.Find(name)
		if !ok {
			t.Fatalf("there is no scenario %q", name)
		}
		play(t, c, s)
	}
}

// With -all: every scenario, on clusters of every size that fits. Those of different
// size are played at the same time, each in a world of its own.
func TestEveryScenario(t *testing.T) {
	switch {
	case !*everything:
		t.Skip("it takes ten minutes; run it with: go test ./test/scenario -timeout 1h -args -all")
	case *size > 0:
		playAll(t, *size)
		return
	}
	if why := lab.Missing(); why != "" {
		t.Skip("no real cluster here: " + why)
	}
	holdfast, err := lab.Program(lab.Dir())
	if err != nil {
		t.Fatal(err)
	}
	turns := make(chan struct{}, max(1, *jobs))
	var all sync.WaitGroup
	for nodes := 5; nodes >= 2; nodes-- { // the large ones take the longest
		turns <- struct{}{}
		all.Go(func() {
			t.Run(fmt.Sprint(nodes, " nodes"), func(t *testing.T) { playBeside(t, holdfast, nodes) })
			<-turns
		})
	}
	all.Wait()
}

// playBeside has this program play all scenarios on clusters of one size in a world of its own.
func playBeside(t *testing.T, holdfast string, nodes int) {
	var limit time.Duration // none
	if end, ok := t.Deadline(); ok {
		limit = time.Until(end) - time.Minute
	}
	cmd := lab.Beside(holdfast, "-test.run=^TestEveryScenario$", "-test.v", fmt.Sprint("-test.timeout=", limit), "-all", fmt.Sprint("-nodes=", nodes))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if line := lines.Text(); !strings.HasPrefix(line, "===") {
			t.Log(strings.TrimSpace(line))
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// playAll has every scenario happen to a cluster. One that fails ends its cluster, and the
// next ones happen to another.
func playAll(t *testing.T, nodes int) {
	left := scenario.All()
	for round := 1; len(left) > 0; round++ {
		before := len(left)
		t.Run(fmt.Sprintf("%d nodes, cluster %d", nodes, round), func(t *testing.T) {
			c := boot(t, nodes)
			for len(left) > 0 {
				s := left[0]
				left = left[1:]
				if c.Fits(s) {
					play(t, c, s)
				}
			}
		})
		if len(left) == before {
			return // there can be no cluster
		}
	}
}
