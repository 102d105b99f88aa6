package simulate

import (
	"fmt"
	"time"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/cluster"
	"holdfast/cluster/wire"
)

// configure puts the configuration on every disk before the first start.
func (w *world) configure() {
	config, err := xml.Parse([]byte(w.plan.config))
	if err != nil {
		panic("simulate: " + err.Error())
	}
	root := cib.Empty("").Root().Copy()
	for i, c := range root.Children {
		if c.Name == "configuration" {
			root.Children[i] = config
		}
	}
	root.SetAttr("epoch", "1")
	for _, m := range w.machines {
		m.disk.document = root
	}
	w.write()
}

// writers are administrators who change the configuration now and then, each
// change with a mark of its own.
type writers struct {
	serial  uint64
	pending map[*process]map[uint64]string
}

// write has an administrator on some node change something, again and again, in
// whatever partition that node is.
func (w *world) write() {
	w.after(w.between(200*time.Millisecond, 4*time.Second), func() {
		if w.calm {
			return
		}
		if p := w.machines[w.rng.IntN(len(w.machines))].proc; p != nil {
			w.writers.change(w, p)
		}
		w.write()
	})
}

func (a *writers) change(w *world, p *process) {
	a.serial++
	mark := fmt.Sprintf("mark-%d", a.serial)
	if a.pending == nil {
		a.pending = map[*process]map[uint64]string{}
	}
	if a.pending[p] == nil {
		a.pending[p] = map[uint64]string{}
	}
	a.pending[p][a.serial] = mark
	w.tell("%s: is asked for %s", p.m.name, mark)
	set := xml.New("cluster_property_set", "id", "marks").Add(xml.New("nvpair", "id", mark, "name", mark, "value", "1"))
	r := cib.Request{Op: cib.Modify, Section: "crm_config", Data: xml.New("crm_config").Add(set), AllowCreate: true}
	p.step(cluster.Asked{Client: a.serial, Command: &wire.CIB{Change: wire.NewChange(r)}})
}

// replied notes what was acknowledged: by a side with quorum it must survive.
func (a *writers) replied(w *world, p *process, r cluster.Reply) {
	mark := a.pending[p][r.Client]
	if mark == "" {
		return
	}
	if r.Result.Err != nil {
		w.tell("%s: refuses %s: %v", p.m.name, mark, r.Result.Err)
		return
	}
	delete(a.pending[p], r.Client)
	w.tell("%s: acknowledges %s", p.m.name, mark)
	if p.node.Quorate() && !w.halved(p) {
		w.truth.acked = append(w.truth.acked, `id="`+mark+`"`)
	}
}

// halved reports whether this is one of two nodes that both have quorum, divided: one
// will fence the other, and its history is lost with it (it is kept aside). So it is if
// the other has gone on alone and lost its power since, as long as nobody has fenced it.
func (w *world) halved(p *process) bool {
	if !w.plan.twoNode {
		return false
	}
	other := w.machines[2-p.m.id]
	peer, line := p.node.State().Peers[other.id], other.disk.lineage
	return peer == nil || !peer.Present && (w.net.Up(other.id) || line.Boot != "" && !p.m.disk.lineage.Ends(line))
}

// lifeAttribute is a node attribute by which each life is known.
const lifeAttribute = "life"

// attributes has something on a node say again and again in which life it is.
func (w *world) attributes(p *process) {
	w.after(w.between(100*time.Millisecond, 3*time.Second), func() {
		if p.dead || w.calm {
			return
		}
		p.step(cluster.Asked{Command: &wire.Attribute{Task: "update", Node: p.m.name, Name: lifeAttribute, Value: p.m.life(), Dampen: -1}})
		w.attributes(p)
	})
}
