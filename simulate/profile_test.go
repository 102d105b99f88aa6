package simulate

import (
	"slices"
	"testing"
	"time"
)

// A profile leaves nothing to chance but what it does not name.
func TestProfilesNarrowWhatIsDrawn(t *testing.T) {
	narrow := Profile{Kinds: []Kind{Split, Crash}, Gap: 3 * time.Second, Nodes: []int{3, 5}, Need: TwoDevices | Stops}
	sizes := map[int]bool{}
	for seed := uint64(1); seed <= 20; seed++ {
		p := newPlan(Options{Seed: seed, Draws: 3, Profile: narrow}.withDefaults())
		sizes[p.nodes] = true
		if p.policy != "stop" || !p.together || len(p.devices) != 2 || len(p.faults) < 60/3 {
			t.Errorf("seed %d: policy %s, devices %v together %v, %d faults", seed, p.policy, p.devices, p.together, len(p.faults))
		}
		longer := narrow
		longer.Times = map[Kind]float64{Split: 6}
		for i, f := range newPlan(Options{Seed: seed, Draws: 3, Profile: longer}.withDefaults()).faults {
			was, times := p.faults[i], time.Duration(1)
			if !slices.Contains(narrow.Kinds, f.Kind) {
				t.Errorf("seed %d: fault %v", seed, f)
			}
			if f.Kind == Split {
				times = 6
			}
			if f.For != times*was.For || f.At != was.At || f.Kind != was.Kind {
				t.Errorf("seed %d: %v is to last %d times as long as %v", seed, f, times, was)
			}
		}
	}
	if !sizes[3] || !sizes[5] || len(sizes) != 2 {
		t.Errorf("sizes are %v", sizes)
	}
}
