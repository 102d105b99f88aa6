package plan

import (
	"slices"
	"strings"

	"holdfast/crm"
	"holdfast/scheduler/model"
)

// collect lists the instances by what they are and, with actions set, by what
// will be done with them.
func collect(c *model.Cluster, n *model.Notification, r *model.Resource, actions bool) {
	if n.Available == nil { // not those of the parts, even if there are none
		n.Available = []*model.Node{}
		for _, node := range c.ByName {
			if r.Allowed.Has(node.Ix) {
				n.Available = append(n.Available, node)
			}
		}
	}
	if len(r.Children) > 0 {
		for _, child := range r.Children {
			collect(c, n, child, actions)
		}
		return
	}
	collectState(n, r)
	if actions {
		collectActions(n, r)
	}
}

func collectState(n *model.Notification, r *model.Resource) {
	entry := model.NotifyEntry{Resource: r}
	if len(r.Active) > 0 {
		entry.Node = r.Active[0]
	}
	switch r.Role {
	case crm.RoleStopped:
		n.Inactive = append(n.Inactive, entry)
	case crm.RoleStarted:
		n.Active = append(n.Active, entry)
	case crm.RoleUnpromoted:
		n.Unpromoted = append(n.Unpromoted, entry)
		n.Active = append(n.Active, entry)
	case crm.RolePromoted:
		n.Promoted = append(n.Promoted, entry)
		n.Active = append(n.Active, entry)
	}
}

func collectActions(n *model.Notification, r *model.Resource) {
	for _, a := range r.Actions {
		if a.Is(model.Optional) || a.Node == nil {
			continue
		}
		// A stop on an unclean node is listed even if it cannot run: fencing does it.
		if !a.Is(model.Runnable) && !(a.Task == crm.TaskStop && a.Node.Unclean) {
			continue
		}
		entry := model.NotifyEntry{Resource: r, Node: a.Node}
		switch a.Task {
		case crm.TaskStart:
			n.Start = append(n.Start, entry)
		case crm.TaskStop:
			n.Stop = append(n.Stop, entry)
		case crm.TaskPromote:
			n.Promote = append(n.Promote, entry)
		case crm.TaskDemote:
			n.Demote = append(n.Demote, entry)
		}
	}
}

// notifyKeys writes the lists in the form that agents read, and makes the
// notification required if there is something to tell.
func notifyKeys(c *model.Cluster, n *model.Notification, clone *model.Resource) {
	required := false
	both := func(entries []model.NotifyEntry, names ...string) {
		resources, nodes := entryNames(entries)
		for _, name := range names {
			n.Keys.Set("notify_"+name+"_resource", resources)
			n.Keys.Set("notify_"+name+"_uname", nodes)
		}
		if len(entries) > 0 && names[0] == n.Task {
			required = true
		}
	}
	both(n.Stop, crm.TaskStop)
	both(n.Start, crm.TaskStart)
	both(n.Demote, crm.TaskDemote)
	both(n.Promote, crm.TaskPromote)
	both(n.Active, "active")
	both(n.Unpromoted, "unpromoted", "slave") // the second name is for older agents
	both(n.Promoted, "promoted", "master")
	inactive, _ := entryNames(n.Inactive)
	n.Keys.Set("notify_inactive_resource", inactive)
	n.Keys.Set("notify_available_uname", nodeNames(n.Available, false))
	if clone.Meta.Get("container-attribute-target") == "host" {
		n.Keys.Set("notify_all_hosts", nodeNames(c.ByName, true))
	}
	n.Keys.Set("notify_all_uname", nodeNames(c.ByName, false))
	if required {
		for _, a := range []*model.Action{n.Pre, n.PreDone, n.Post, n.PostDone} {
			if a != nil {
				a.Clear(model.Optional)
			}
		}
	}
}

// entryNames lists the resources, each once, and their nodes, by resource name.
// An empty list is one blank, as agents expect it.
func entryNames(entries []model.NotifyEntry) (resources, nodes string) {
	sorted := slices.Clone(entries)
	slices.SortStableFunc(sorted, func(a, b model.NotifyEntry) int {
		if d := strings.Compare(a.Resource.ID, b.Resource.ID); d != 0 {
			return d
		}
		return strings.Compare(entryNodeID(a), entryNodeID(b))
	})
	var rs, ns []string
	for _, e := range sorted {
		if len(rs) > 0 && rs[len(rs)-1] == e.Resource.ID {
			continue
		}
		rs = append(rs, e.Resource.ID)
		if e.Node != nil {
			ns = append(ns, e.Node.Name)
		}
	}
	return orBlank(rs), orBlank(ns)
}

func entryNodeID(e model.NotifyEntry) string {
	if e.Node == nil {
		return ""
	}
	return e.Node.ID
}

// nodeNames lists nodes by name; with hosts set, guest nodes by where they run.
func nodeNames(list []*model.Node, hosts bool) string {
	var names []string
	for _, n := range list {
		if hosts && n.IsGuest() && len(n.Remote.Launcher.Active) > 0 {
			n = n.Remote.Launcher.CurrentNode()
		}
		if n.Name != "" {
			names = append(names, n.Name)
		}
	}
	return orBlank(names)
}

func orBlank(words []string) string {
	if len(words) == 0 {
		return " "
	}
	return strings.Join(words, " ")
}
