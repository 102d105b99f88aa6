package simulate

import (
	"fmt"
	"time"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/cluster"
	"holdfast/cluster/wire"
)

// configuration is what every run begins with: fencing, and a group of exclusive
// services.
const configuration = `<configuration>
<crm_config><cluster_property_set id="sim">
<nvpair id="sim-fencing" name="stonith-enabled" value="true"/>
<nvpair id="sim-deadtime" name="dc-deadtime" value="5s"/>
</cluster_property_set></crm_config>
<nodes/>
<resources>
<primitive id="fencing" class="stonith" type="fence_sim"><instance_attributes id="fencing-p">
<nvpair id="fencing-list" name="pcmk_host_list" value="%s"/>
<nvpair id="fencing-delay" name="pcmk_delay_max" value="2s"/></instance_attributes>
<operations><op id="fencing-monitor" name="monitor" interval="60s"/></operations></primitive>
<group id="service">
<primitive id="address" class="ocf" provider="sim" type="exclusive"><operations><op id="address-monitor" name="monitor" interval="5s"/></operations></primitive>
<primitive id="database" class="ocf" provider="sim" type="exclusive"><operations><op id="database-monitor" name="monitor" interval="5s"/></operations></primitive>
</group></resources>
<constraints/>
<rsc_defaults><meta_attributes id="sim-defaults">
<nvpair id="sim-stickiness" name="resource-stickiness" value="100"/>
<nvpair id="sim-failures" name="failure-timeout" value="10s"/></meta_attributes></rsc_defaults>
</configuration>`

// configure puts the configuration on every disk before the first start.
func (w *world) configure() {
	names := ""
	for _, m := range w.machines {
		names += string(m.name) + " "
	}
	config, err := xml.Parse([]byte(fmt.Sprintf(configuration, names)))
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

// write has an administrator on some node change something, again and again.
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
	if mark == "" || r.Result.Err != nil {
		return
	}
	delete(a.pending[p], r.Client)
	w.tell("%s: acknowledges %s", p.m.name, mark)
	if p.node.Quorate() {
		w.truth.acked = append(w.truth.acked, `id="`+mark+`"`)
	}
}
