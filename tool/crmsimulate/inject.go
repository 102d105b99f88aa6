package crmsimulate

import (
	"fmt"
	"strconv"
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler"
	"holdfast/scheduler/model"
)

// injectAll makes the changes that the user asked for and returns the state that
// they lead to.
func (s *simulation) injectAll(c *model.Cluster) (*model.Cluster, error) {
	s.gap()
	s.paper.begin()
	if !s.quiet {
		s.out.Lines().Begin("Performing Requested Modifications")
		s.beginModifications()
	}
	s.injectCluster()
	s.injectNodes()
	s.injectTickets()
	for _, spec := range s.inject.opInject {
		s.injectOperation(c, spec)
	}
	if !s.quiet {
		s.out.Tree().Close()
		s.out.Lines().End()
	}
	return s.schedule(scheduler.Input{Purpose: model.StatusOnly})
}

func (s *simulation) beginModifications() {
	i := &s.inject
	n := xml.New("modifications")
	if i.quorum != "" {
		n.SetAttr("quorum", i.quorum)
	}
	if i.watchdog != "" {
		n.SetAttr("watchdog", i.watchdog)
	}
	s.out.Tree().OpenNode(n)
}

// injectCluster changes quorum and watchdog.
func (s *simulation) injectCluster() {
	if q := s.inject.quorum; q != "" {
		s.tell("Setting quorum: %s", q)
		s.paper.set(s.paper.root, [2]string{"have-quorum", q})
	}
	if w := s.inject.watchdog; w != "" {
		s.tell("Setting watchdog: %s", w)
		s.setOption("have-watchdog", w)
	}
}

// tell says what is changed, where XML has it elsewhere.
func (s *simulation) tell(format string, args ...any) {
	if !s.quiet {
		s.out.Lines().Item(format, args...)
	}
}

// setOption sets a cluster option where it stands, or in the first set.
func (s *simulation) setOption(name, value string) {
	const bootstrap = "cib-bootstrap-options"
	options := s.paper.own("configuration", "crm_config")
	for set := range options.All("cluster_property_set") {
		for pair := range set.All("nvpair") {
			if pair.Attr("name") == name {
				owned := ownChild(ownChild(options, set.Name, set.ID()), "nvpair", pair.ID())
				if owned.Attr("value") != value {
					owned.SetAttr("value", value)
					s.paper.configured()
				}
				return
			}
		}
	}
	set := ownChild(options, "cluster_property_set", bootstrap)
	set.Add(xml.New("nvpair", "id", bootstrap+"-"+name, "name", name, "value", value))
	s.paper.configured()
}

// injectNodes brings nodes up, takes them down and lets them fail.
func (s *simulation) injectNodes() {
	for _, n := range s.inject.nodeUp {
		s.event(happening("Bringing node "+n+" online", "modify_node", "action", "Online", "node", n))
		s.paper.setMember(n, true, true, origin)
	}
	for _, n := range s.inject.nodeDown {
		s.event(happening("Taking node "+n+" offline", "modify_node", "action", "Offline", "node", n))
		s.paper.setMember(n, false, false, origin)
		s.paper.forget(n)
	}
	for _, n := range s.inject.nodeFail {
		s.event(happening("Failing node "+n, "modify_node", "action", "Failing", "node", n))
		s.paper.setMember(n, false, true, origin)
	}
}

// injectTickets changes the state of tickets.
func (s *simulation) injectTickets() {
	i := &s.inject
	for _, change := range []struct {
		tickets         []string
		verb, format    string
		attribute, want string
	}{
		{i.grant, "Granting", "Granting ticket %s", "granted", "true"},
		{i.revoke, "Revoking", "Revoking ticket %s", "granted", "false"},
		{i.standby, "Standby", "Making ticket %s standby", "standby", "true"},
		{i.activate, "Activating", "Activating ticket %s", "standby", "false"},
	} {
		for _, id := range change.tickets {
			s.event(happening(fmt.Sprintf(change.format, id), "modify_ticket", "action", change.verb, "ticket", id))
			s.paper.set(s.ticketState(id), [2]string{change.attribute, change.want})
		}
	}
}

func (s *simulation) ticketState(id string) *xml.Node {
	tickets := childOf(s.paper.status, "tickets", "")
	for t := range tickets.All("ticket_state") {
		if t.ID() == id {
			return t
		}
	}
	t := xml.New("ticket_state", "id", id)
	tickets.Add(t)
	return t
}

// A spec is an operation as the user describes it: KEY@NODE=CODE.
type spec struct {
	key  crm.OpKey
	node string
	code int
}

// parseSpec reads a spec; fields is how many parts of it make sense.
func parseSpec(text string) (sp spec, fields int) {
	key, rest, found := strings.Cut(text, "@")
	if !found || key == "" {
		return sp, 1
	}
	node, code, found := strings.Cut(rest, "=")
	if !found || node == "" {
		return sp, 2
	}
	n, err := strconv.Atoi(code)
	if err != nil {
		return sp, 2
	}
	sp.node, sp.code = node, n
	sp.key, _ = crm.ParseOpKey(key)
	return sp, 3
}

// injectOperation writes an operation's result into the history.
func (s *simulation) injectOperation(c *model.Cluster, text string) {
	s.event(happening("Injecting "+text+" into the configuration", "inject_spec", "spec", text))
	sp, fields := parseSpec(text)
	if fields != 3 {
		s.out.Err("Invalid operation spec: %s.  Only found %d fields", text, fields)
		return
	}
	r := findResource(c, sp.key.Resource)
	if r == nil {
		s.out.Err("Invalid resource name: %s", sp.key.Resource)
		return
	}
	state := s.paper.nodeState(sp.node, "")
	fatal := sp.key.Task == crm.TaskStop || sp.key.Task == crm.TaskStart && c.Options.StartFailureFatal
	for _, a := range countFailure(state, sp.key, sp.code, fatal, s.call.Env.Now()) {
		s.event(attributeEvent(a[0], a[1], state))
	}
	name := sp.key.Resource
	entry, call := s.paper.history(state, name, name, agent{r.Class, r.Provider, r.Type})
	o := &outcome{resource: entry.ID(), task: sp.key.Task, interval: sp.key.Interval, node: sp.node, code: sp.code, reason: "Simulated action result", at: s.call.Env.Now()}
	o.record(entry, call)
	s.paper.changed()
}

// findResource returns the resource with an id or a name in the history.
func findResource(c *model.Cluster, name string) *model.Resource {
	if r := c.ResourceWithID(name); r != nil {
		return r
	}
	if list := c.WithHistoryID(name); len(list) > 0 {
		return list[0]
	}
	return nil
}
