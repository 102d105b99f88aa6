package explain

import (
	"fmt"
	"strings"

	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// resource explains a primitive or a primitive instance.
func resource(c *model.Cluster, r *model.Resource, on *model.Node) Answer {
	a := Answer{Subject: r.ID, Says: says(r)}
	for _, cause := range c.Causes {
		if concerns(cause, r) && cause.Node == nil && cause.Kind != model.CauseChoice {
			text := cause.Text
			if cause.Kind == model.CauseRole {
				text = "its role was decided: " + text
			}
			a.Because = appendReason(a.Because, Reason{Text: text, Source: cause.Source})
		}
	}
	for _, task := range []string{crm.TaskStop, crm.TaskStart, crm.TaskPromote, crm.TaskDemote, crm.TaskMigrateTo} {
		for _, act := range action.AllOf(r, task, nil) {
			if act.Reason != "" && (!act.Is(model.Optional) || !act.Is(model.Runnable)) {
				a.Because = appendReason(a.Because, Reason{Text: "of its " + task + ": " + act.Reason})
			}
		}
	}
	for _, n := range c.ByName {
		if (on == nil || n == on || n == r.Assigned) && (r.Allowed.Has(n.Ix) || !n.IsGuest()) {
			a.Nodes = append(a.Nodes, place(c, r, n))
		}
	}
	return a
}

// concerns tells whether a cause is about a resource or something it is part of.
func concerns(cause model.Cause, r *model.Resource) bool {
	return cause.Resource != nil && (cause.Resource == r || r.IsBelow(cause.Resource))
}

func appendReason(list []Reason, r Reason) []Reason {
	for _, old := range list {
		if old.Text == r.Text && old.Source == r.Source {
			return list
		}
	}
	return append(list, r)
}

// place tells what a node is worth to a resource: its own state first, then what
// was recorded in the order in which it was found.
func place(c *model.Cluster, r *model.Resource, n *model.Node) Place {
	p := Place{Node: n.DisplayName(), Chosen: n == r.Assigned, Score: r.Allowed.Score(n.Ix)}
	for _, text := range nodeTroubles(n) {
		p.Reasons = append(p.Reasons, Reason{Text: text})
	}
	for _, cause := range c.Causes {
		if !concerns(cause, r) || cause.Node != n {
			continue
		}
		switch cause.Kind {
		case model.CauseScore, model.CauseBan:
			score := cause.Score
			p.Reasons = appendReason(p.Reasons, Reason{Text: cause.Text, Source: cause.Source, Score: &score})
		case model.CauseFailure, model.CauseState, model.CauseChoice:
			p.Reasons = appendReason(p.Reasons, Reason{Text: cause.Text, Source: cause.Source})
		}
	}
	if !r.Allowed.Has(n.Ix) && len(p.Reasons) == 0 {
		p.Reasons = append(p.Reasons, Reason{Text: "no constraint allows it here, as symmetric-cluster=false wants"})
	}
	if len(p.Reasons) == 0 && p.Score <= -crm.Infinity {
		p.Reasons = append(p.Reasons, Reason{Text: "for the reasons above"})
	}
	return p
}

// nodeTroubles says what keeps a node from running anything.
func nodeTroubles(n *model.Node) []string {
	var list []string
	for _, trouble := range []struct {
		is   bool
		text string
	}{
		{!n.Online && !n.Unclean, "the node is offline"},
		{n.Unclean, "the node must be fenced first"},
		{n.Pending, "the node is joining"},
		{n.Shutdown, "the node is shutting down"},
		{n.Standby, "the node is in standby"},
		{n.FailStandby, "the node is in standby because of a failure"},
		{n.Maintenance, "the node is in maintenance"},
	} {
		if trouble.is {
			list = append(list, trouble.text)
		}
	}
	return list
}

const stopped = "stopped"

// outcome says in short where and how a resource will be.
func outcome(r *model.Resource) string {
	if !r.Is(model.Managed) {
		return "left as it is"
	}
	if r.Assigned == nil || r.NextRole == crm.RoleStopped {
		return stopped
	}
	start := action.Find(r, crm.TaskStart, r.Assigned)
	if start != nil && !start.Is(model.Runnable) && (!r.ActiveOn(r.Assigned) || !start.Is(model.Optional)) {
		return stopped // it cannot start
	}
	role := "started"
	if r.NextRole > crm.RoleStarted {
		role = strings.ToLower(r.NextRole.String())
		if promote := action.Find(r, crm.TaskPromote, r.Assigned); promote != nil && !promote.Is(model.Runnable) {
			role = "unpromoted"
		}
	}
	return role + " on " + r.Assigned.DisplayName()
}

// says tells what happens to a resource.
func says(r *model.Resource) string {
	next, now := outcome(r), r.CurrentNode()
	needed := func(task string) bool {
		a := action.Find(r, task, nil)
		return a != nil && !a.Is(model.Optional)
	}
	switch {
	case !r.Is(model.Managed):
		return fmt.Sprintf("%s is not managed: it is left as it is.", r.ID)
	case now == nil && next == stopped && r.Assigned != nil && r.NextRole != crm.RoleStopped:
		return fmt.Sprintf("%s is stopped: it would run on %s, but cannot start.", r.ID, r.Assigned.DisplayName())
	case now == nil && next == stopped:
		return fmt.Sprintf("%s is stopped and stays stopped.", r.ID)
	case now == nil:
		return fmt.Sprintf("%s is stopped and will be %s.", r.ID, next)
	case next == stopped:
		return fmt.Sprintf("%s is active on %s and will be stopped.", r.ID, now.DisplayName())
	case len(r.Active) > 1:
		return fmt.Sprintf("%s is active on %d nodes and will be %s only.", r.ID, len(r.Active), next)
	case now != r.Assigned && needed(crm.TaskMigrateFrom):
		return fmt.Sprintf("%s migrates live from %s and will be %s.", r.ID, now.DisplayName(), next)
	case now != r.Assigned:
		return fmt.Sprintf("%s moves from %s and will be %s.", r.ID, now.DisplayName(), next)
	case needed(crm.TaskStop) && r.Is(model.Failed):
		return fmt.Sprintf("%s is recovered and will be %s.", r.ID, next)
	case needed(crm.TaskStop):
		return fmt.Sprintf("%s is restarted and will be %s.", r.ID, next)
	case needed(crm.TaskPromote), needed(crm.TaskDemote):
		return fmt.Sprintf("%s is active on %s and will be %s.", r.ID, now.DisplayName(), next)
	}
	return fmt.Sprintf("%s is %s and stays there.", r.ID, next)
}
