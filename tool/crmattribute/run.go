package crmattribute

import (
	"errors"
	"regexp"
	"strings"

	"holdfast/admin/attribute"
	"holdfast/cib"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/tool"
	"holdfast/tool/access"
	"holdfast/tool/optionlist"
)

// run does what the command line asks for.
func (o *options) run(c *tool.Call) error {
	if o.command == list {
		return o.list(c)
	}
	if err := o.promotionName(c.Env); err != nil {
		return err
	}
	session, err := begin(c.Env)
	if err != nil {
		return err
	}
	err = o.runOn(c, session)
	return errors.Join(err, session.Close())
}

// begin opens the CIB.
func begin(env *tool.Env) (*access.Session, error) {
	session, err := access.Start(env)
	var refused *cib.Error
	if errors.As(err, &refused) {
		return nil, tool.Fail(refused.Kind.ExitCode(), "Error performing operation: %s", refused.Kind)
	}
	return session, err
}

// runOn does it on an open CIB.
func (o *options) runOn(c *tool.Call, session *access.Session) error {
	o.chooseSection()
	s, err := o.selector(c.Env, session)
	if err != nil {
		return err
	}
	if err := o.check(); err != nil {
		return err
	}
	w := work{options: o, call: c, session: session, selector: s}
	return w.explain(w.do())
}

func (o *options) list(c *tool.Call) error {
	if o.listed != "cluster" {
		return tool.Fail(crm.ExitUsage, "Invalid --list-options value '%s'. Allowed values: cluster", o.listed)
	}
	c.Out.Show(optionlist.Cluster(o.all))
	return nil
}

// promotionName makes the name of a promotion score from that of the resource.
func (o *options) promotionName(env *tool.Env) error {
	if !o.promotion {
		return nil
	}
	if o.name == "" {
		o.name = env.Getenv("OCF_RESOURCE_INSTANCE")
	}
	if o.name == "" {
		return tool.Fail(crm.ExitUsage,
			"-p/--promotion must be called from an OCF resource agent or with a resource ID specified")
	}
	// The name of the role in this attribute has stayed for the agents' sake.
	o.name = "master-" + o.name
	return nil
}

// chooseSection turns a lifetime, or nothing, into a section of the CIB.
func (o *options) chooseSection() {
	switch strings.ToLower(o.section) {
	case "reboot":
		o.section = "status"
	case "forever":
		o.section = "nodes"
	case "":
		switch {
		case o.promotion:
			o.section = "status"
		case o.node != "":
			o.section = "nodes"
		default:
			o.section = "crm_config"
		}
	}
}

// selector finds the node, where there is one, and names what is meant.
func (o *options) selector(env *tool.Env, session *access.Session) (attribute.Selector, error) {
	s := attribute.Selector{Place: attribute.Place{Section: o.section, Kind: o.kind, Set: o.set}, ID: o.id, Name: o.name}
	if !s.OfNode() {
		return s, nil
	}
	var err error
	if o.node, err = nodeName(env, session, o.node); err != nil {
		return s, err
	}
	var ok bool
	if s.Node, s.Remote, ok = attribute.NodeID(session.CIB(), o.node); !ok {
		return s, tool.Fail(crm.ExitNoSuch, "Could not map name=%s to a UUID", o.node)
	}
	return s, nil
}

func (o *options) check() error {
	switch {
	case o.command == remove && o.name == "" && o.pattern == "":
		return tool.Fail(crm.ExitUsage, "Error: must specify attribute name or pattern to delete")
	case o.command == update && o.name == "" && o.pattern == "":
		return tool.Fail(crm.ExitUsage, "Error: must specify attribute name or pattern to update")
	case o.name != "" && o.pattern != "":
		return tool.Fail(crm.ExitUsage, "Error: --name and --pattern cannot be used at the same time")
	}
	return nil
}

// work is one run on an open CIB.
type work struct {
	*options
	call     *tool.Call
	session  *access.Session
	selector attribute.Selector
}

func (w *work) do() error {
	if w.command != query && w.session.Where == tool.Live && strings.EqualFold(w.section, "status") {
		return w.setTransient()
	}
	selectors, err := w.each()
	if err != nil {
		return err
	}
	for _, s := range selectors {
		switch w.command {
		case update:
			err = w.update(s)
		case remove:
			err = w.remove(s)
		default:
			err = w.show(s)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// each gives one selector, or with a pattern one for every attribute that it
// matches.
func (w *work) each() ([]attribute.Selector, error) {
	if w.pattern == "" {
		return []attribute.Selector{w.selector}, nil
	}
	pattern, err := regexp.CompilePOSIX(w.pattern)
	if err != nil {
		return nil, tool.Fail(crm.ExitUsage, "The pattern is not a regular expression: %v", err)
	}
	all := w.selector
	all.ID, all.Name = "", ""
	pairs, err := attribute.Find(w.session.CIB(), all)
	if err != nil {
		return nil, w.absent(err)
	}
	pairs = attribute.Matching(pairs, pattern)
	if len(pairs) == 0 && w.command == query && w.section != "status" {
		return nil, attribute.ErrNotFound // of what the cluster says of itself, none is an answer
	}
	var list []attribute.Selector
	for _, p := range pairs {
		s := w.selector
		s.Name = p.Attr("name")
		if w.command == query {
			s.ID = p.ID()
		}
		list = append(list, s)
	}
	return list, nil
}

// absent forgives a deletion that there is nothing to delete.
func (w *work) absent(err error) error {
	if w.command == remove && errors.Is(err, attribute.ErrNotFound) {
		return nil
	}
	return err
}

func (w *work) show(s attribute.Selector) error {
	pairs, err := attribute.Find(w.session.CIB(), s)
	if errors.Is(err, attribute.ErrNotFound) && w.hasDefault {
		w.call.Out.Show(value{w.section, w.id, w.name, w.defaultValue, w.quiet})
		return nil
	}
	for _, p := range pairs {
		w.call.Out.Show(value{w.section, w.id, p.Attr("name"), p.Attr("value"), w.quiet})
	}
	return err
}

func (w *work) update(s attribute.Selector) error {
	r, err := attribute.Set(w.session.CIB(), s, w.value)
	if err == nil {
		err = w.session.Apply(r)
		if err != nil {
			set := s.Set
			if set == "" {
				set = "<null>"
			}
			text, _ := access.Reason(err)
			w.call.Out.Err("Error setting %s=%s (section=%s, set=%s): %s", s.Name, w.value, w.section, set, text)
		}
	}
	return err
}

func (w *work) remove(s attribute.Selector) error {
	r, found, err := attribute.Delete(w.session.CIB(), s)
	if err != nil {
		return w.absent(err)
	}
	if err = w.session.Apply(r); cib.KindOf(err) == cib.NotFound {
		return nil
	} else if err != nil {
		return err
	}
	what := "attribute"
	if w.section == "crm_config" || w.section == "tickets" {
		what = "option"
	}
	if found == "" {
		found = "(null)"
	}
	text := "Deleted " + w.section + " " + what + ": id=" + found
	if s.Set != "" {
		text += " set=" + s.Set
	}
	w.call.Out.Info("%s name=%s", text, s.Name)
	return nil
}

// setTransient asks the running cluster to change attributes that last until the
// node restarts.
func (w *work) setTransient() error {
	cluster, err := w.call.Env.Speak()
	if err != nil {
		return err
	}
	defer cluster.Close()
	task := "update"
	if w.command == remove {
		task = "delete"
	}
	return cluster.Attribute(wire.Attribute{
		Task: task, Node: crm.NodeName(w.node), Name: w.name, Pattern: w.pattern, Value: w.value,
		Set: w.set, Util: w.kind == attribute.Utilization, Dampen: -1, Wait: w.wait,
	})
}

// explain words an error as the reference does.
func (w *work) explain(err error) error {
	var ambiguous *attribute.AmbiguousError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &ambiguous):
		w.call.Out.Show(choices{ambiguous.Name, ambiguous.Pairs})
		return tool.Fail(crm.ExitMultiple, "Please choose from one of the matches below and supply the 'id' with --attr-id")
	case errors.Is(err, attribute.ErrNotFound):
		return failed(crm.ResultENXIO)
	case errors.Is(err, attribute.ErrSection):
		return failed(crm.ResultENOMSG)
	}
	text, code := access.Reason(err)
	return tool.Fail(code, "Error performing operation: %s", text)
}

func failed(r crm.Result) error { return tool.Fail(r.Exit(), "Error performing operation: %s", r) }
