package assign

import (
	"strconv"
	"time"

	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/history"
	"holdfast/scheduler/model"
)

// Criteria applies what speaks for and against single nodes, whatever other
// resources do. It needs the constraints of the CIB.
func Criteria(c *model.Cluster) {
	r := &run{c: c}
	if c.Options.ShutdownLock {
		for _, rsc := range c.Resources {
			r.lock(rsc)
		}
	}
	for i := len(c.Locations) - 1; i >= 0; i-- {
		r.applyLocation(c.Locations[i].Resource, c.Locations[i])
	}
	for _, rsc := range c.Resources {
		r.stick(rsc)
	}
	for _, n := range c.ByName {
		failures := history.AnyFailures(n)
		for _, rsc := range c.Resources {
			if failures {
				r.banFailed(rsc, n)
			}
			r.banUnlisted(rsc, n)
		}
	}
}

// lock keeps a resource for the node that it was on when the node was shut down
// in an orderly way. Clones and bundles are not locked.
func (r *run) lock(rsc *model.Resource) {
	switch rsc.Variant {
	case model.Group:
		for _, member := range rsc.Children {
			r.lock(member)
		}
		return
	case model.Primitive:
	default:
		return
	}
	if rsc.Flags&(model.FenceDevice|model.RemoteConnection) != 0 {
		return
	}
	r.findLock(rsc)
	if rsc.LockNode == nil {
		return
	}
	if limit := r.c.Options.ShutdownLockLimit; limit > 0 {
		r.c.Recheck(rsc.LockTime.Add(limit).Add(time.Second))
	}
	for _, n := range r.c.ByName {
		if n != rsc.LockNode {
			r.c.Prefer(rsc, n, -crm.Infinity, "", "locked to "+rsc.LockNode.DisplayName()+" by shutdown-lock")
		}
	}
}

// findLock drops the lock of a resource that runs all the same, and locks one
// whose only node is leaving.
func (r *run) findLock(rsc *model.Resource) {
	if rsc.LockNode != nil {
		if len(rsc.Active) > 0 {
			action.ClearHistory(r.c, rsc, rsc.LockNode)
			rsc.LockNode, rsc.LockTime = nil, time.Time{}
		}
		return
	}
	if len(rsc.Active) != 1 {
		return
	}
	if n := rsc.Active[0]; n.Shutdown && !n.Unclean {
		rsc.LockNode, rsc.LockTime = n, r.shutdownTime(n)
	}
}

// shutdownTime is when a node asked to leave.
func (r *run) shutdownTime(n *model.Node) time.Time {
	seconds, err := strconv.ParseInt(n.Attr("shutdown"), 10, 64)
	if err != nil || seconds == 0 {
		return r.c.Now
	}
	return time.Unix(seconds, 0)
}

// stick adds the stickiness of every managed primitive that is active on a
// single node. Where nodes must be allowed one by one, only on such a node.
func (r *run) stick(rsc *model.Resource) {
	for _, child := range rsc.Children {
		r.stick(child)
	}
	if len(rsc.Children) > 0 || !rsc.Is(model.Managed) || rsc.Stickiness < 1 || len(rsc.Active) != 1 {
		return
	}
	n := rsc.Active[0]
	if r.c.Options.Symmetric || rsc.Allowed.Has(n.Ix) {
		r.c.Prefer(rsc, n, rsc.Stickiness, "", "stickiness")
	}
}

// banFailed bans a resource from a node on which it failed too often, unless the
// failures are about to be forgotten.
func (r *run) banFailed(rsc *model.Resource, n *model.Node) {
	for _, child := range rsc.Children {
		r.banFailed(child, n)
	}
	if len(rsc.Children) > 0 || clearing(rsc, n) {
		return
	}
	if failed := ThresholdReached(r.c, rsc, n); failed != nil {
		r.c.Prefer(failed, n, -crm.Infinity, "", "failed as often as migration-threshold allows")
	}
}

// clearing tells whether the fail count of a resource on a node will be cleared.
func clearing(rsc *model.Resource, n *model.Node) bool {
	for _, a := range rsc.Actions {
		if a.Task == model.TaskClearFailcount && a.Node == n {
			return true
		}
	}
	return false
}

// ThresholdReached returns what must leave a node because a resource failed there
// too often: the resource, or the whole clone if its instances are
// interchangeable. It is nil if nothing must.
func ThresholdReached(c *model.Cluster, rsc *model.Resource, n *model.Node) *model.Resource {
	if rsc.Threshold == 0 || rsc.Is(model.IgnoreFailure) {
		return nil
	}
	failures := history.FailCount(c, n, rsc, history.Effective|history.Launched)
	if failures <= 0 || rsc.Threshold > failures {
		return nil
	}
	failed := rsc
	if !rsc.Is(model.Unique) {
		failed = rsc.Top(false)
	}
	c.Warn(rsc.ID, "%s cannot run on %s due to reaching migration threshold (clean up resource to allow again)"+
		" | failures=%d migration-threshold=%d", failed.ID, n.DisplayName(), int(failures), int(rsc.Threshold))
	return failed
}

// banUnlisted bans a resource that is looked for on certain nodes only from all
// others.
func (r *run) banUnlisted(rsc *model.Resource, n *model.Node) {
	if !rsc.Is(model.ExclusiveProbes) && !rsc.Top(false).Is(model.ExclusiveProbes) {
		return
	}
	for _, child := range rsc.Children {
		r.banUnlisted(child, n)
	}
	if place := rsc.Allowed.At(n.Ix); place != nil && place.Probe != model.ProbeExclusive {
		place.Score = -crm.Infinity
		r.banned(rsc, n, "", "resource-discovery is exclusive to other nodes")
	}
}
