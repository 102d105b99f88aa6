package simulate

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"
)

var effects = flag.Int("effects", 30, "before how many effects to kill a process, one after the other")

// TestCrashBeforeEveryEffect kills a process before each of its first effects after a
// node has failed under it: in the middle of what the coordinator does to fence that
// node and to start its services again. Whatever it has said and not done by then, no
// promise is broken and the cluster is whole in the end.
func TestCrashBeforeEveryEffect(t *testing.T) {
	for node := range 2 {
		for k := 1; k <= *effects; k++ {
			p := newScene(t).plan
			p.faults = []Fault{
				{Number: 1, Kind: Power, Node: 2, At: 4 * time.Second, For: 20 * time.Second},
				{Number: 2, Kind: Fuse, Node: node, Count: k, At: 4 * time.Second, For: 15 * time.Second},
			}
			w := newWorld(Options{Seed: 1, Story: true, Trouble: 25 * time.Second}.withDefaults(), p)
			w.play()
			if w.report.Violation != "" {
				t.Fatalf("n%d killed before effect %d: %s\n%s", node+1, k, w.report.Violation, strings.Join(w.report.Told(60), "\n"))
			}
			if killed := fmt.Sprintf(" n%d: process killed", node+1); !strings.Contains(strings.Join(w.report.Story, "\n"), killed) {
				t.Logf("n%d has fewer than %d effects", node+1, k)
				break
			}
		}
	}
}
