package crmresource

import (
	"errors"
	"strings"

	"holdfast/admin/forget"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/scheduler/model"
	"holdfast/status"
	"holdfast/tool"
)

// A sweep erases failures and history, or only says what it would erase.
type sweep struct {
	*job
	cluster tool.Speaker // nil for what is not the running cluster
	forget  []wire.Forget
}

// speak prepares a sweep; the caller closes it.
func (j *job) speak() (*sweep, error) {
	s := &sweep{job: j}
	if j.Env.Source().Where != tool.Live {
		return s, nil
	}
	var err error
	if s.cluster, err = j.Env.Speak(); err != nil {
		return nil, tool.Fail(crm.ExitDisconnect, "Error connecting to the controller: %v", err)
	}
	return s, nil
}

func (s *sweep) close() {
	if s.cluster != nil {
		s.cluster.Close()
	}
}

// cleanup erases the failures of resources and the history of those that failed,
// so that the cluster looks again and tries again.
func (j *job) cleanup() error {
	f := forget.Filter{Operation: j.operation}
	if j.operation != "" && j.interval != "" {
		d, err := crm.ParseInterval(j.interval)
		if err != nil {
			return tool.Fail(crm.ExitUsage, "Invalid interval: %s", j.interval)
		}
		f.Interval = d
	}
	s, err := j.speak()
	if err != nil {
		return err
	}
	defer s.close()
	if j.rsc == nil {
		return s.everything(f)
	}
	return s.resource(f, func(p forget.Place) []string {
		f.Resource = p.Resource
		return forget.Failed(j.cluster, p.Node, f)
	})
}

// refresh erases the whole history of resources, so that the cluster looks again.
func (j *job) refresh() error {
	s, err := j.speak()
	if err != nil {
		return err
	}
	defer s.close()
	if j.rsc != nil {
		return s.resource(forget.Filter{}, func(p forget.Place) []string { return []string{p.Resource.HistoryName()} })
	}
	if s.dry(s.whereText()) {
		return nil
	}
	if err := s.clearFailures("", s.nodeName(), forget.Filter{}); err != nil {
		return err
	}
	for _, n := range s.nodes() {
		if n.Online {
			s.remember(n, forget.Recorded(n))
		}
	}
	return s.reprobe()
}

// resource sweeps one resource with all its parts.
func (s *sweep) resource(f forget.Filter, histories func(forget.Place) []string) error {
	rsc := s.rsc
	if !s.force {
		rsc = rsc.Top(false)
	}
	for _, p := range forget.Places(s.job.cluster, rsc, s.on, s.force) {
		if !p.Node.ProbesAllowed {
			return tool.Fail(crm.ExitUnimplemented, "Unable to clean up %s because resource discovery disabled on %s",
				p.Resource.ID, p.Node.DisplayName())
		}
		if s.cluster == nil {
			s.Out.Err("Dry run: skipping clean-up of %s on %s due to CIB_file", p.Resource.ID, p.Node.DisplayName())
			continue
		}
		if err := s.clearFailures(forget.FailName(p.Resource), p.Node.Name, f); err != nil {
			return tool.Fail(tool.CodeOf(err), "Unable to clean up %s failures on %s: %v", p.Resource.ID, p.Node.DisplayName(), err)
		}
		s.remember(p.Node, histories(p))
		s.Out.Info("Cleaned up %s on %s", p.Resource.ID, p.Node.DisplayName())
	}
	if !s.Quiet {
		s.Out.Show(findChecks(s.view(status.Show{}), rsc, s.on))
	}
	return s.finish()
}

// everything sweeps the failures of all resources.
func (s *sweep) everything(f forget.Filter) error {
	if s.dry(s.whereText()) {
		return nil
	}
	if err := s.clearFailures("", s.nodeName(), f); err != nil {
		return tool.Fail(tool.CodeOf(err), "Unable to clean up all failures on %s: %v", s.whereText(), err)
	}
	for _, n := range s.nodes() {
		s.remember(n, forget.Failed(s.job.cluster, n, f))
	}
	s.Out.Info("Cleaned up all resources on %s", s.whereText())
	return s.finish()
}

// dry tells, and says, that nothing is erased because the CIB is a file.
func (s *sweep) dry(where string) bool {
	if s.cluster == nil {
		s.Out.Info("Dry run: skipping clean-up of %s due to CIB_file", where)
	}
	return s.cluster == nil
}

// nodes are those that the command is about.
func (s *sweep) nodes() []*model.Node {
	if s.on != nil {
		return []*model.Node{s.on}
	}
	return s.job.cluster.Nodes
}

func (s *sweep) nodeName() string {
	if s.on == nil {
		return ""
	}
	return s.on.Name
}

func (s *sweep) whereText() string {
	if s.on == nil {
		return "all nodes"
	}
	return s.on.DisplayName()
}

// clearFailures erases the attributes that count failures.
func (s *sweep) clearFailures(resource, node string, f forget.Filter) error {
	a := wire.Attribute{Task: "clear-failure", Node: crm.NodeName(node), Resource: resource, Operation: f.Operation, Interval: -1}
	if f.Operation != "" {
		a.Interval = f.Interval.Milliseconds()
	}
	return s.cluster.Attribute(a)
}

// remember notes histories to be erased, each once.
func (s *sweep) remember(n *model.Node, names []string) {
	for _, name := range names {
		if !s.noted(n, name) {
			s.forget = append(s.forget, wire.Forget{Node: crm.NodeName(n.Name), Resource: name})
		}
	}
}

func (s *sweep) noted(n *model.Node, name string) bool {
	for _, f := range s.forget {
		if string(f.Node) == n.Name && f.Resource == name {
			return true
		}
	}
	return false
}

// finish has the cluster forget what was noted, and counts the answers.
func (s *sweep) finish() error {
	switch len(s.forget) {
	case 0:
		return nil
	case 1:
		s.Out.Info("Waiting for 1 reply from the controller")
	default:
		s.Out.Info("Waiting for %d replies from the controller", len(s.forget))
	}
	var errs []error
	for i, f := range s.forget {
		last := i == len(s.forget)-1
		switch err := s.cluster.Forget(f); {
		case err != nil:
			errs = append(errs, err)
			s.Out.Err("Error: bad reply from controller: %v", err)
		case last:
			s.Out.Info("... got reply (done)")
		default:
			s.Out.Info("... got reply")
		}
	}
	return failure(errs)
}

// reprobe has the cluster forget everything that was noted, which counts as one
// request however much it is.
func (s *sweep) reprobe() error {
	s.Out.Info("Waiting for 1 reply from the controller")
	var errs []error
	for _, f := range s.forget {
		if err := s.cluster.Forget(f); err != nil {
			errs = append(errs, err)
			s.Out.Err("Error: bad reply from controller: %v", err)
		}
	}
	if errs == nil {
		s.Out.Info("... got reply (done)")
	}
	return failure(errs)
}

// failure is the exit code of what went wrong, which has been said already.
func failure(errs []error) error {
	if len(errs) == 0 {
		return nil
	}
	return tool.Fail(tool.CodeOf(errors.Join(errs...)), "")
}

// failed tells the cluster that a resource has failed on a node.
func (j *job) failed() error {
	s, err := j.speak()
	if err != nil {
		return err
	}
	defer s.close()
	switch {
	case s.cluster == nil:
		j.Out.Err("Dry run: skipping fail of %s on %s due to CIB_file", j.resource, j.on.DisplayName())
		return nil
	case j.rsc.Variant != model.Primitive:
		return tool.Fail(crm.ExitUsage, "We can only process primitive resources, not %s", j.resource)
	case !j.on.Online:
		return tool.Fail(crm.ExitDisconnect, "Node %s is not online", j.on.DisplayName())
	}
	j.Out.Info("Waiting for 1 reply from the controller")
	err = s.cluster.Fail(wire.Fail{
		Node: crm.NodeName(j.on.Name), Resource: j.rsc.HistoryName(), Class: j.rsc.Class, Provider: j.rsc.Provider, Type: j.rsc.Type,
	})
	if err != nil {
		return tool.Fail(tool.CodeOf(err), "Error: bad reply from controller: %v", err)
	}
	j.Out.Info("... got reply (done)")
	return nil
}

// Text shows why a resource may stay stopped nonetheless.
func (c checks) Text(l *output.Lines) {
	if texts := c.texts(); len(texts) > 0 {
		l.Line(strings.Join(texts, "\n"))
	}
}

// XML shows the same in a form for programs.
func (c checks) XML(t *output.Tree) { t.Add(c.element()) }
