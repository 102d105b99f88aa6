package history

import (
	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// A reader reads the status section of one run.
type reader struct {
	c        *model.Cluster
	status   *xml.Node
	recorded map[recordKey]bool
	lrm      map[string]map[string]*xml.Node // see lrmResource

	entry        entry       // the operation being read
	ops          []*xml.Node // of the resource being read
	anyRecurring bool        // whether one of them recurs
}

type recordKey struct {
	key  string
	node *model.Node
}

// Read fills the history part of the working state from the CIB's status.
func Read(c *model.Cluster) {
	if c.Purpose != model.LocationOnly {
		r := &reader{
			c: c, status: c.CIB.Child("status"), recorded: map[recordKey]bool{},
			lrm: map[string]map[string]*xml.Node{},
		}
		r.read()
	}
	for _, rsc := range c.Resources {
		count(c, rsc)
	}
}

func (r *reader) read() {
	for element := range r.status.Elements() {
		switch element.Name {
		case "tickets":
			for state := range element.All("ticket_state") {
				readTicket(r.c, state)
			}
		case "node_state":
			r.nodeState(element)
		}
	}
	for r.pass(false) {
	}
	r.pass(r.c.Options.FencingEnabled)
	for i := len(r.c.StopNeeded) - 1; i >= 0; i-- {
		container := r.c.StopNeeded[i]
		if n := container.CurrentNode(); n != nil {
			action.New(r.c, container, crm.TaskStop, 0, n, false)
		}
	}
	r.c.StopNeeded = nil
	for _, n := range r.c.ByName {
		r.settleRemote(n)
	}
}

// settleRemote draws the last conclusions about a remote or guest node.
func (r *reader) settleRemote(n *model.Node) {
	if !n.IsRemote() {
		return
	}
	if n.Shutdown && n.Remote != nil {
		setNextRole(n.Remote, crm.RoleStopped, "remote shutdown")
	}
	if !n.HistoryUnpacked {
		remoteStatus(n)
	}
}

// pass reads the operations of the nodes that are ready for it, or of all if
// rest is set. It reports whether it read any: others may be ready then.
func (r *reader) pass(rest bool) (more bool) {
	for state := range r.status.All("node_state") {
		id, name := state.ID(), state.Attr("uname")
		if id == "" || name == "" {
			continue
		}
		n := r.nodeOf(id, name)
		if n == nil || n.HistoryUnpacked || (!rest && !r.ready(n)) {
			continue
		}
		if n.IsRemote() {
			remoteStatus(n)
			r.remoteAttributes(n, state)
		}
		n.HistoryUnpacked = true
		r.operations(n, state)
		more = true
	}
	return more
}

// nodeOf finds the node that a node_state is about.
func (r *reader) nodeOf(id, name string) *model.Node {
	if n := r.c.NodeWithID(id); n != nil {
		return n
	}
	if name == "" {
		return nil
	}
	return r.c.NodeNamed(name)
}

// ready tells whether enough is known for a node's operations to be read.
func (r *reader) ready(n *model.Node) bool {
	opt := &r.c.Options
	switch {
	case n.IsGuest():
		return n.Remote.Role == crm.RoleStarted && n.Remote.Launcher.Role == crm.RoleStarted
	case n.IsPlainRemote():
		return n.Remote != nil && (opt.ShutdownLock || n.Remote.Role == crm.RoleStarted)
	}
	// Nodes that are up come first, so that active clone instances get the low
	// numbers; fencing and locks need to know of the others as well.
	return n.Online || opt.FencingEnabled || opt.ShutdownLock
}

// setNextRole sets the role that a resource shall have.
func setNextRole(rsc *model.Resource, role crm.Role, why string) {
	if rsc.NextRole != role {
		rsc.NextRole, rsc.NextRoleWhy = role, why
	}
}

// count adds a resource to the counts that people are shown.
func count(c *model.Cluster, rsc *model.Resource) {
	for _, child := range rsc.Children {
		count(c, child)
	}
	if len(rsc.Children) > 0 || (rsc.Is(model.Removed) && rsc.Role <= crm.RoleStopped) {
		return
	}
	c.InstanceCount++
	if disabled(rsc) {
		c.DisabledCount++
	}
	if rsc.Is(model.Blocked) {
		c.BlockedCount++
	}
}

// disabled tells whether target-role keeps a resource from its full role.
func disabled(rsc *model.Resource) bool {
	role, _ := crm.ParseRole(rsc.Meta.Get("target-role"))
	return role == crm.RoleStopped || role == crm.RoleUnpromoted && rsc.Top(false).Is(model.Promotable)
}
