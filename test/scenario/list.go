package scenario

import "slices"

// All are the scenarios, those of one kind beside one another.
func All() []Scenario {
	return slices.Concat(stopping, resting, failing, dying, losing, splitting, cabling, resyncing, counting)
}

// Find returns the scenario with a name.
func Find(name string) (Scenario, bool) {
	for _, s := range All() {
		if s.Name == name {
			return s, true
		}
	}
	return Scenario{}, false
}

// Draw returns a random scenario that fits the cluster.
func (c *Cluster) Draw() Scenario {
	for list := All(); ; {
		if s := list[c.rand.IntN(len(list))]; c.Fits(s) {
			return s
		}
	}
}
