package simulate

import "time"

// Profile narrows what a seed draws, from the third generation on, to what matters
// for one question. internal/mutants looks for a known mistake with it: where only
// those things go wrong that can bring it to light, few seeds are enough.
type Profile struct {
	Kinds []Kind           // the only faults, as often as they are named; drawn as always if empty
	Gap   time.Duration    // between two of them, at most; 6 s if zero
	Times map[Kind]float64 // how many times as long as usual those of a kind last, if not once
	Nodes []int            // sizes of clusters; drawn as always if empty
	Need  Part             // what every configuration has
}

// Part is a part of configurations that is drawn for some of them only.
type Part uint8

// Parts may be added up.
const (
	TwoDevices Part = 1 << iota // two fence devices that must both switch a machine off
	Stops                       // no-quorum-policy is stop
)

// narrowCluster draws the size of the cluster.
func (p *plan) narrowCluster(o Options) {
	if sizes := o.Profile.Nodes; len(sizes) > 0 {
		p.nodes = sizes[p.more.IntN(len(sizes))]
	}
}

// has reports whether the profile wants a part.
func (o Options) has(part Part) bool { return o.Profile.Need&part != 0 }

// narrowParts has the configuration hold what it must.
func (p *plan) narrowParts(o Options) {
	if o.has(TwoDevices) {
		p.devices, p.together = []string{"fence-a", "fence-b"}, true
	}
	if o.has(Stops) {
		p.policy = "stop"
	}
}

// narrowFaults replaces what was drawn by faults of the profile's kinds.
func (p *plan) narrowFaults(o Options) {
	if len(o.Profile.Kinds) == 0 {
		return
	}
	first := len(p.faults)
	p.faults = nil
	gap := o.Profile.Gap
	if gap == 0 {
		gap = 6 * time.Second
	}
	p.add(o, o.Profile.Kinds, gap/12, gap, first)
	for i := range p.faults {
		f := &p.faults[i]
		if times := o.Profile.Times[f.Kind]; times > 0 {
			f.For = time.Duration(float64(f.For) * times)
		}
	}
}
