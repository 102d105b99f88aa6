package plan

import (
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// FencingAndShutdown plans the fencing of unclean nodes and the shutdown of
// those that asked for it, the DC after all others.
func FencingAndShutdown(c *model.Cluster) {
	w := nodeWork{c: c, managed: anyManaged(c.Resources)}
	for _, n := range c.ByName {
		w.node(n)
	}
	w.orderDC()
}

// nodeWork collects what is done to nodes as a whole.
type nodeWork struct {
	c         *model.Cluster
	managed   bool // there is something to protect
	dc        *model.Action
	fencing   []*model.Action // of others than the DC
	shutdowns []*model.Action
}

func (w *nodeWork) node(n *model.Node) {
	if n.IsGuest() {
		// A guest is fenced by recovering what launches it.
		if n.RemoteReset && w.managed && action.CanFence(w.c, n) {
			fenceGuest(w.c, n)
		}
		return
	}
	switch {
	case w.managed && n.Unclean && action.CanFence(w.c, n):
		w.fence(n)
	case !n.IsRemote() && n.Online && n.Shutdown:
		a := shutdown(w.c, n)
		if n == w.c.DC {
			w.dc = a
		} else {
			w.shutdowns = append(w.shutdowns, a)
		}
		fallthrough
	default:
		if n.Unclean {
			w.c.Note(model.Warning, n.ID, "Node %s is unclean but cannot be fenced", n.DisplayName())
		}
	}
}

func (w *nodeWork) fence(n *model.Node) {
	a := action.Fence(w.c, n, "", false, "node is unclean", false)
	w.c.Warn(n.ID, "Scheduling node %s for fencing", n.DisplayName())
	orderAgainstFencing(w.c, a)
	if n == w.c.DC {
		w.dc = a
		return
	}
	if last := len(w.fencing) - 1; last >= 0 && !w.c.Options.ConcurrentFencing {
		action.Order(w.fencing[last], a, model.Ordered)
	}
	w.fencing = append(w.fencing, a)
}

// orderDC lets the DC go last, so that it need not be elected anew for every
// node. A fenced DC does not wait for shutdowns: they may wait for its fencing.
func (w *nodeWork) orderDC() {
	if w.dc == nil {
		return
	}
	if w.dc.Task == model.TaskShutdown {
		for _, a := range w.shutdowns {
			action.Order(a, w.dc, model.Ordered)
		}
	}
	before := w.fencing
	if !w.c.Options.ConcurrentFencing && len(before) > 0 {
		before = before[len(before)-1:] // the others are in a chain
	}
	for _, a := range before {
		action.Order(a, w.dc, model.Ordered)
	}
}

func anyManaged(list []*model.Resource) bool {
	for _, r := range list {
		if r.Is(model.Managed) || anyManaged(r.Children) {
			return true
		}
	}
	return false
}

// fenceGuest plans the pseudo event that a guest node is fenced: it happens when
// its launcher stops, or when the launcher's host is fenced.
func fenceGuest(c *model.Cluster, n *model.Node) {
	launcher := n.Remote.Launcher
	stop := action.Find(launcher, crm.TaskStop, nil)
	how := "off"
	if action.Find(launcher, crm.TaskStart, nil) != nil {
		how = "reboot"
	}
	fencing := action.Fence(c, n, how, false, "guest is unclean", false)
	fencing.Set(model.Pseudo | model.Runnable)
	const must = model.UnrunnableFirstBlocks | model.FirstImpliesThen
	switch {
	case stop != nil && stop.Is(model.Pseudo) && stop.Node != nil:
		host := action.Fence(c, stop.Node, "", false, "", false)
		action.Order(host, fencing, must)
	case stop != nil:
		action.Order(stop, fencing, must)
	default:
		// The launcher seems to be stopped already, perhaps only because its
		// history was cleared: its probe comes before the connection's stop.
		if stop = action.Find(n.Remote, crm.TaskStop, nil); stop != nil {
			action.Order(stop, fencing, model.Ordered)
		}
	}
	orderAgainstFencing(c, fencing)
}

// orderAgainstFencing orders the actions of all resources with a fencing: what
// recovers a resource waits for it, and stops on the node are implied by it.
func orderAgainstFencing(c *model.Cluster, fencing *model.Action) {
	for _, r := range c.Resources {
		againstFencing(c, r, fencing)
	}
}

func againstFencing(c *model.Cluster, r *model.Resource, fencing *model.Action) {
	if len(r.Children) > 0 {
		for _, child := range r.Children {
			againstFencing(c, child, fencing)
		}
		return
	}
	if r.Is(model.Managed) {
		startAfterFencing(r, fencing)
		impliedStops(c, r, fencing)
		impliedDemotes(r, fencing)
	}
}

func startAfterFencing(r *model.Resource, fencing *model.Action) {
	target := fencing.Node
	for _, a := range r.Actions {
		switch a.Needs {
		case model.RequiresFencing:
			action.Order(fencing, a, model.Ordered)
		case model.RequiresQuorum:
			// It may be active on the node if nobody knows better, for
			// instance when the DC died and its knowledge with it.
			if a.Task == crm.TaskStart && r.Allowed.Has(target.Ix) && !knownThere(r, target) {
				action.Order(fencing, a, model.Ordered|model.UnrunnableFirstBlocks)
			}
		}
	}
}

// knownThere tells whether a resource's state on a node is known; an instance of
// an anonymous clone is known where any is.
func knownThere(r *model.Resource, n *model.Node) bool {
	return r.Known.Has(n.Ix) ||
		(r.Variant == model.Primitive && r.Parent != nil && r.Parent.IsAnonymousClone() && r.Parent.Known.Has(n.Ix))
}

// impliedStops turns stops on the fenced node into pseudo actions after the
// fencing. On a guest that holds for all resources: its fencing is just a stop.
func impliedStops(c *model.Cluster, r *model.Resource, fencing *model.Action) {
	stops := action.AllOf(r, crm.TaskStop, fencing.Node)
	ordered := r.Is(model.NeedsFencing) || fencing.Node.IsGuest()
	var topStop *model.Action
	if len(stops) > 0 && ordered {
		topStop = action.Find(r.Top(false), crm.TaskStop, nil)
	}
	for _, a := range stops {
		a.Set(model.Pseudo | model.Runnable)
		if ordered {
			if !r.InBundle() { // else the outer stop's order is enough, and more would be a loop
				action.Order(fencing, a, model.GuestAllowed)
			}
			action.Order(fencing, topStop, model.GuestAllowed)
		}
		if r.Is(model.Notify) {
			notifyAfterFencing(c, a, r, fencing)
		}
	}
}

func impliedDemotes(r *model.Resource, fencing *model.Action) {
	ordered := r.Is(model.NeedsFencing) || fencing.Node.IsGuest()
	for _, a := range action.AllOf(r, crm.TaskDemote, fencing.Node) {
		if a.Node.Online && !a.Node.Unclean && !r.Is(model.Failed) {
			continue
		}
		a.Set(model.Pseudo | model.Runnable)
		if ordered && !r.InBundle() {
			action.Order(fencing, a, model.GuestAllowed|model.Ordered)
		}
	}
}

// orderAfterUnfencing lets probes and starts wait for the unfencing of their
// node, where resources want that; a node never unfenced is unfenced now.
func orderAfterUnfencing(c *model.Cluster, r *model.Resource, n *model.Node, a *model.Action, t model.OrderType) {
	if !(r.Is(model.FenceDevice) && c.EnableUnfencing) && !r.Is(model.NeedsUnfencing) {
		return
	}
	unfence := action.Fence(c, n, "on", true, "", false)
	action.Order(unfence, a, t)
	if !unfenced(n) {
		action.TriggerUnfencing(c, nil, n, "required by "+r.ID+" "+a.Task, nil)
	}
}

// unfenced tells whether a node has been unfenced since it joined.
func unfenced(n *model.Node) bool {
	value := n.Attr("#node-unfenced")
	return value != "" && value != "0"
}
