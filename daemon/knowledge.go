package daemon

import (
	"strings"

	"holdfast/cib/digest"
	"holdfast/cib/metadata"
	"holdfast/cib/xml"
	"holdfast/cluster"
	"holdfast/cluster/executor"
	"holdfast/cluster/wire"
	"holdfast/host/agent"
)

// knowledge is what agents say of themselves. It is asked for when the
// configuration names an agent first, so that neither a start nor a fencing has
// to wait for it.
type knowledge struct {
	host  *agent.Host
	log   *logger
	seen  *xml.Node       // the resources section that was looked at last; owned by the loop
	asked map[string]bool // owned by the loop
	turns chan struct{}   // how many agents may be asked at the same time
}

// askedAtOnce bounds the load that asking makes.
const askedAtOnce = 2

func newKnowledge(host *agent.Host, log *logger) *knowledge {
	return &knowledge{host: host, log: log, asked: map[string]bool{}, turns: make(chan struct{}, askedAtOnce)}
}

// learn asks every agent of a configuration that was not asked yet.
func (k *knowledge) learn(document *xml.Node) {
	section := document.Find("configuration", "resources")
	if section == k.seen {
		return
	}
	k.seen = section
	for _, kind := range agentsIn(section, nil) {
		if key := kind.class + ":" + kind.provider + ":" + kind.name; !k.asked[key] {
			k.asked[key] = true
			go k.ask(kind)
		}
	}
}

func (k *knowledge) ask(kind agentKind) {
	k.turns <- struct{}{}
	defer func() { <-k.turns }()
	if _, err := k.host.Metadata(kind.class, kind.provider, kind.name); err != nil {
		k.log.printf(cluster.Info, "%v", err)
	}
}

// agentKind names an agent.
type agentKind struct{ class, provider, name string }

// agentsIn lists the agents below an element, templates included.
func agentsIn(n *xml.Node, list []agentKind) []agentKind {
	for c := range n.Elements() {
		if kind := (agentKind{c.Attr("class"), c.Attr("provider"), c.Attr("type")}); kind.name != "" && describes(kind.class) {
			list = append(list, kind)
		}
		list = agentsIn(c, list)
	}
	return list
}

// describes reports whether agents of a standard have parameters of their own.
func describes(class string) bool { return class == agent.OCF || class == agent.Stonith }

// restartable says which parameters of an operation can change without a restart
// and which are secret, as the agent's metadata has it: the scheduler compares the
// digests with those of the configuration (features OPS-25).
func (k *knowledge) restartable(op wire.Operation, o *executor.Outcome) {
	if op.Class != agent.OCF || !bearsDigests(op.Task) {
		return
	}
	about, err := k.host.Metadata(op.Class, op.Provider, op.Type)
	if err != nil {
		return // told when it was asked first; without it every change is a restart
	}
	if about.ReloadAction() != "" {
		fixed := func(p metadata.Parameter) bool { return !p.Reloadable }
		o.Restart, o.RDigest = words(about, fixed), digestOf(about, op, fixed)
	}
	if secret := words(about, func(p metadata.Parameter) bool { return p.Private }); secret != "" {
		o.Secure, o.SDigest = secret, digestOf(about, op, func(p metadata.Parameter) bool { return !p.Private })
	}
}

// bearsDigests reports whether the history entry of a task says what a change of
// parameters means.
func bearsDigests(task string) bool {
	switch task {
	case "start", "monitor", "promote", "demote", "reload", "reload-agent", "migrate_to", "migrate_from":
		return true
	}
	return false
}

// words lists the names of parameters, each between blanks.
func words(about *metadata.Agent, wanted func(metadata.Parameter) bool) string {
	var b strings.Builder
	for _, p := range about.Parameters {
		if wanted(p) {
			b.WriteString(" " + p.Name)
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return b.String() + " "
}

// digestOf is the digest of those parameters of an operation that are wanted.
func digestOf(about *metadata.Agent, op wire.Operation, wanted func(metadata.Parameter) bool) string {
	n := xml.New("parameters")
	for _, p := range op.Params {
		if known, ok := about.Parameter(p.Name); ok && wanted(known) {
			n.SetAttr(p.Name, p.Value)
		}
	}
	return digest.Params(n)
}
