package crmmon

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/client/protocol"
	"holdfast/cluster/fencing"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/scheduler"
	"holdfast/scheduler/model"
	"holdfast/status"
	"holdfast/tool"
	"holdfast/tool/access"
)

// live is what more a running cluster can tell than a CIB does.
type live interface {
	Status() (protocol.Node, error)
	FenceHistory(target crm.NodeName) ([]fencing.Request, error)
	Watch(each func(*xml.Node) bool) error
}

// A snapshot is what a picture is made from.
type snapshot struct {
	cib    *xml.Node
	node   string // the local node, "" if not on a cluster
	daemon string // its state
	fences []status.FenceEvent
	fault  string // why the fencing history is not there
}

// take gets a snapshot.
func (o *options) take(c *tool.Call) (*snapshot, error) {
	if c.Env.Source().Where != tool.Live {
		doc, err := access.Look(c)
		return &snapshot{cib: doc}, err
	}
	return o.takeLive(c.Env)
}

func (o *options) takeLive(env *tool.Env) (*snapshot, error) {
	if env.Connect == nil {
		return nil, unavailable()
	}
	c, err := env.Connect()
	if errors.Is(err, tool.ErrNoCluster) {
		return nil, unavailable()
	}
	if err != nil {
		return nil, tool.Fail(crm.ExitDisconnect, "Connection to cluster failed: %v", err)
	}
	defer c.Close()
	doc, err := c.CIB()
	if err != nil {
		return nil, tool.Fail(crm.ExitDisconnect, "Connection to cluster failed: %v", err)
	}
	s := &snapshot{cib: doc}
	o.ask(s, c)
	return s, nil
}

func unavailable() error {
	return tool.Fail(crm.ExitDisconnect, "Error: cluster is not available on this node")
}

// ask adds what only a running cluster knows.
func (o *options) ask(s *snapshot, c tool.Cluster) {
	l, ok := c.(live)
	if !ok {
		return
	}
	if n, err := l.Status(); err == nil {
		s.node, s.daemon = string(n.Name), daemonState(n)
	}
	if o.level == 0 {
		return
	}
	requests, err := l.FenceHistory("")
	if err != nil {
		s.fault = err.Error()
		return
	}
	s.fences = events(requests)
	if o.level < 3 {
		s.fences = status.Reduce(s.fences)
	}
}

// daemonState is the state of the local daemon in the words of clients.
func daemonState(n protocol.Node) string {
	switch {
	case n.State == "S_STOPPING" || n.State == "S_TERMINATE":
		return "shutting_down"
	case n.Unavailable != "" || !n.InSync:
		return "starting_daemons"
	}
	return "running"
}

// events turns fencing requests, oldest first, into events, newest first.
func events(requests []fencing.Request) []status.FenceEvent {
	var list []status.FenceEvent
	for _, r := range slices.Backward(requests) {
		e := status.FenceEvent{Action: r.Action, Target: string(r.Target), Client: r.Client, Origin: string(r.Origin), Delegate: string(r.By)}
		switch {
		case r.Verdict.Good():
			e.State = status.FenceDone
		case r.Verdict != fencing.None:
			e.State = status.FenceFailed
			if len(r.Evidence) > 0 {
				e.Reason = r.Evidence[len(r.Evidence)-1]
			}
		}
		if r.Done != 0 {
			e.Completed = time.Unix(r.Done, r.Nanos)
		}
		list = append(list, e)
	}
	return list
}

// view reads the CIB of a snapshot.
func (o *options) view(env *tool.Env, s *snapshot, now time.Time) (*status.View, error) {
	purpose := model.StatusOnly
	if o.choices.any(bans | tickets) {
		purpose = model.ValidateOnly // they stand in constraints
	}
	root, _ := cib.Modern(s.cib) // or as it stands
	result, err := scheduler.Run(scheduler.Input{CIB: root, Now: now, LocalNode: s.node, Purpose: purpose})
	if err != nil {
		return nil, tool.Fail(crm.ExitConfig, "%v", err)
	}
	if env.LogsToStderr() {
		status.Log(env.Stderr, result.Cluster.Notices)
	}
	v := &status.View{Cluster: result.Cluster, Show: o.show}
	v.SelectNodes(o.node)
	v.SelectResources(o.resource)
	return v, nil
}

// picture lists the sections to be shown, in order.
func (o *options) picture(v *status.View, s *snapshot, now time.Time) status.Sections {
	has := o.choices.has
	list := status.Sections{v.ClusterSummary(status.Summary{
		Stack: has(stack), DC: has(dc) || v.DC == nil, Times: has(times), Counts: has(counts), Options: has(optionsSection),
		Now: now, LocalNode: s.node, Daemon: s.daemon,
	})}
	if has(maintMode) {
		list = append(list, v.Maintenance())
	}
	if has(nodes) && (v.OnlyNodes == nil || len(v.OnlyNodes) > 0 || o.choices.format == output.XML) {
		list = append(list, v.NodeList())
	}
	if has(resources) {
		list = append(list, v.Resources(true))
	}
	if has(attributes) {
		list = append(list, v.Attributes())
	}
	switch {
	case has(operations):
		list = append(list, v.Operations())
	case has(failCounts):
		list = append(list, v.FailCounts())
	}
	if has(failures) {
		list = append(list, v.Failures())
	}
	list = append(list, o.fenceSections(v, s)...)
	if has(tickets) {
		list = append(list, v.Tickets())
	}
	if has(bans) {
		list = append(list, v.Bans(o.prefix))
	}
	if o.choices.format != output.XML {
		list = append(list, o.lateFenceSections(v, s)...)
	}
	return list
}

// fenceSections are failed fencing actions in text, and all of them in XML.
func (o *options) fenceSections(v *status.View, s *snapshot) status.Sections {
	switch {
	case o.level == 0 || !o.choices.any(fencingAll):
		return nil
	case o.choices.format == output.XML && s.fault != "":
		return status.Sections{fault(s.fault)}
	case o.choices.format == output.XML:
		return status.Sections{v.AllFencing(s.fences)}
	case s.fault != "":
		return status.Sections{fault(s.fault)}
	case o.choices.has(fenceFailed):
		return status.Sections{v.FailedFencing(s.fences, o.choices.has(fencingAll))}
	}
	return nil
}

// lateFenceSections are fencing actions that did not fail, which stand last.
func (o *options) lateFenceSections(v *status.View, s *snapshot) status.Sections {
	full := o.choices.has(fencingAll)
	switch {
	case o.level == 0 || s.fault != "":
	case o.choices.has(fenceWorked):
		return status.Sections{v.FencingHistory(s.fences, full)}
	case o.choices.has(fencePending):
		return status.Sections{v.PendingFencing(s.fences, full)}
	}
	return nil
}

// fault says that the fencing history cannot be had.
func fault(why string) status.Section {
	return status.Section{
		Item: func() *output.Item {
			return output.List("Failed Fencing Actions", output.Line("Failed to get fencing history: "+why))
		},
		Nodes: func() []*xml.Node {
			return []*xml.Node{xml.New("fence_history", "status", fmt.Sprint(int(crm.ExitDisconnect)))}
		},
	}
}

// simpleLine is the state on one line, for monitoring systems, with the exit
// code that they go by.
func simpleLine(v *status.View) (string, crm.ExitCode) {
	var troubles []string
	online, standby, maintenance := 0, 0, 0
	if v.DC == nil {
		troubles = append(troubles, "No DC")
	}
	for _, n := range v.ByName {
		switch {
		case n.Standby && n.Online:
			standby++
		case n.Maintenance && n.Online:
			maintenance++
		case n.Online:
			online++
		default:
			troubles = append(troubles, "offline node: "+n.Name)
		}
	}
	if len(troubles) > 0 {
		return "CLUSTER WARN: " + strings.Join(troubles, ", "), crm.ExitError
	}
	text := fmt.Sprintf("CLUSTER OK: %s online", counted(online, "node"))
	if standby > 0 {
		text += ", " + counted(standby, "standby node")
	}
	if maintenance > 0 {
		text += ", " + counted(maintenance, "maintenance node")
	}
	return text + ", " + counted(v.InstanceCount, "resource instance") + " configured", crm.ExitOK
}

func counted(n int, what string) string {
	if n == 1 {
		return fmt.Sprintf("%d %s", n, what)
	}
	return fmt.Sprintf("%d %ss", n, what)
}
