package crmresource

import (
	"fmt"
	"strings"

	"holdfast/admin/parameter"
	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/scheduler/config"
	"holdfast/scheduler/model"
	"holdfast/status"
	"holdfast/tool"
	"holdfast/tool/access"
)

// place is where the command line's parameter stands on a resource.
func (j *job) place(resource string) parameter.Place {
	return parameter.Place{Resource: resource, Block: j.set, Set: j.setID, Pair: j.pairID, Name: j.name}
}

// search finds the pair at a place. Several are shown, and are an error.
func (j *job) search(p parameter.Place) (*xml.Node, error) {
	found := p.Find(j.session.CIB())
	switch len(found) {
	case 0:
		return nil, nil
	case 1:
		return found[0], nil
	}
	j.info("Multiple attributes match name=%s", p.Name)
	for _, pair := range found {
		j.info("  Value: %s \t(id=%s)", pair.Attr("value"), pair.ID())
	}
	if !j.Out.IsXML() {
		j.Out.Lines().Blank()
	}
	return nil, tool.Fail(crm.ExitMultiple, "")
}

// warnOfDoubles shows it if the parameter stands in several places of the
// outermost resource; what is meant is settled by rules nevertheless.
func (j *job) warnOfDoubles() {
	if j.pairID == "" && !j.force {
		j.search(parameter.Place{Resource: j.rsc.Top(false).ID, Name: j.name})
	}
}

// chosen lists the resources that a change of the parameter is for: the one that
// was named, unless another of the same clone has it already, or members of a
// group do, which are changed as well.
func (j *job) chosen(rsc *model.Resource, asked, doing string) []*model.Resource {
	if j.force {
		return []*model.Resource{rsc}
	}
	if p := rsc.Parent; p != nil && p.Variant == model.Clone {
		if j.has(asked) {
			return []*model.Resource{rsc}
		}
		j.info("Performing %s of '%s' on '%s', the parent of '%s'", doing, j.name, p.ID, asked)
		return []*model.Resource{p}
	}
	if rsc.Variant == model.Clone && rsc.Parent == nil {
		child := rsc.Children[0]
		if id := baseName(child.ID); child.Variant == model.Primitive && j.has(id) {
			j.info("A value for '%s' already exists in child '%s', performing %s on that instead of '%s'", j.name, id, doing, asked)
			return []*model.Resource{child}
		}
		return []*model.Resource{rsc}
	}
	return j.withMembers(rsc, true)
}

// has tells whether exactly one pair stands at the parameter's place on a resource.
func (j *job) has(resource string) bool {
	pair, err := j.search(j.place(resource))
	return pair != nil && err == nil
}

// withMembers lists a resource after those of its parts that have the parameter.
func (j *job) withMembers(rsc *model.Resource, top bool) []*model.Resource {
	var list []*model.Resource
	for _, child := range rsc.Children {
		list = append(list, j.withMembers(child, false)...)
		if rsc.Variant == model.Clone {
			break // all instances have the same configuration
		}
	}
	if top || j.has(baseName(rsc.ID)) {
		list = append(list, rsc)
	}
	return list
}

// setParam gives the resource a parameter.
func (j *job) setParam() error {
	if j.value == "" {
		return tool.Fail(crm.ExitUsage, "You need to supply a value with the -v option")
	}
	if j.set == element {
		return j.setElement()
	}
	var changes settings
	if err := j.update(j.rsc, j.resource, &changes, map[*model.Resource]bool{}); err != nil {
		return err
	}
	if len(changes) > 0 {
		j.Out.Show(changes)
	}
	return nil
}

// setElement sets an attribute of the resource's element.
func (j *job) setElement() error {
	e := parameter.Element(j.session.CIB(), j.rsc.XML.ID())
	if e == nil {
		return tool.Fail(crm.ExitNoSuch, "")
	}
	if err := j.apply(parameter.SetAttribute(e, j.name, j.value)); err != nil {
		return err
	}
	j.info("Set attribute: name=%s value=%s", j.name, j.value)
	return nil
}

// update sets the parameter on a resource and, with --recursive, on all that are
// colocated with it.
func (j *job) update(rsc *model.Resource, asked string, changes *settings, seen map[*model.Resource]bool) error {
	j.rsc = rsc
	j.warnOfDoubles()
	list, err := j.targets(rsc, asked)
	if err != nil {
		return err
	}
	for _, r := range list {
		change, err := j.assign(r)
		if err != nil {
			return err
		}
		*changes = append(*changes, change)
		if j.recursive && j.set == "meta_attributes" {
			if err := j.follow(r, changes, seen); err != nil {
				return err
			}
		}
	}
	return nil
}

// follow sets the parameter on what is colocated with a resource.
func (j *job) follow(r *model.Resource, changes *settings, seen map[*model.Resource]bool) error {
	seen[r] = true
	again := *j
	opts := *j.options
	opts.setID, opts.pairID = "", ""
	again.options = &opts
	for _, c := range r.WithThis {
		if seen[c.Dependent] || c.Score <= 0 {
			continue
		}
		if err := again.update(c.Dependent, c.Dependent.ID, changes, seen); err != nil {
			return err
		}
	}
	return nil
}

// targets lists the resources to be changed. Instance attributes are set where
// the user says, but not if that looks like a meta-attribute meant.
func (j *job) targets(rsc *model.Resource, asked string) ([]*model.Resource, error) {
	list := []*model.Resource{rsc}
	if j.set == "instance_attributes" {
		if err := j.refuseMeta(rsc); err != nil {
			return nil, err
		}
	} else {
		list = j.chosen(rsc, asked, "update")
	}
	if j.setID != "" || j.pairID != "" {
		list = list[len(list)-1:]
	}
	return list, nil
}

func (j *job) refuseMeta(rsc *model.Resource) error {
	if j.force {
		return nil
	}
	top := rsc.Top(false).ID
	p := j.place(top)
	p.Block = "meta_attributes"
	found := p.Find(j.session.CIB())
	if len(found) == 0 {
		return nil
	}
	if !j.Quiet {
		id := found[0].ID()
		j.Out.Err("WARNING: There is already a meta attribute for '%s' called '%s' (id=%s)", top, j.name, id)
		j.Out.Err("         Delete '%s' first or use the force option to override", id)
	}
	return tool.Fail(crm.ExitMultiple, "")
}

// assign sets the parameter on one resource.
func (j *job) assign(r *model.Resource) (setting, error) {
	id := baseName(r.ID)
	p := j.place(id)
	change := setting{rsc: r, given: id, block: j.set, set: j.setID, name: j.name, value: j.value}
	pair, err := j.search(p)
	if err != nil {
		return change, err
	}
	if pair != nil {
		change.pair = pair.ID()
		return change, j.apply(parameter.Change(pair, j.name, j.value))
	}
	e := parameter.Element(j.session.CIB(), r.XML.ID())
	if e == nil {
		return change, tool.Fail(crm.ExitNoSuch, "")
	}
	change.set, change.pair = p.SetID(), p.PairID()
	return change, j.apply(p.Add(e, j.value))
}

// A setting is a parameter that has been set.
type setting struct {
	rsc         *model.Resource
	given       string
	block, set  string
	pair        string
	name, value string
}

type settings []setting

func (s settings) Text(l *output.Lines) {
	for _, one := range s {
		set := ""
		if one.set != "" {
			set = " set=" + one.set
		}
		l.Line(fmt.Sprintf("Set '%s' option: id=%s%s name=%s value=%s", one.given, one.pair, set, one.name, one.value))
	}
}

func (s settings) XML(t *output.Tree) {
	t.Open("resource-settings")
	for _, one := range s {
		block := xml.New(one.block)
		if one.set != "" {
			block.SetAttr("id", one.set)
		}
		block.Add(xml.New("nvpair", "id", one.pair, "value", one.value, "name", one.name))
		t.Add(xml.New(one.rsc.XML.Name, "id", one.rsc.ID).Add(block))
	}
	t.Close()
}

// deleteParam deletes a parameter.
func (j *job) deleteParam() error {
	j.warnOfDoubles()
	if j.set == element {
		return j.deleteElement()
	}
	list := []*model.Resource{j.rsc}
	if j.set == "meta_attributes" {
		list = j.chosen(j.rsc, j.resource, "delete")
	}
	// The last resource decides: it is the one that was asked for.
	found := false
	for _, r := range list {
		var err error
		if found, err = j.deleteFrom(r); err != nil {
			return err
		}
	}
	if !found {
		return tool.Fail(crm.ExitNoSuch, "")
	}
	return nil
}

func (j *job) deleteElement() error {
	e := parameter.Element(j.session.CIB(), j.rsc.XML.ID())
	if e == nil {
		return tool.Fail(crm.ExitNoSuch, "")
	}
	if err := j.apply(parameter.DeleteAttribute(e, j.name)); err != nil {
		return err
	}
	j.info("Deleted attribute: %s", j.name)
	return nil
}

// deleteFrom deletes the parameter of one resource, if it has it.
func (j *job) deleteFrom(r *model.Resource) (found bool, err error) {
	id := baseName(r.ID)
	pair, err := j.search(j.place(id))
	if pair == nil || err != nil {
		return false, err
	}
	if err := j.apply(parameter.Delete(pair, j.name)); err != nil {
		return true, err
	}
	set, name := "", ""
	if j.setID != "" {
		set = " set=" + j.setID
	}
	if j.name != "" {
		name = " name=" + j.name
	}
	j.info("Deleted '%s' option: id=%s%s%s", id, pair.ID(), set, name)
	return true, nil
}

// getParam shows the value of a parameter.
func (j *job) getParam() error {
	value, set := j.param()
	if !set {
		j.Out.Err("Attribute '%s' not found for '%s'", j.name, j.rsc.ID)
		return nil
	}
	j.Out.Show(listing{"attributes", j.name, []string{value}})
	return nil
}

// param returns the effective value, for the node where the resource is active.
func (j *job) param() (string, bool) {
	p := j.rsc.Presence()
	current := p.Node
	if p.All > 1 {
		j.Out.Err("%s is active on more than one node, returning the default value for %s", j.rsc.ID, j.name)
		current = nil
	}
	switch j.set {
	case "instance_attributes":
		return config.Params(j.cluster, j.rsc, current).Lookup(j.name)
	case "meta_attributes":
		return j.rsc.Meta.Lookup(j.name)
	case element:
		return j.rsc.XML.Lookup(j.name)
	}
	var utilization model.Vars
	config.Pairs(j.cluster, &utilization, j.rsc.XML, "utilization", config.Facts{})
	return utilization.Lookup(j.name)
}

// remove takes the resource out of the configuration.
func (j *job) remove() error {
	if j.kind == "" {
		return tool.Fail(crm.ExitUsage, "You need to specify a resource type with -t")
	}
	if err := j.session.Apply(parameter.Remove(j.kind, j.resource)); err != nil {
		text, code := access.Reason(err)
		return tool.Fail(code, "Could not delete resource %s: %s", j.resource, text)
	}
	return nil
}

// configuration is a resource with its XML.
type configuration struct {
	state   output.Message
	element *xml.Node
}

func (c configuration) Text(l *output.Lines) {
	c.state.Text(l)
	l.Line("Resource XML:")
	l.Line(strings.TrimSuffix(c.element.Indented(), "\n"))
}

func (c configuration) XML(t *output.Tree) {
	t.Open("resource_config")
	c.state.XML(t)
	t.CData("xml", c.element.Indented())
	t.Close()
}

// queryXML shows the resource's configuration, with its template and the number
// of the instance, if it is one of a clone.
func (j *job) queryXML() error {
	e := j.rsc.XML
	if instance, of := j.rsc.Meta.Lookup("clone"); of {
		e = e.Copy()
		e.SetAttr("clone", instance)
	}
	return j.show(e)
}

// queryXMLRaw shows it as it stands, without its template.
func (j *job) queryXMLRaw() error {
	if j.rsc.OrigXML == j.rsc.XML {
		return j.queryXML()
	}
	return j.show(j.rsc.OrigXML)
}

func (j *job) show(e *xml.Node) error {
	j.Out.Show(configuration{j.view(status.Show{Pending: true}).Resource(j.rsc), e})
	return nil
}
