package crmresource

import (
	"slices"
	"time"

	"holdfast/admin/relocate"
	"holdfast/cib"
	"holdfast/crm"
	"holdfast/scheduler/model"
	"holdfast/tool"
)

// until is when a constraint ends that shall live as long as --lifetime says,
// zero if that was not given.
func (j *job) until() (time.Time, error) {
	if j.lifetime == "" {
		return time.Time{}, nil
	}
	span, err := crm.ParseSpan(j.lifetime)
	if err != nil {
		j.Out.Err("Invalid duration specified: %s\nPlease refer to https://en.wikipedia.org/wiki/ISO_8601#Durations "+
			"for examples of valid durations", j.lifetime)
		return time.Time{}, tool.Fail(crm.ExitUsage, "")
	}
	end := span.After(j.Env.Now())
	j.info("Migration will take effect until: %s", crm.FormatDate(end, crm.ShowDateTime))
	return end, nil
}

// info tells people something, unless they want to hear only what is essential.
func (j *job) info(format string, args ...any) {
	if !j.Quiet {
		j.Out.Info(format, args...)
	}
}

// wish makes the relation of a resource to a node from what the command line says.
func (j *job) wish(resource, node string, promoted bool) (relocate.Wish, error) {
	end, err := j.until()
	return relocate.Wish{Resource: resource, Node: node, Promoted: promoted, Until: end}, err
}

// banFrom keeps a resource off a node.
func (j *job) banFrom(resource, node string, promoted bool) error {
	w, err := j.wish(resource, node, promoted)
	if err != nil {
		return err
	}
	doing := "running"
	if promoted {
		doing = "being promoted"
	}
	j.info("WARNING: Creating rsc_location constraint '%s' with a score of -INFINITY for resource %s on %s.\n"+
		"\tThis will prevent %s from %s on %s until the constraint is removed using the clear option or by editing the CIB "+
		"with an appropriate tool.\n\tThis will be the case even if %s is the last node in the cluster",
		relocate.BanID(resource, node), resource, node, resource, doing, node, node)
	return j.applyRole(w, relocate.Ban)
}

// applyRole makes a constraint; if it is refused it may be for its role, which
// older schemas spell otherwise.
func (j *job) applyRole(w relocate.Wish, edit func(relocate.Wish, bool) cib.Request) error {
	err := j.apply(edit(w, false))
	if err != nil && w.Promoted && j.apply(edit(w, true)) == nil {
		return nil
	}
	return err
}

func (j *job) ban() error {
	if j.on == nil {
		return j.banCurrent()
	}
	return j.banFrom(j.resource, j.on.Name, j.promoted)
}

// banCurrent bans a resource from where it is, if that is one place: of a
// promotable clone, where it is promoted.
func (j *job) banCurrent() error {
	active, current := places(j.rsc)
	if active == 1 {
		return j.banFrom(j.resource, current.Name, j.promoted)
	}
	if !j.rsc.Is(model.Promotable) {
		return tool.Fail(crm.ExitUsage, "Resource '%s' not moved: active in %d locations.\n"+
			"To prevent '%s' from running on a specific location, specify a node.", j.resource, active, j.resource)
	}
	promoted, _, at := promotedIn(j.rsc)
	if promoted == 1 && at != nil {
		return j.banFrom(j.resource, at.Name, j.promoted)
	}
	return tool.Fail(crm.ExitUsage, "Resource '%s' not moved: active in %d locations (promoted in %d).\n"+
		"To prevent '%s' from running on a specific location, specify a node."+
		"To prevent '%s' from being promoted at a specific location, specify a node and the --promoted option.",
		j.resource, active, promoted, j.resource, j.resource)
}

// places counts where a resource is, as far as it matters, and returns the node
// that counts as its place.
func places(r *model.Resource) (int, *model.Node) {
	p := r.Presence()
	if r.Is(model.NeedsFencing) {
		return p.All, p.Node
	}
	return p.Clean, p.Node
}

// promotedIn counts a clone's promoted instances; instance and node are of the last.
func promotedIn(clone *model.Resource) (count int, instance *model.Resource, node *model.Node) {
	for _, child := range clone.Children {
		if child.RoleNow() == crm.RolePromoted {
			count++
			instance, node = child, child.CurrentNode()
		}
	}
	return count, instance, node
}

func (j *job) move() error {
	if j.on == nil {
		return j.banCurrent()
	}
	promoted := j.promoted
	if promoted && !j.rsc.Is(model.Promotable) {
		j.info("Ignoring --promoted option: %s is not promotable", j.resource)
		promoted = false
	}
	count, current := j.currentPlace(promoted)
	if count > 1 {
		if j.rsc.Variant != model.Clone {
			return tool.Fail(crm.ExitMultiple, "")
		}
		current = nil
	}
	if current == j.on && !j.force {
		return tool.Fail(crm.ExitExists, "")
	}
	if err := j.moveTo(promoted); err != nil {
		return err
	}
	if !j.force || current == j.on {
		return nil
	}
	return j.leave(current, count, promoted)
}

// currentPlace counts where the resource is and returns the place that it would
// be moved from: with promoted instances, where those are.
func (j *job) currentPlace(promoted bool) (int, *model.Node) {
	count, current := places(j.rsc)
	if j.rsc.Is(model.Promotable) {
		n, instance, at := promotedIn(j.rsc)
		if promoted || n != 0 {
			count, current = n, at
		}
		if instance != nil {
			j.rsc = instance
		}
	}
	return count, current
}

// moveTo replaces all earlier wishes by one for the new node.
func (j *job) moveTo(promoted bool) error {
	for _, n := range j.cluster.ByName {
		if err := j.clearOn(n.Name, false); err != nil {
			return err
		}
	}
	if err := j.clearOn(j.on.Name, true); err != nil {
		return err
	}
	w, err := j.wish(j.resource, j.on.Name, promoted)
	if err != nil {
		return err
	}
	return j.applyRole(w, relocate.Prefer)
}

func (j *job) clearOn(node string, bans bool) error {
	for _, r := range relocate.Clear(j.session.CIB(), j.resource, node, bans, j.force) {
		if err := j.apply(r); err != nil {
			return err
		}
	}
	return nil
}

// leave bans a resource from where it was, for a move that is forced.
func (j *job) leave(current *model.Node, count int, promoted bool) error {
	active := "active"
	if promoted {
		active = "promoted"
	}
	switch {
	case current != nil:
		return j.banFrom(j.resource, current.Name, promoted)
	case count > 1:
		j.info("Resource '%s' is currently %s in %d locations. One may now move to %s", j.resource, active, count, j.on.Name)
		j.info("To prevent '%s' from being %s at a specific location, specify a node", j.resource, active)
	}
	return nil
}

func (j *job) clear() error {
	before := relocate.IDs(j.session.CIB())
	if err := j.clearAll(); err != nil {
		return err
	}
	after := relocate.IDs(j.session.CIB())
	for _, id := range before {
		if !slices.Contains(after, id) {
			j.info("Removing constraint: %s", id)
		}
	}
	return nil
}

func (j *job) clearAll() error {
	if j.expired {
		node := ""
		if j.on != nil {
			node = j.on.Name
		}
		for _, r := range relocate.ClearExpired(j.session.CIB(), j.Env.Now(), j.resource, node, j.promoted) {
			if err := j.apply(r); err != nil {
				return err
			}
		}
		return nil
	}
	nodes := j.cluster.ByName
	if j.on != nil {
		nodes = []*model.Node{j.on}
	}
	for _, n := range nodes {
		if err := j.clearOn(n.Name, true); err != nil {
			return err
		}
	}
	return nil
}
