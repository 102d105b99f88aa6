package simulate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// plan is what a seed draws before anything happens: the cluster, its
// configuration, and every fault with its moment. Faults can therefore be left
// out one by one without changing the others.
type plan struct {
	draws    int // generation of draws
	rng      *rand.Rand
	nodes    int
	twoNode  bool
	policy   string // no-quorum-policy
	devices  []string
	together bool // both devices must switch a machine off
	groups   [][]string
	single   []string
	clone    bool // an anonymous clone
	promoted bool // a promotable clone
	config   string
	faults   []Fault

	// Drawn from the second generation on, from more.
	more      *rand.Rand
	latency   time.Duration // of the network when nothing is wrong, at most: from the third generation on
	networks  int           // between the machines
	upgrades  bool          // the machines begin with older software
	rules     string        // more constraints
	options   string        // more cluster options
	leavesOff bool          // fencing switches off and not on again
	movable   []string      // services that can be moved while they run
}

func newPlan(o Options) *plan {
	p := &plan{draws: o.Draws, rng: rand.New(rand.NewPCG(o.Seed, 0x706c616e)), more: rand.New(rand.NewPCG(o.Seed, 0x7377726d)), nodes: o.Nodes}
	if drawn := 1 + p.rng.IntN(7); o.Nodes == 0 {
		p.nodes = drawn
	}
	if p.draws > 1 {
		p.drawCluster(o)
		p.narrowCluster(o)
	}
	p.twoNode = p.nodes == 2
	p.policy = []string{"stop", "stop", "stop", "freeze", "ignore"}[p.rng.IntN(5)]
	if p.draws > 1 {
		p.drawPolicy()
	}
	p.devices = []string{"fence-a"}
	if p.chance(2) {
		p.devices = append(p.devices, "fence-b")
		p.together = p.chance(2)
	}
	p.drawResources()
	if p.draws > 1 {
		p.narrowParts(o)
		p.drawRules()
	}
	p.config = p.configuration()
	p.drawFaults(o)
	if p.draws > 1 {
		p.drawTrouble(o)
		p.narrowFaults(o)
	}
	p.faults = slices.DeleteFunc(p.faults, func(f Fault) bool { return slices.Contains(o.Without, f.Number) || p.nodes == 1 && f.Kind.needsPeers() })
	if p.latency = time.Millisecond; p.draws > 2 {
		p.latency = []time.Duration{time.Millisecond, 20 * time.Millisecond, 150 * time.Millisecond}[p.more.IntN(3)]
	}
	return p
}

// chance is true in one of n cases.
func (p *plan) chance(n int) bool { return p.rng.IntN(n) == 0 }

func (p *plan) drawResources() {
	for g := range 1 + p.rng.IntN(2) {
		var members []string
		for i := range 1 + p.rng.IntN(3) {
			members = append(members, fmt.Sprintf("g%d-%c", g+1, 'a'+i))
		}
		p.groups = append(p.groups, members)
	}
	for i := range p.rng.IntN(3) {
		p.single = append(p.single, fmt.Sprintf("s%d", i+1))
	}
	p.clone, p.promoted = p.chance(3), p.chance(2)
}

// exclusive lists the services that may run once.
func (p *plan) exclusive() []string {
	var names []string
	for _, g := range p.groups {
		names = append(names, g...)
	}
	return append(names, p.single...)
}

// database is the promotable resource, cloned the anonymous clone's.
const (
	database = "db"
	cloned   = "agent"
)

// promotedRole stands for the promoted role of the database among the exclusive
// things.
const promotedRole = database + " promoted"

// configuration is the document that every run begins with.
func (p *plan) configuration() string {
	var b strings.Builder
	add := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	add(`<configuration><crm_config><cluster_property_set id="sim">`)
	add(`<nvpair id="sim-fencing" name="stonith-enabled" value="true"/><nvpair id="sim-deadtime" name="dc-deadtime" value="5s"/>`)
	add(`<nvpair id="sim-policy" name="no-quorum-policy" value="%s"/>%s</cluster_property_set></crm_config><nodes/><resources>`, p.policy, p.options)
	var hosts []string
	for i := range p.nodes {
		hosts = append(hosts, fmt.Sprintf("n%d", i+1))
	}
	for _, d := range p.devices {
		add(`<primitive id="%[1]s" class="stonith" type="fence_sim"><instance_attributes id="%[1]s-p"><nvpair id="%[1]s-l" name="pcmk_host_list" value="%[2]s"/>`, d, strings.Join(hosts, " "))
		add(`<nvpair id="%[1]s-d" name="pcmk_delay_max" value="2s"/></instance_attributes><operations><op id="%[1]s-m" name="monitor" interval="60s"/></operations></primitive>`, d)
	}
	for i, members := range p.groups {
		add(`<group id="g%d">`, i+1)
		for _, m := range members {
			add("%s", p.primitive(m, "exclusive", false))
		}
		add(`</group>`)
	}
	for _, s := range p.single {
		add("%s", p.primitive(s, "exclusive", true))
	}
	if p.clone {
		add(`<clone id="agent-clone"><meta_attributes id="agent-clone-meta">%s</meta_attributes>%s</clone>`, p.interleaved("agent-clone"), p.primitive(cloned, "everywhere", false))
	}
	if p.promoted {
		add(`<clone id="db-clone"><meta_attributes id="db-clone-meta"><nvpair id="db-promotable" name="promotable" value="true"/>%s</meta_attributes>%s</clone>`, p.interleaved("db-clone"), p.primitive(database, database, false))
	}
	add(`</resources><constraints>%s%s</constraints>`, p.constraints(), p.rules)
	if len(p.devices) == 2 {
		add("%s", p.topology(hosts))
	}
	add(`<rsc_defaults><meta_attributes id="sim-defaults"><nvpair id="sim-stickiness" name="resource-stickiness" value="100"/>`)
	add(`<nvpair id="sim-failures" name="failure-timeout" value="10s"/></meta_attributes></rsc_defaults>`)
	add(`<op_defaults><meta_attributes id="sim-ops"><nvpair id="sim-timeout" name="timeout" value="6s"/></meta_attributes></op_defaults></configuration>`)
	return b.String()
}

func (p *plan) primitive(name, kind string, alone bool) string {
	fail := p.onFail()
	monitors := fmt.Sprintf(`<op id="%s-m" name="monitor" interval="5s"%s/>`, name, fail)
	if kind == database {
		monitors = fmt.Sprintf(`<op id="%[1]s-m" name="monitor" interval="5s" role="Unpromoted"/><op id="%[1]s-p" name="monitor" interval="4s" role="Promoted"%[2]s/>`, name, fail)
	}
	return fmt.Sprintf(`<primitive id="%s" class="ocf" provider="sim" type="%s">%s<operations>%s</operations></primitive>`, name, kind, p.meta(name, alone), monitors)
}

// interleaved draws meta attributes of a clone.
func (p *plan) interleaved(id string) string {
	if p.draws < 2 || !p.oneIn(2) {
		return ""
	}
	return fmt.Sprintf(`<nvpair id="%s-interleave" name="interleave" value="true"/>`, id)
}

// constraints are such that everything can still run.
func (p *plan) constraints() string {
	var b strings.Builder
	if p.chance(2) {
		fmt.Fprintf(&b, `<rsc_location id="likes" rsc="g1" node="n%d" score="%d"/>`, 1+p.rng.IntN(p.nodes), 50+p.rng.IntN(400))
	}
	if p.promoted && p.chance(2) {
		b.WriteString(`<rsc_colocation id="near" rsc="g1" with-rsc="db-clone" with-rsc-role="Promoted" score="INFINITY"/>`)
		b.WriteString(`<rsc_order id="behind" first="db-clone" first-action="promote" then="g1" then-action="start"/>`)
	}
	if len(p.groups) > 1 && p.chance(2) {
		fmt.Fprintf(&b, `<rsc_colocation id="apart" rsc="g2" with-rsc="g1" score="%d"/>`, -200)
	}
	if len(p.single) > 0 && p.chance(2) {
		fmt.Fprintf(&b, `<rsc_order id="after" first="g1" then="%s"/>`, p.single[0])
	}
	return b.String()
}

func (p *plan) topology(hosts []string) string {
	var b strings.Builder
	b.WriteString(`<fencing-topology>`)
	for _, h := range hosts {
		if p.together {
			fmt.Fprintf(&b, `<fencing-level id="%[1]s-1" target="%[1]s" index="1" devices="fence-a,fence-b"/>`, h)
			continue
		}
		fmt.Fprintf(&b, `<fencing-level id="%[1]s-1" target="%[1]s" index="1" devices="fence-a"/><fencing-level id="%[1]s-2" target="%[1]s" index="2" devices="fence-b"/>`, h)
	}
	b.WriteString(`</fencing-topology>`)
	return b.String()
}

// drawFaults draws what goes wrong, in order of time.
func (p *plan) drawFaults(o Options) {
	for at := p.between(500*time.Millisecond, 6*time.Second); at < o.Trouble; at += p.between(500*time.Millisecond, 6*time.Second) {
		f := Fault{Number: len(p.faults) + 1, At: at, Kind: kinds[p.rng.IntN(len(kinds))], Node: p.rng.IntN(p.nodes),
			For: p.between(50*time.Millisecond, 12*time.Second), Device: p.devices[p.rng.IntN(len(p.devices))],
			Jump: p.between(-20*time.Second, 20*time.Second)}
		for i := range p.nodes {
			if p.chance(2) {
				f.Side = append(f.Side, i)
			}
		}
		p.faults = append(p.faults, f)
	}
}

func (p *plan) between(low, high time.Duration) time.Duration {
	return low + time.Duration(p.rng.Int64N(int64(high-low)+1))
}
