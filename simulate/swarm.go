package simulate

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// laterKinds are the faults of the second generation as often as they are drawn.
var laterKinds = []Kind{Drift, Cut, Cut, OneWay, OneWay, Deaf, Flap, Link, Link, Delay, Fuse, Fuse, Fuse, Fuse, PowerFuse, PowerFuse, CrashAll, Blackout,
	AgentsSlow, AgentsCrash, DeviceBounces, DeviceWrong, DeviceIsland, DiskFull, DiskHangs, Crowd, Crowd}

// oneIn is true in one of n cases, from the second generation's numbers.
func (p *plan) oneIn(n int) bool { return p.more.IntN(n) == 0 }

// drawCluster draws what the cluster is made of.
func (p *plan) drawCluster(o Options) {
	if large := 8 + p.more.IntN(9); p.oneIn(12) && o.Nodes == 0 {
		p.nodes = large
	}
	p.networks = 1
	if p.oneIn(4) {
		p.networks = 2
	}
	p.upgrades = p.oneIn(3)
}

// drawPolicy draws the rarer answers to a lost quorum, and more cluster options.
func (p *plan) drawPolicy() {
	if p.oneIn(6) {
		p.policy = []string{"demote", "suicide"}[p.more.IntN(2)]
	}
	p.options = blankRegisters()
	for _, o := range []struct{ name, value string }{
		{"batch-limit", fmt.Sprint(1 + p.more.IntN(4))}, {"priority-fencing-delay", "1s"}, {"concurrent-fencing", "false"},
		{"start-failure-is-fatal", "false"}, {"stonith-action", "off"}, {"cluster-recheck-interval", "20s"}, {"node-health-strategy", "migrate-on-red"},
	} {
		if p.oneIn(6) {
			p.leavesOff = p.leavesOff || o.name == "stonith-action"
			p.options += fmt.Sprintf(`<nvpair id="sim-%[1]s" name="%[1]s" value="%[2]s"/>`, o.name, o.value)
		}
	}
}

// drawRules draws more constraints, such that everything can still run.
func (p *plan) drawRules() {
	var b strings.Builder
	add := func(need bool, text string, args ...any) {
		if p.oneIn(4) && need {
			fmt.Fprintf(&b, text, args...)
		}
	}
	single := func(i int) string { return p.single[i%len(p.single)] }
	add(p.clone, `<rsc_order id="clone-first" first="agent-clone" then="g1"/>`)
	add(p.clone, `<rsc_colocation id="by-clone" rsc="g1" with-rsc="agent-clone" score="INFINITY"/>`)
	if len(p.single) > 0 {
		add(true, `<rsc_order id="in-turn" kind="Serialize" first="g1" then="%s"/>`, single(0))
		add(p.nodes > 1, `<rsc_location id="rule" rsc="%s"><rule id="rule-1" score="40"><expression id="rule-1-e" attribute="#uname" operation="eq" value="n1"/></rule></rsc_location>`, single(0))
	}
	if len(p.single) > 1 {
		add(p.nodes > 2, `<rsc_colocation id="never-together" rsc="%s" with-rsc="%s" score="-INFINITY"/>`, single(0), single(1))
	}
	p.rules = b.String()
}

// meta draws meta attributes of a primitive: besides the threshold of the first
// generation.
func (p *plan) meta(name string, alone bool) string {
	text := ""
	add := func(key, value string) {
		text += fmt.Sprintf(`<nvpair id="%[1]s-%[2]s" name="%[2]s" value="%[3]s"/>`, name, key, value)
	}
	if p.chance(4) {
		text = fmt.Sprintf(`<nvpair id="%[1]s-threshold" name="migration-threshold" value="%d"/>`, name, 1+p.rng.IntN(3))
	}
	if p.draws > 1 {
		if alone && p.oneIn(2) {
			add("allow-migrate", "true")
			p.movable = append(p.movable, name)
		}
		if p.oneIn(4) {
			add("priority", fmt.Sprint(p.more.IntN(20)))
		}
	}
	if text == "" {
		return ""
	}
	return fmt.Sprintf(`<meta_attributes id="%s-meta">%s</meta_attributes>`, name, text)
}

// onFail draws what follows when a monitor fails.
func (p *plan) onFail() string {
	if p.draws > 1 && p.nodes > 1 && p.oneIn(10) {
		return ` on-fail="fence"`
	}
	return ""
}

// drawTrouble draws what goes wrong: what the first generation drew and more, parts
// of both, or a few kinds again and again. Each finds what the others drown.
func (p *plan) drawTrouble(o Options) {
	first := len(p.faults)
	switch p.more.IntN(4) {
	case 0:
		p.add(o, laterKinds, 2*time.Second, 12*time.Second, first)
	case 1:
		kept := half(p.more, kinds)
		p.faults = slices.DeleteFunc(p.faults, func(f Fault) bool { return !slices.Contains(kept, f.Kind) })
		p.add(o, half(p.more, laterKinds), time.Second, 8*time.Second, first)
	case 2:
		p.faults = nil
		p.add(o, laterKinds, 500*time.Millisecond, 6*time.Second, first)
	case 3:
		p.faults = nil
		few := append(slices.Clone(kinds), laterKinds...)
		p.more.Shuffle(len(few), func(i, j int) { few[i], few[j] = few[j], few[i] })
		p.add(o, few[:3], 500*time.Millisecond, 6*time.Second, first)
	}
	if p.upgrades {
		p.upgradeAll(o)
	}
	slices.SortStableFunc(p.faults, func(a, b Fault) int { return cmp.Compare(a.At, b.At) })
}

// half draws some of the kinds, at least one.
func half(rng *rand.Rand, from []Kind) []Kind {
	some := []Kind{from[rng.IntN(len(from))]}
	for _, k := range from {
		if rng.IntN(2) == 0 {
			some = append(some, k)
		}
	}
	return some
}

// add draws faults of some kinds, numbered after those of the first generation.
func (p *plan) add(o Options, of []Kind, low, high time.Duration, number int) {
	next := func() time.Duration { return low + time.Duration(p.more.Int64N(int64(high-low))) }
	for at := next(); at < o.Trouble; at += next() {
		number++
		p.faults = append(p.faults, p.fault(number, at, of[p.more.IntN(len(of))]))
	}
}

func (p *plan) fault(number int, at time.Duration, kind Kind) Fault {
	f := Fault{Number: number, At: at, Kind: kind, Node: p.more.IntN(p.nodes), Device: p.devices[p.more.IntN(len(p.devices))],
		For:   50*time.Millisecond + time.Duration(p.more.Int64N(int64(12*time.Second))),
		Jump:  time.Duration(p.more.Int64N(int64(12*time.Second))) - 6*time.Second,
		Link:  p.more.IntN(p.networks),
		Count: 1 + p.more.IntN(1+p.more.IntN(150)),
	}
	if p.nodes > 1 {
		f.Other = (f.Node + 1 + p.more.IntN(p.nodes-1)) % p.nodes
	}
	if p.oneIn(8) {
		f.For *= 4
	}
	for i := range p.nodes {
		if p.oneIn(2) {
			f.Side = append(f.Side, i)
		}
	}
	return f
}

// upgradeAll has the machines upgraded one after the other; the run may end half-way.
func (p *plan) upgradeAll(o Options) {
	number := 500
	gap := time.Second + time.Duration(p.more.Int64N(int64(12*time.Second)))
	at := time.Duration(p.more.Int64N(int64(20 * time.Second)))
	for i := range p.nodes {
		if at += gap; at >= o.Trouble {
			return
		}
		number++
		f := p.fault(number, at, Upgrade)
		f.Node = i
		p.faults = append(p.faults, f)
	}
}
