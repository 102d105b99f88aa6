package status

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/scheduler/model"
)

// Show says how much is shown.
type Show struct {
	Brief        bool // count resources by agent instead of listing them
	CloneDetail  bool // every clone instance by itself
	NodeID       bool // node names with their ids
	Timing       bool // operation history with times
	Implicit     bool // the parts of bundles that the cluster made
	Inactive     bool // also what is not active
	Pending      bool // operations that are under way
	ResourceOnly bool // resources without their nodes
	Description  bool // the descriptions that users gave
	ByNode       bool // resources below their nodes
	FeatureSet   bool // feature sets of nodes
	FailedDetail bool // failed actions with all their details
}

// A Names is a set of names to which a view is limited. Nil means all.
type Names []string

// Has tells whether a name is in the set.
func (n Names) Has(name string) bool { return n == nil || slices.Contains(n, name) }

// HasFold is Has for names where case does not matter.
func (n Names) HasFold(name string) bool {
	return n == nil || slices.ContainsFunc(n, func(s string) bool { return strings.EqualFold(s, name) })
}

// named is Has for a set that names the thing explicitly.
func (n Names) named(name string) bool { return n != nil && slices.Contains(n, name) }

// A View is a way of looking at a cluster.
type View struct {
	*model.Cluster
	Show
	OnlyNodes     Names // limits everything about nodes
	OnlyResources Names // limits everything about resources
}

// A Section is a part of the picture. Item and Nodes build its two forms; an
// empty form is nil.
type Section struct {
	Item  func() *output.Item
	Nodes func() []*xml.Node
}

// Text writes the form for people.
func (s Section) Text(l *output.Lines) { l.Put(s.Item()) }

// XML writes the form for programs.
func (s Section) XML(t *output.Tree) {
	for _, n := range s.Nodes() {
		t.Add(n)
	}
}

// Sections is several sections, with an empty line between those that have
// something to show.
type Sections []Section

// Text writes the form for people.
func (s Sections) Text(l *output.Lines) {
	shown := false
	for _, section := range s {
		item := section.Item()
		if item == nil {
			continue
		}
		if shown {
			l.Blank()
		}
		l.Put(item)
		shown = true
	}
}

// XML writes the form for programs.
func (s Sections) XML(t *output.Tree) {
	for _, section := range s {
		section.XML(t)
	}
}

// elem makes an element, leaving out attributes whose value is empty.
func elem(name string, pairs ...string) *xml.Node {
	n := xml.New(name)
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			n.Attrs = append(n.Attrs, xml.Attr{Name: pairs[i], Value: pairs[i+1]})
		}
	}
	return n
}

// one is the XML form of a section that is one element or nothing.
func one(n *xml.Node) []*xml.Node {
	if n == nil {
		return nil
	}
	return []*xml.Node{n}
}

func truth(b bool) string { return strconv.FormatBool(b) }

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// PrintableID is the name of a resource as users know it: that of the
// configuration for interchangeable clone instances.
func PrintableID(r *model.Resource) string {
	if !r.Is(model.Unique) && r.XML != nil {
		return r.XML.ID()
	}
	return r.ID
}

// Epoch writes a moment the way all tools show times.
func Epoch(t time.Time) string { return t.Local().Format(time.ANSIC) }

// historyTime reads a time attribute of a history entry; zero if there is none.
func historyTime(op *xml.Node, name string) time.Time {
	n, err := strconv.ParseInt(op.Attr(name), 10, 64)
	if err != nil || n <= 0 {
		return time.Time{}
	}
	return time.Unix(n, 0)
}

// Known is what a history entry says under a name, as the field's tools show it.
func Known(op *xml.Node, name string) string {
	if value, said := op.Lookup(name); said {
		return value
	}
	return "(null)"
}

// targetRole is the role that the configuration asks for.
func targetRole(r *model.Resource) crm.Role {
	role, _ := crm.ParseRole(r.Meta.Get("target-role"))
	return role
}

// disabled tells whether the configuration keeps the resource from its best role.
func disabled(r *model.Resource) bool {
	role := targetRole(r)
	return role == crm.RoleStopped || role == crm.RoleUnpromoted && r.Top(false).Is(model.Promotable)
}
