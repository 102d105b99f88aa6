package action

import (
	"strconv"
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/config"
	"holdfast/scheduler/model"
)

// New returns the action of a resource for a task at an interval on a node,
// creating it if need be. optional says whether this caller needs it: an action
// that anybody needs is required. n may be nil.
func New(c *model.Cluster, rsc *model.Resource, task string, interval uint32, n *model.Node, optional bool) *model.Action {
	return keyed(c, rsc, Key(rsc, task, interval), task, interval, n, optional)
}

// Keyed is New for an action with a key of its own.
func Keyed(c *model.Cluster, rsc *model.Resource, key, task string, n *model.Node, optional bool) *model.Action {
	return keyed(c, rsc, key, task, keyInterval(key), n, optional)
}

// Pseudo returns the action of a resource for a task that nothing executes: a
// point in the order of others.
func Pseudo(c *model.Cluster, rsc *model.Resource, task string, optional, runnable bool) *model.Action {
	a := New(c, rsc, task, 0, nil, optional)
	a.Set(model.Pseudo)
	if runnable {
		a.Set(model.Runnable)
	}
	return a
}

// Singleton returns the cluster-wide action with a key, creating it if need be.
// It belongs to no resource.
func Singleton(c *model.Cluster, key, task string, n *model.Node, optional bool) *model.Action {
	a := c.Singleton(key)
	if a == nil || (n != nil && a.Node != nil && a.Node != n) {
		a = &model.Action{Key: key, Task: task, Node: n, Flags: model.Runnable | model.Optional}
		c.AddAction(a)
		c.SetSingleton(key, a)
	}
	if a.Node == nil {
		a.Bind(n)
	}
	if !optional {
		a.Clear(model.Optional)
	}
	return a
}

// PseudoSingleton returns the cluster-wide pseudo-action with a name.
func PseudoSingleton(c *model.Cluster, name string) *model.Action {
	if a := c.Singleton(name); a != nil {
		return a
	}
	a := Singleton(c, name, name, nil, true)
	a.Set(model.Pseudo | model.Runnable)
	return a
}

func keyInterval(key string) uint32 {
	n, _ := strconv.ParseUint(key[strings.LastIndexByte(key, '_')+1:], 10, 32)
	return uint32(n)
}

func keyed(c *model.Cluster, rsc *model.Resource, key, task string, interval uint32, n *model.Node, optional bool) *model.Action {
	a := existing(rsc, key, n)
	if a == nil {
		a = create(c, rsc, key, task, interval, n, optional)
	}
	updateOptional(a, optional)
	if a.Node != nil && a.Op != nil && !a.Is(model.AttrsEvaluated) {
		var params model.Vars
		config.Pairs(c, &params, a.Op, "instance_attributes", config.Facts{Node: a.Node})
		a.SetParams(params)
		a.Set(model.AttrsEvaluated)
	}
	updateRunnable(c, a)
	return a
}

// existing finds the action with a key on a node; one without a node is given it.
func existing(rsc *model.Resource, key string, n *model.Node) *model.Action {
	a := rsc.FirstOn(key, n)
	if a != nil {
		settle(a, n)
	}
	return a
}

func create(c *model.Cluster, rsc *model.Resource, key, task string, interval uint32, n *model.Node, optional bool) *model.Action {
	a := &model.Action{Key: key, Task: task, Resource: rsc, Node: n, Interval: interval, Flags: model.Runnable}
	if optional {
		a.Set(model.Optional)
	}
	if task == model.TaskLRMDelete {
		a.Set(model.OnDC)
	}
	Describe(c, a)
	return c.AddAction(a)
}

// Describe fills in what the configuration says about an action.
func Describe(c *model.Cluster, a *model.Action) {
	a.Op = configuredOp(a.Resource, a.Task, a.Interval)
	if a.Op == nil && strings.Contains(a.Key, "_notify_") {
		a.Op = FindOp(a.Resource, crm.TaskNotify, 0, true)
	}
	a.Meta = Meta(c, a.Resource, a.Node, a.Task, a.Interval, a.Op)
	a.Needs = Requires(a.Resource, a.Task)
	if value := a.Meta.Get("on-fail"); value != "" {
		ParseOnFail(c, a.Resource, a.Task, a.Interval, value) // for what is wrong with it
	}
}

// configuredOp is FindOp among all ops, remembered.
func configuredOp(rsc *model.Resource, task string, interval uint32) *xml.Node {
	op, known := rsc.FoundOp(task, interval)
	if !known {
		op = FindOp(rsc, task, interval, true)
		rsc.KeepOp(task, interval, op)
	}
	return op
}

// updateOptional makes an action required if a caller needs it. Nothing but
// monitors is ever done with an unmanaged resource.
func updateOptional(a *model.Action, optional bool) {
	if a.Node != nil && !a.Is(model.Pseudo) && !a.Resource.Is(model.Managed) && !a.Meta.Has("interval") {
		a.Set(model.Optional)
	} else if !optional {
		a.Clear(model.Optional)
	}
}

// updateRunnable decides whether an action can be executed where it is.
func updateRunnable(c *model.Cluster, a *model.Action) {
	if a.Is(model.Pseudo) {
		return
	}
	n := a.Node
	switch {
	case n == nil:
		a.Clear(model.Runnable)
	case !a.Is(model.OnDC) && !n.Online && (!n.IsGuest() || n.RemoteReset):
		a.Clear(model.Runnable)
		c.Warn("", "%s on %s is unrunnable (node is offline)", a.Key, n.DisplayName())
		if a.Resource.Is(model.Managed) && a.Task == crm.TaskStop && !n.Unclean {
			FenceNode(c, n, "stop is unrunnable", false)
		}
	case !a.Is(model.OnDC) && n.Pending:
		a.Clear(model.Runnable)
		c.Warn("", "Action %s on %s is unrunnable (node is pending)", a.Key, n.DisplayName())
	case a.Needs == model.RequiresNothing:
		SetReason(a, "", true)
		// What is to be done on a guest whose host is lost and cannot be fenced
		// can never be known to be done.
		if n.IsGuest() && !CanFence(c, n) {
			a.Clear(model.Runnable)
		} else {
			a.Set(model.Runnable)
		}
	default:
		applyQuorum(c, a)
	}
}

// applyQuorum applies the policy for the loss of quorum to an action that
// starts or promotes something.
func applyQuorum(c *model.Cluster, a *model.Action) {
	rsc := a.Resource
	switch quorumPolicy(c, rsc) {
	case model.QuorumStop:
		a.Clear(model.Runnable)
		SetReason(a, "no quorum", true)
	case model.QuorumFreeze:
		if !rsc.IsActive(true) || rsc.NextRole > rsc.Role {
			a.Clear(model.Runnable)
			SetReason(a, "quorum freeze", true)
		}
	default:
		a.Set(model.Runnable)
	}
}

// quorumPolicy is the policy as it applies to a resource. With "demote" what
// can be demoted stays, unpromoted, and all else stops.
func quorumPolicy(c *model.Cluster, rsc *model.Resource) model.QuorumPolicy {
	policy := c.Options.NoQuorumPolicy
	if c.Quorate {
		return model.QuorumIgnore
	}
	if policy != model.QuorumDemote {
		return policy
	}
	if rsc.Role < crm.RoleUnpromoted {
		return model.QuorumStop
	}
	if rsc.NextRole > crm.RoleUnpromoted {
		rsc.NextRole, rsc.NextRoleWhy = crm.RoleUnpromoted, "no-quorum-policy=demote"
	}
	return model.QuorumIgnore
}

// ExpectResult notes the status that the agent should return.
func ExpectResult(a *model.Action, want crm.OCF) {
	a.SetCommonMeta("op_target_rc", strconv.Itoa(int(want)))
}

// ClearFailcount schedules the removal of a resource's failures on a node.
func ClearFailcount(c *model.Cluster, rsc *model.Resource, n *model.Node, reason string) *model.Action {
	a := New(c, rsc, model.TaskClearFailcount, 0, n, false)
	a.SetMeta("op_no_wait", "true")
	c.Because(model.Cause{Kind: model.CauseFailure, Resource: rsc, Node: n, Action: a,
		Text: "failures are cleared because " + reason})
	return a
}

// ClearHistory schedules the removal of a resource's history on a node.
func ClearHistory(c *model.Cluster, rsc *model.Resource, n *model.Node) *model.Action {
	return New(c, rsc, model.TaskLRMDelete, 0, n, false)
}

// because names in the words people see another action whose change spread
// to this one.
func because(change string, a *model.Action) string {
	if a.Resource == nil {
		return change + " " + a.Task
	}
	return change + " " + a.Resource.ID + " " + a.Task
}

// UnrunnableReason is the reason of an action that cannot run because of a.
func UnrunnableReason(a *model.Action) string { return because("unrunnable", a) }

// UnmigratableReason is the reason of an action that cannot be part of a live
// migration because of a.
func UnmigratableReason(a *model.Action) string { return because("unmigrateable", a) }

// RequiredReason is the reason of an action that is needed because of a.
func RequiredReason(a *model.Action) string { return because("required", a) }
