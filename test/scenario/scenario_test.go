package scenario_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"holdfast/test/lab"
	"holdfast/test/scenario"
)

var everything = flag.Bool("all", false, "run every scenario, on clusters of two to five nodes; it takes half an hour")

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

// With -all: every scenario, on clusters of every size that fits.
func TestEveryScenario(t *testing.T) {
	if !*everything {
		t.Skip("it takes half an hour; run it with: go test ./test/scenario -timeout 1h -args -all")
	}
	for nodes := 2; nodes <= 5; nodes++ {
		t.Run(string(rune('0'+nodes))+" nodes", func(t *testing.T) {
			c := boot(t, nodes)
			for _, s := range scenario.All() {
				if c.Fits(s) {
					play(t, c, s)
				}
			}
		})
	}
}
