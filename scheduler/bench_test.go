package scheduler

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"holdfast/cib/xml"
	"holdfast/scheduler/graph"
)

// BenchmarkStages decides for clusters that are steady, and that start afresh, and
// tells the milliseconds of each stage.
func BenchmarkStages(b *testing.B) {
	for _, c := range []struct {
		name  string
		fresh bool
	}{{"steady", false}, {"fresh", true}} {
		cib := cluster(b, 8, 250, c.fresh)
		b.Run(c.name, func(b *testing.B) {
			took := make([]time.Duration, len(stages))
			b.ReportAllocs()
			for b.Loop() {
				state := newCluster(Input{CIB: cib, Now: time.Unix(1000000000, 0)})
				for i, s := range stages {
					begun := time.Now()
					s.run(state)
					took[i] += time.Since(begun)
				}
			}
			for i, s := range stages {
				b.ReportMetric(took[i].Seconds()*1000/float64(b.N), strings.ReplaceAll(s.name, " ", "-")+"-ms")
			}
		})
	}
}

// BenchmarkGraph writes the transition of a cluster that starts afresh.
func BenchmarkGraph(b *testing.B) {
	result, err := Run(Input{CIB: cluster(b, 8, 250, true), Now: time.Unix(1000000000, 0)})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		var written size
		if err := graph.Write(&written, result.Cluster); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(written))
	}
}

// size counts what is written.
type size int

func (s *size) Write(p []byte) (int, error) { *s += size(len(p)); return len(p), nil }

// cluster is a CIB of nodes that are all up and of resources, a third in groups and
// some with constraints, which run spread over the nodes or nowhere yet.
func cluster(b *testing.B, nodes, resources int, fresh bool) *xml.Node {
	var config, constraints, status, members strings.Builder
	for r := range resources {
		if r%9 == 0 {
			fmt.Fprintf(&config, `<group id="g%d">`, r)
		}
		fmt.Fprintf(&config, `<primitive id="r%d" class="ocf" provider="heartbeat" type="Dummy"><operations><op id="r%d-op" name="monitor" interval="10s"/></operations></primitive>`, r, r)
		if r%9 == 2 {
			config.WriteString("</group>")
		}
		if r%9 > 3 {
			fmt.Fprintf(&constraints, `<rsc_order id="o%d" first="r%d" then="r%d"/><rsc_colocation id="c%d" rsc="r%d" with-rsc="r%d" score="100"/>`, r, r-1, r, r, r, r-1)
		}
	}
	for n := range nodes {
		fmt.Fprintf(&members, `<node id="%d" uname="n%d"/>`, n+1, n+1)
		fmt.Fprintf(&status, `<node_state id="%d" uname="n%d" in_ccm="true" crmd="online" join="member" expected="member">`, n+1, n+1)
		if !fresh {
			past(&status, n, nodes, resources)
		}
		status.WriteString("</node_state>")
	}
	cib, err := xml.ParseString(`<cib validate-with="pacemaker-4.0" admin_epoch="0" epoch="1" num_updates="0" have-quorum="1"><configuration>
<crm_config><cluster_property_set id="p"><nvpair id="p-s" name="fencing-enabled" value="false"/></cluster_property_set></crm_config>
<nodes>` + members.String() + `</nodes><resources>` + config.String() + `</resources><constraints>` + constraints.String() +
		`</constraints></configuration><status>` + status.String() + `</status></cib>`)
	if err != nil {
		b.Fatal(err)
	}
	return cib
}

// past writes what a node has done: a probe of each resource, and a start and a
// monitor of those that run there.
func past(status *strings.Builder, node, nodes, resources int) {
	fmt.Fprintf(status, `<lrm id="%d"><lrm_resources>`, node+1)
	entry := func(id, operation, interval string, call, code int) {
		key := fmt.Sprintf("%d:1:%d:11111111-2222-3333-4444-555555555555", call, code)
		fmt.Fprintf(status, `<lrm_rsc_op id="%s" operation_key="%s" operation="%s" transition-key="%s" transition-magic="0:%d;%s" call-id="%d" rc-code="%d" op-status="0" interval="%s" op-digest="f2317cad3d54cec5d7d7aa7d0bf35cf8"/>`,
			id, id, operation, key, code, key, call, code, interval)
	}
	for r := range resources {
		id := fmt.Sprint("r", r)
		fmt.Fprintf(status, `<lrm_resource id="%s" class="ocf" provider="heartbeat" type="Dummy">`, id)
		if r/9%nodes == node {
			entry(id+"_last_0", "start", "0", 2*r+1, 0)
			entry(id+"_monitor_10000", "monitor", "10000", 2*r+2, 0)
		} else {
			entry(id+"_last_0", "monitor", "0", 2*r+1, 7)
		}
		status.WriteString("</lrm_resource>")
	}
	status.WriteString("</lrm_resources></lrm>")
}
