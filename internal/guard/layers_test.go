package guard

import (
	"slices"
	"strings"
	"testing"
)

// A layer is a folder and everything below it that no longer path of the table
// covers. It may import itself and what is listed.
type layer struct {
	path string
	may  []string // folders with all below; "=" in front of one that stands alone
	why  string   // it may import no more
}

// layers go from words to faces; imports point up this list.
var layers = []layer{
	{"crm", nil, "words know nothing of what is said with them"},
	{"cib", []string{"crm"}, "the document is a value; who decides with it, stores it or sends it is not its business"},
	{"output", []string{"crm", "cib"}, "showing knows how, not what: it must serve every face alike"},

	{"scheduler", []string{"crm", "cib"}, "a graph follows from a CIB and a time alone, so that it can be computed anywhere and again"},
	{"cluster", []string{"crm", "cib", "=internal/mutant"}, "a node's decisions must run in the simulator as they run in the world; the scheduler is called by the driver"},
	{"cluster/wire", []string{"crm", "cib"}, "commands are what the cores agree on, so they can belong to none of them"},
	{"cluster/view", []string{"crm"}, "what an engine says must be sayable by every engine and the simulator"},
	{"cluster/record", core, coreWhy},
	{"cluster/attribute", core, coreWhy},
	{"cluster/controller", core, coreWhy},
	{"cluster/executor", core, coreWhy},
	{"cluster/fencing", core, coreWhy},
	{"cluster/replica", core, coreWhy},
	{"cluster/transition", core, coreWhy},
	{"admin", []string{"crm", "cib", "scheduler"}, "what an administrator does is an edit of a CIB, so that every face can do it, and try it first"},
	{"status", []string{"crm", "cib", "output", "scheduler", "=cluster/fencing"}, "the picture is made from a result and the fencing history; where these come from is for faces"},

	{"host", []string{"crm", "cib", "=cluster/view"}, "the world knows no decisions: it is asked to do things, and tells what happened"},
	{"agents", nil, "scripts to install; nothing of ours runs them but host/agent"},
	{"client", []string{"crm", "cib", "=cluster/wire", "=cluster/fencing", "=host/ipc"}, "a face gets the words of the cluster through the client, but none of its decisions"},
	{"daemon", []string{"crm", "cib", "scheduler", "cluster", "host", "=client/protocol", "=output"}, "only the daemon wires a node to the world; nothing that shows things belongs here"},
	{"simulate", []string{"crm", "cib", "scheduler", "cluster", "=host/engine", "=host/engine/memory", "=internal/mutant"}, "the simulator's world has no sockets, agents or clocks"},

	{"tool", append([]string{"=client/protocol", "client", "=cluster/fencing", "=cluster/wire"}, deciders...), "faces reach a cluster through the client only"},
	{"tool/crmresource", append([]string{"=cluster/wire", "=host/agent"}, deciders...), "it may run an agent here and now, for --validate and --force-*"},
	{"tool/stonithadmin", append([]string{"client", "=cluster/fencing", "=cluster/wire", "=host/agent", "=host/agent/fence"}, deciders...), "it may ask a fence agent here and now, for --metadata, --list-installed and --validate"},
	{"tool/cibsecret", append([]string{"client", "=cluster/wire", "=host/agent"}, deciders...), "it keeps the files that the agents' caller reads, and must name the same directory"},
	{"tool/daemon", []string{"crm", "=tool", "=daemon", "=host/engine", "=host/engine/hub", "=cluster/view"}, "it starts the daemon and is nothing else"},
	{"tool/install", []string{"crm", "=tool", "=tool/manual", "=daemon", "=agents", "=cib/schema"}, "it lays files out, the manual pages and schemas among them"},
	{"tool/demo", append([]string{"client", "=agents", "=cluster/fencing", "=host/netns", "=host/powerswitch", "tool"}, deciders...), "it uses a cluster as its users do, and brings the agents and machines along"},
	{"tool/simulate", []string{"crm", "=tool", "=simulate"}, "it is the simulator's face"},
	{"cmd", []string{"crm", "client", "tool"}, "the program chooses a tool; what tools do is in tools"},
	{"internal/mutant", nil, "a switchable mistake is built in where it would live, and is nothing but a switch that is compiled away"},
	{"internal", anything, "programs for the development of this project may use all of it"},
	{"test/lab", []string{"=host/netns", "=host/powerswitch"}, "machines, cables and power know nothing of clusters: what runs on them is the installed program"},
	{"test", anything, "what breaks real clusters asks everybody: the scheduler, the daemons and the machines"},
}

var (
	core     = []string{"crm", "cib", "=cluster/wire", "=cluster/view", "=internal/mutant"}
	deciders = []string{"crm", "cib", "output", "scheduler", "admin", "status", "tool"}
	anything = []string{"crm", "cib", "output", "scheduler", "cluster", "admin", "status", "host", "agents", "client", "daemon", "simulate", "tool"}
)

const coreWhy = "no core below cluster knows another: cluster.Node composes them, so that each can be tested and replaced alone"

// owner finds the layer of a package: the longest path that covers it.
func owner(pkg string) *layer {
	var best *layer
	for i := range layers {
		l := &layers[i]
		if covers(l.path, pkg) && (best == nil || len(l.path) > len(best.path)) {
			best = l
		}
	}
	return best
}

func covers(folder, pkg string) bool { return pkg == folder || strings.HasPrefix(pkg, folder+"/") }

// allows reports whether packages of a layer may import a package.
func (l *layer) allows(pkg string) bool {
	if covers(l.path, pkg) {
		return true
	}
	return slices.ContainsFunc(l.may, func(m string) bool {
		if one, alone := strings.CutPrefix(m, "="); alone {
			return pkg == one
		}
		return covers(m, pkg)
	})
}

// Imports point from faces to words, along the edges of the table.
func TestImportEdges(t *testing.T) {
	for _, p := range packages(t) {
		l := owner(p.path)
		if l == nil {
			t.Errorf("package %s belongs to no layer: put it into a folder of the table in layers_test.go, or give its folder a line there that says why", p.path)
			continue
		}
		for _, in := range p.imports(own) {
			if !l.allows(in.path) {
				t.Errorf("%s: %s imports %s, but %s may not: %s", in.at, p.path, in.path, l.path, l.why)
			}
		}
	}
}

// A table that names what is not there protects nothing.
func TestTableIsOfThisTree(t *testing.T) {
	all := packages(t)
	exists := func(folder string) bool {
		return slices.ContainsFunc(all, func(p *pkg) bool { return covers(strings.TrimPrefix(folder, "="), p.path) })
	}
	for _, l := range layers {
		for _, folder := range append([]string{l.path}, l.may...) {
			if !exists(folder) {
				t.Errorf("layer %s names %s: there is no such folder", l.path, folder)
			}
		}
	}
}
