package crmresource

import (
	"errors"
	"fmt"
	"strings"

	"holdfast/cib"
	"holdfast/crm"
	"holdfast/scheduler"
	"holdfast/scheduler/history"
	"holdfast/scheduler/model"
	"holdfast/status"
	"holdfast/tool"
	"holdfast/tool/access"
)

// needs says what must be known before a command can be done.
type needs uint16

const (
	needsCIB needs = 1 << iota
	needsStatus
	needsResource // -r must be given
	needsNode     // -N must be given
	findsAnonymous
	findsAny     // by the name in the configuration, also of unique instances
	findsHistory // by its ID and its name in the history only
	wholeOnly
	needsConstraints // what they ask for counts, too
)

// A job is a command with all it needs at hand.
type job struct {
	*options
	*tool.Call
	session *access.Session
	cluster *model.Cluster
	rsc     *model.Resource // nil if -r was not given
	on      *model.Node     // nil if -N was not given
}

type handler struct {
	do    func(*job) error
	needs needs
}

const relocates = needsCIB | needsStatus | needsResource | findsAnonymous | wholeOnly

// handlers are what does each command.
func handlers() map[command]handler {
	const shows = needsCIB | needsStatus
	const aboutOne = shows | needsResource
	return map[command]handler{
		ban:              {(*job).ban, relocates},
		move:             {(*job).move, relocates},
		clearConstraints: {(*job).clear, relocates},
		listResources:    {(*job).list, shows},
		listInstances:    {(*job).listRaw, shows},
		locate:           {(*job).locate, aboutOne | findsAnonymous},
		setParam:         {(*job).setParam, aboutOne | findsAny | needsConstraints},
		deleteParam:      {(*job).deleteParam, aboutOne | findsAny},
		getParam:         {(*job).getParam, aboutOne | findsAny},
		remove:           {(*job).remove, needsCIB | needsResource},
		queryXML:         {(*job).queryXML, aboutOne | findsAny},
		queryXMLRaw:      {(*job).queryXMLRaw, aboutOne | findsAny},
		restart:          {(*job).restart, aboutOne | findsAnonymous | wholeOnly},
		wait:             {(*job).wait, 0},
		colocations:      {(*job).constraints, aboutOne | findsAnonymous | needsConstraints},
		why:              {(*job).why, shows | findsAnonymous},
		digests:          {(*job).digests, aboutOne | needsNode | findsAnonymous},
		listActiveOps:    {(*job).listActive, shows},
		listAllOps:       {(*job).listAll, shows},
		listOptions:      {(*job).listOptions, 0},
		cleanup:          {(*job).cleanup, shows | findsAnonymous},
		refresh:          {(*job).refresh, shows | findsAnonymous},
		fail:             {(*job).failed, aboutOne | needsNode | findsHistory},
		execute:          {(*job).execute, aboutOne | findsAnonymous},
		listStandards:    {(*job).standards, 0},
		listProviders:    {(*job).providers, 0},
		listAgents:       {(*job).agents, 0},
		listAlternatives: {(*job).alternatives, 0},
		metadata:         {(*job).metadata, 0},
		listCTS:          {(*job).listCTS, shows},
	}
}

// run does what the command line asks for.
func (o *options) run(c *tool.Call) error {
	err := o.check(c)
	if err == nil {
		err = o.perform(c)
	}
	return performed(err)
}

// performed adds to an error what the tool ends with, but for errors of usage,
// which say enough.
func performed(err error) error {
	var e *tool.Error
	if err == nil {
		return nil
	}
	if !errors.As(err, &e) {
		e = &tool.Error{Code: crm.ExitError, Text: err.Error()}
	}
	if e.Code == crm.ExitUsage || e.Code == crm.ExitOK {
		return e
	}
	text := fmt.Sprintf("Error performing operation: %s", e.Code)
	if e.Text != "" {
		text = e.Text + "\n" + text
	}
	return tool.Fail(e.Code, "%s", text)
}

// check looks for options that do not go together.
func (o *options) check(c *tool.Call) error {
	if o.expired && o.command != clearConstraints {
		return tool.Fail(crm.ExitUsage, "--expired requires --clear or -U")
	}
	if len(c.Args) > 0 {
		if !o.takesOverrides {
			return unexpected(c.Args)
		}
		o.overrides = map[string]string{}
		for _, arg := range c.Args {
			name, value, ok := nameValue(arg)
			if !ok {
				return tool.Fail(crm.ExitUsage, "Error parsing '%s' as a name=value pair", arg)
			}
			o.overrides[name] = value
		}
	}
	if o.namesAgent() {
		return o.checkAgent()
	}
	if o.params != nil {
		return tool.Fail(crm.ExitUsage, "--option must be used with --validate and without -r")
	}
	return nil
}

func unexpected(args []string) error {
	var text strings.Builder
	text.WriteString("non-option ARGV-elements:")
	for i, arg := range args {
		fmt.Fprintf(&text, "\n[%d of %d] %s", i+1, len(args), arg)
	}
	return tool.Fail(crm.ExitUsage, "%s", text.String())
}

// nameValue reads NAME=VALUE.
func nameValue(text string) (name, value string, ok bool) {
	name, value, ok = strings.Cut(text, "=")
	return name, value, ok && name != "" && value != ""
}

// namesAgent tells whether an agent is given on the command line.
func (o *options) namesAgent() bool { return o.class != "" || o.provider != "" || o.agent != "" }

// perform gets what the command needs and does it.
func (o *options) perform(c *tool.Call) (err error) {
	h := handlers()[o.command]
	j := &job{options: o, Call: c}
	if o.namesAgent() {
		return h.do(j)
	}
	if h.needs&needsResource != 0 && o.resource == "" && !o.expired {
		return tool.Fail(crm.ExitUsage, "Must supply a resource ID with -r/--resource")
	}
	if h.needs&needsNode != 0 && o.node == "" {
		return tool.Fail(crm.ExitUsage, "Must supply a node name with -N/--node")
	}
	if h.needs&needsCIB != 0 {
		if j.session, err = start(c); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, j.session.Close()) }()
	}
	if h.needs&needsStatus != 0 {
		if err := j.look(h.needs); err != nil {
			return err
		}
	}
	if err := j.find(h.needs); err != nil {
		return err
	}
	return h.do(j)
}

// start opens the CIB.
func start(c *tool.Call) (*access.Session, error) {
	s, err := access.Start(c.Env)
	var refused *cib.Error
	if errors.As(err, &refused) {
		c.Out.Err("Could not obtain the current CIB: %s", refused.Kind)
		return nil, tool.Fail(refused.Kind.ExitCode(), "")
	}
	return s, err
}

// look reads the state of the cluster from the CIB. Constraints change what is shown
// of it (a lost ticket blocks), so they are read only where they are asked for.
func (j *job) look(n needs) error {
	purpose := model.StatusOnly
	if n&needsConstraints != 0 {
		purpose = model.ValidateOnly
	}
	root, _ := cib.Modern(j.session.Root()) // or as it stands
	result, err := scheduler.Run(scheduler.Input{CIB: root, Now: j.Env.Now(), Purpose: purpose})
	if err != nil {
		return tool.Fail(crm.ExitConfig, "%v", err)
	}
	j.cluster = result.Cluster
	if j.Env.LogsToStderr() {
		status.Log(j.Env.Stderr, j.cluster.Notices)
	}
	return nil
}

// find finds the node and the resource that the command line names.
func (j *job) find(n needs) error {
	if j.node != "" && j.cluster != nil {
		if j.on = j.cluster.NodeNamed(j.node); j.on == nil {
			return tool.Fail(crm.ExitNoSuch, "Node '%s' not found", j.node)
		}
	}
	var finds matching
	switch {
	case j.resource == "":
		return nil
	case n&findsAny != 0:
		finds = byBaseName
	case n&findsAnonymous != 0:
		finds = byCommonName
	case n&findsHistory == 0:
		return nil
	}
	if j.rsc = find(j.cluster.Resources, j.resource, finds); j.rsc == nil {
		return tool.Fail(crm.ExitNoSuch, "Resource '%s' not found", j.resource)
	}
	if n&wholeOnly != 0 && strings.Contains(j.resource, ":") && j.rsc.Parent != nil && j.rsc.Parent.Variant == model.Clone {
		return tool.Fail(crm.ExitInvalidParam, "Cannot operate on clone resource instance '%s'", j.resource)
	}
	return nil
}

// matching says by what names a resource is found, besides its ID and its name
// in the history.
type matching uint8

const (
	byHistory    matching = iota
	byCommonName          // what interchangeable instances are called together
	byBaseName            // what all instances are called without their numbers
)

// find returns the first resource with a name.
func find(list []*model.Resource, name string, by matching) *model.Resource {
	for _, r := range list {
		base := by == byBaseName || by == byCommonName && !r.Is(model.Unique)
		if r.ID == name || r.HistoryID == name || base && history.BaseName(r.ID) == name {
			return r
		}
		if found := find(r.Children, name, by); found != nil {
			return found
		}
	}
	return nil
}

// baseName is an ID without the number of a clone instance.
func baseName(id string) string { return history.BaseName(id) }

// apply makes one change and turns a refusal into an error of the tool.
func (j *job) apply(r cib.Request) error {
	err := j.session.Apply(r)
	var refused *cib.Error
	if errors.As(err, &refused) {
		return tool.Fail(refused.Kind.ExitCode(), "")
	}
	return err
}

// view is the picture of the cluster.
func (j *job) view(show status.Show) *status.View {
	return &status.View{Cluster: j.cluster, Show: show}
}
