package crmresource

import (
	"fmt"
	"slices"
	"time"

	"holdfast/admin/parameter"
	"holdfast/admin/relocate"
	"holdfast/admin/settle"
	"holdfast/crm"
	"holdfast/scheduler/model"
	"holdfast/tool"
	"holdfast/tool/access"
)

// How often the cluster is looked at, and how long at most where the user gave
// no --timeout.
const (
	lookEvery    = 250 * time.Millisecond
	waitAtMost   = time.Hour
	stepReserve  = 5 * time.Second
	patienceStep = 20 * time.Second
)

// outlook looks at the CIB as it is now.
func (j *job) outlook() (*settle.Outlook, error) {
	s, err := access.Start(j.Env)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	o, err := settle.Look(s.Root(), j.Env.Now())
	if err != nil {
		return nil, tool.Fail(crm.ExitConfig, "%v", err)
	}
	return o, nil
}

// wait returns when the cluster has settled.
func (j *job) wait() error {
	limit := j.timeout
	if limit == 0 {
		limit = waitAtMost
	}
	deadline := time.Now().Add(limit)
	for {
		o, err := j.outlook()
		if err != nil {
			return err
		}
		if o.Calm() {
			return nil
		}
		// Nothing happens in a file, however long one waits.
		if !time.Now().Before(deadline) || j.Env.Source().Where != tool.Live {
			j.tellPending(o)
			return tool.Fail(crm.ExitTimeout, "")
		}
		time.Sleep(min(lookEvery, time.Until(deadline)))
	}
}

// tellPending says what the cluster still has to do.
func (j *job) tellPending(o *settle.Outlook) {
	j.info("Pending actions:")
	for _, a := range o.Pending() {
		on := ""
		if a.Node != nil {
			on = "\ton " + a.Node.DisplayName()
		}
		j.info("\tAction %d: %s%s", a.ID(), a.Key, on)
	}
}

// A restarting is one restart of a resource under way.
type restarting struct {
	j        *job
	rsc      *model.Resource
	node     string // restart only there, "" for wherever it is
	banned   string // the resource that is banned from node meanwhile, "" if stopped by role
	role     string // the target role that it had
	hadRole  bool
	deadline time.Time // zero if every step has its own
}

// restart stops a resource with all that depends on it, and lets it start again.
func (j *job) restart() error {
	r, err := j.newRestart()
	if err != nil {
		return err
	}
	before, err := j.outlook()
	if err != nil {
		return err
	}
	if err := r.hold(); err != nil {
		return err
	}
	stopped, err := r.down(before.Active(r.node))
	if err != nil {
		r.release()
		return err
	}
	if err := r.release(); err != nil {
		return err
	}
	return r.up(stopped)
}

// newRestart finds out what has to be restarted and how.
func (j *job) newRestart() (*restarting, error) {
	r := &restarting{j: j, rsc: j.rsc}
	if j.on != nil {
		r.node = j.on.Name
	}
	if j.timeout > 0 {
		r.deadline = time.Now().Add(j.timeout)
	}
	top := r.rsc.Top(false)
	if r.rsc.InBundle() {
		r.rsc = r.rsc.Top(true)
		top = r.rsc
	}
	if top.Variant == model.Clone && !settle.RunsOn(r.rsc, r.node) {
		r.rsc = instanceOn(top, baseName(j.rsc.ID), r.node)
	}
	name := j.rsc.HistoryName()
	switch {
	case (r.rsc == nil || !settle.RunsOn(r.rsc, r.node)) && r.node != "":
		return nil, tool.Fail(crm.ExitNoSuch, "%s is not running on %s and so cannot be restarted", name, r.node)
	case r.rsc == nil || !settle.RunsOn(r.rsc, ""):
		return nil, tool.Fail(crm.ExitNoSuch, "%s is not running anywhere and so cannot be restarted", name)
	case !r.rsc.Is(model.Managed):
		return nil, tool.Fail(crm.ExitTempFail, "Unmanaged resources cannot be restarted.")
	}
	if r.node != "" && top.Variant >= model.Clone {
		r.banned = top.ID
	}
	return r, nil
}

// instanceOn returns the part of a clone with a name that is active on a node,
// nil if none is.
func instanceOn(below *model.Resource, name, node string) *model.Resource {
	for _, child := range below.Children {
		if baseName(child.ID) == name && settle.RunsOn(child, node) {
			return child
		}
		if found := instanceOn(child, name, node); found != nil {
			return found
		}
	}
	return nil
}

// place is where the target role of the resource stands.
func (r *restarting) place() parameter.Place {
	return parameter.Place{Resource: r.id(), Block: "meta_attributes", Name: "target-role"}
}

// id is the resource's id in the configuration.
func (r *restarting) id() string {
	if r.rsc.Is(model.Unique) {
		return r.rsc.ID
	}
	return baseName(r.rsc.ID)
}

// hold keeps the resource from running.
func (r *restarting) hold() error {
	if r.banned != "" {
		w, err := r.j.wish(r.banned, r.node, r.j.promoted)
		if err != nil {
			return err
		}
		return r.j.applyRole(w, relocate.Ban)
	}
	p := r.place()
	if pairs := p.Find(r.j.session.CIB()); len(pairs) > 0 {
		r.role, r.hadRole = pairs[0].Attr("value"), true
		return r.j.apply(parameter.Change(pairs[0], p.Name, crm.RoleStopped.String()))
	}
	e := parameter.Element(r.j.session.CIB(), r.id())
	if e == nil {
		return tool.Fail(crm.ExitNoSuch, "Could not set target-role for %s: it is not configured", r.id())
	}
	return r.j.apply(p.Add(e, crm.RoleStopped.String()))
}

// release takes back what hold did.
func (r *restarting) release() error {
	if r.banned != "" {
		for _, edit := range relocate.Clear(r.j.session.CIB(), r.banned, r.node, true, false) {
			if err := r.j.apply(edit); err != nil {
				return err
			}
		}
		return nil
	}
	p := r.place()
	pairs := p.Find(r.j.session.CIB())
	switch {
	case len(pairs) == 0:
		return nil
	case r.hadRole:
		return r.j.apply(parameter.Change(pairs[0], p.Name, r.role))
	}
	return r.j.apply(parameter.Delete(pairs[0], p.Name))
}

// down waits until everything has stopped that was active before and will not
// run without the resource, and returns what that is.
func (r *restarting) down(before []string) ([]string, error) {
	o, err := r.j.outlook()
	if err != nil {
		return nil, err
	}
	stopping := without(before, o.ActiveAfter(r.node))
	r.tell("Waiting for %d resources to stop:", stopping)
	left := func(o *settle.Outlook) []string { return both(stopping, o.Active(r.node)) }
	return stopping, r.until(left, o, "Could not complete shutdown of %s, %d resources remaining")
}

// up waits until everything runs again that was stopped. It may run elsewhere.
func (r *restarting) up(stopped []string) error {
	r.tell("Waiting for %d resources to start again:", stopped)
	o, err := r.j.outlook()
	if err != nil {
		return err
	}
	left := func(o *settle.Outlook) []string {
		if missing := without(stopped, o.Active("")); len(missing) > 0 || r.banned == "" {
			return missing
		}
		// The instance itself must come back where it was.
		return without([]string{r.banned}, o.Active(r.node))
	}
	return r.until(left, o, "Could not complete restart of %s, %d resources remaining")
}

// until looks at the cluster until nothing is left. Where the user set no limit,
// every step forward buys the time that the slowest of what is left may take.
func (r *restarting) until(left func(*settle.Outlook) []string, o *settle.Outlook, fault string) error {
	remaining := left(o)
	deadline := r.stepEnd(o, remaining)
	for len(remaining) > 0 {
		if !time.Now().Before(deadline) {
			r.j.Out.Err(fault, r.rsc.ID, len(remaining))
			r.names(remaining)
			return tool.Fail(crm.ExitTimeout, "")
		}
		time.Sleep(lookEvery)
		o, err := r.j.outlook()
		if err != nil {
			return err
		}
		now := left(o)
		if len(now) < len(remaining) {
			deadline = r.stepEnd(o, now)
		}
		remaining = now
	}
	return nil
}

// stepEnd is when patience ends if nothing changes from now on.
func (r *restarting) stepEnd(o *settle.Outlook, names []string) time.Time {
	if !r.deadline.IsZero() {
		return r.deadline
	}
	return time.Now().Add(max(o.StopTimeout(names), patienceStep) + stepReserve)
}

// tell says how many resources are waited for, and which.
func (r *restarting) tell(format string, names []string) {
	r.j.info("%s", fmt.Sprintf(format, len(names)))
	r.names(names)
}

func (r *restarting) names(names []string) {
	for _, n := range names {
		r.j.info(" * %s", n)
	}
}

// without lists what is in one list and not in the other.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}

// both lists what is in both lists.
func both(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return !slices.Contains(other, s) })
}
