package action

import (
	"strconv"
	"strings"

	"holdfast/scheduler/model"
)

// CanFence tells whether the cluster could fence a node. A nil node asks in
// general.
func CanFence(c *model.Cluster, n *model.Node) bool {
	if n.IsGuest() {
		// A guest is fenced by stopping its launcher, wherever that is.
		for _, host := range n.Remote.Launcher.Active {
			if !host.Online && !CanFence(c, host) {
				return false
			}
		}
		return true
	}
	switch {
	case !c.Options.FencingEnabled, !c.HaveFencing:
		return false
	case c.Quorate, c.Options.NoQuorumPolicy == model.QuorumIgnore:
		return true
	case n == nil, !n.Online:
		return false
	}
	return !n.IsRemote() || c.Options.FenceRemoteNoQuorum || !mayBeElsewhere(c, n)
}

// mayBeElsewhere tells whether a remote node's connection might have moved to
// the other partition, which would then be in charge of the node.
func mayBeElsewhere(c *model.Cluster, n *model.Node) bool {
	if n.Remote == nil {
		return false
	}
	for ix := range n.Remote.Allowed.All() {
		if !c.Nodes[ix].Online {
			return true
		}
	}
	return false
}

// FenceNode marks a node as one that must be fenced: a cluster or remote node by
// a fence device, a guest by recovering its launcher.
func FenceNode(c *model.Cluster, n *model.Node, reason string, priorityDelay bool) {
	switch {
	case n.IsGuest():
		fenceGuest(c, n, reason)
	case isDanglingGuest(n):
		n.Remote.Set(model.Failed | model.StopIfFailed)
	case n.IsPlainRemote():
		if n.Remote == nil || n.Remote.Is(model.Managed) {
			if !n.RemoteReset {
				n.RemoteReset = true
				c.Warn(n.ID, "Remote node %s %s: %s", n.Name, fate(c, n), reason)
			}
		}
		n.Unclean = true
		noteFencing(c, n, reason)
		Fence(c, n, "", true, reason, false)
	case !n.Unclean:
		c.Warn(n.ID, "Cluster node %s %s: %s", n.Name, fate(c, n), reason)
		n.Unclean = true
		noteFencing(c, n, reason)
		Fence(c, n, "", true, reason, priorityDelay)
	}
}

func noteFencing(c *model.Cluster, n *model.Node, reason string) {
	if n.FenceReason == "" {
		n.FenceReason = reason
	}
	c.Because(model.Cause{Kind: model.CauseFence, Node: n, Text: reason})
}

func fate(c *model.Cluster, n *model.Node) string {
	if CanFence(c, n) {
		return "will be fenced"
	}
	return "is unclean"
}

// fenceGuest marks a guest's launcher as failed. The guest itself stays clean:
// once recovered it may run resources in this very transition.
func fenceGuest(c *model.Cluster, n *model.Node, reason string) {
	launcher := n.Remote.Launcher
	if launcher.Is(model.Failed) {
		return
	}
	if !launcher.Is(model.Managed) {
		c.Because(model.Cause{Kind: model.CauseState, Node: n, Resource: launcher,
			Text: "not fenced, although " + reason + ": its guest resource is unmanaged"})
		return
	}
	c.Warn(n.ID, "Guest node %s will be fenced (by recovering its guest resource %s): %s", n.Name, launcher.ID, reason)
	n.RemoteReset = true
	launcher.Set(model.Failed | model.StopIfFailed)
	noteFencing(c, n, reason)
}

// isDanglingGuest tells whether a node is what is left of a guest whose launcher
// is gone; stopping that launcher was its fencing.
func isDanglingGuest(n *model.Node) bool {
	return n.IsRemote() && n.Remote != nil && n.Remote.Launcher == nil && n.Remote.Is(model.RemovedLaunched)
}

// Fence returns the fencing action for a node, creating it if need be. operation
// is "on", "off", "reboot", or "" for what the cluster is configured to do.
func Fence(c *model.Cluster, n *model.Node, operation string, optional bool, reason string, priorityDelay bool) *model.Action {
	if operation == "" {
		operation = c.Options.FencingAction
	}
	key := model.TaskFence + "-" + n.Name + "-" + operation
	a := c.Singleton(key)
	if a == nil {
		a = Singleton(c, key, model.TaskFence, n, true)
		a.SetMeta("on_node", n.Name)
		a.SetMeta("on_node_uuid", n.ID)
		a.SetMeta("stonith_action", operation)
		if c.EnableUnfencing && deviceDigests(c, a) {
			optional = false
		}
	}
	// Once given, the delay is kept up to date: priorities are summed up only
	// while the history is read.
	if c.Options.PriorityFencingDelay > 0 && (priorityDelay || a.Meta.Has("priority-fencing-delay")) {
		a.SetMeta("priority-fencing-delay", strconv.Itoa(priorityDelaySeconds(c, n)))
	}
	if !optional && CanFence(c, n) {
		a.Clear(model.Optional)
		SetReason(a, reason, false)
	} else if reason != "" && a.Reason == "" {
		a.Reason = reason
	}
	return a
}

// deviceDigests notes on a fencing action what the definitions of the devices
// for unfencing hash to, and tells whether one has changed since the node was
// last unfenced.
func deviceDigests(c *model.Cluster, a *model.Action) (changed bool) {
	var all, secure strings.Builder
	for _, device := range unfencingDevices(c.Resources, nil) {
		d := FencingDigest(c, device, a.Node)
		if d.Change == model.DigestMismatch {
			changed = true
			c.Inform("notice: Unfencing node %s because the definition of %s changed", a.Node.Name, device.ID)
		}
		prefix := device.ID + ":" + device.Type + ":"
		all.WriteString(prefix + d.All + ",")
		secure.WriteString(prefix + d.Secure + ",")
	}
	a.SetMeta("digests-all", all.String())
	a.SetMeta("digests-secure", secure.String())
	return changed
}

// unfencingDevices lists the devices that unfence, the last one first.
func unfencingDevices(list, found []*model.Resource) []*model.Resource {
	for _, rsc := range list {
		switch {
		case len(rsc.Children) > 0:
			found = unfencingDevices(rsc.Children, found)
		case !rsc.Is(model.FenceDevice):
		case rsc.Is(model.NeedsUnfencing), strings.EqualFold(rsc.Meta.Get("provides"), "unfencing"):
			found = append([]*model.Resource{rsc}, found...)
		}
	}
	return found
}

// priorityDelaySeconds is how long the fencing of a node waits, so that the side
// with the more important services wins: only for lost nodes, only if this side
// has no majority, and only for the most important node if priorities differ.
func priorityDelaySeconds(c *model.Cluster, n *model.Node) int {
	if n.IsRemote() || n.Online {
		return 0
	}
	members, online, top, lowest := 0, 0, 0, 0
	for _, m := range c.Nodes {
		if m.IsRemote() {
			continue
		}
		if members == 0 {
			top, lowest = m.Priority, m.Priority
		}
		members++
		if m.Online {
			online++
		}
		top, lowest = max(top, m.Priority), min(lowest, m.Priority)
	}
	if online > members/2 || lowest == top || n.Priority < top {
		return 0
	}
	return int((c.Options.PriorityFencingDelay.Milliseconds() + 500) / 1000)
}

// TriggerUnfencing schedules the unfencing of a node (or, with a device and no
// usable node, of all that the device serves) before another action, which may
// be nil. Without unfencing in the configuration it does nothing.
func TriggerUnfencing(c *model.Cluster, device *model.Resource, n *model.Node, reason string, before *model.Action) {
	usable := func(n *model.Node) bool { return n.Online && !n.Unclean && !n.Shutdown }
	switch {
	case !c.EnableUnfencing, device != nil && !device.Is(model.FenceDevice):
	case n != nil && usable(n):
		unfence := Fence(c, n, "on", false, reason, false)
		Order(unfence, before, model.Ordered)
	case device != nil:
		for ix := range device.Allowed.All() {
			if other := c.Nodes[ix]; usable(other) {
				TriggerUnfencing(c, device, other, reason, before)
			}
		}
	}
}
