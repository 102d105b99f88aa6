package attribute

import (
	"strings"

	"holdfast/cib"
	"holdfast/cib/xml"
)

// AmbiguousError says that several pairs fit where one is to be changed.
type AmbiguousError struct {
	Name  string
	Pairs []*xml.Node
}

func (e *AmbiguousError) Error() string {
	return "several attributes are named " + e.Name + "; choose one by its id"
}

// Set returns the edit that gives an attribute a value: in the pair that exists,
// else in a new one, whose set is made if need be. "value++" and "value+=N" count
// a value up that exists. The error is an *AmbiguousError or ErrSection.
func Set(c cib.CIB, s Selector, value string) (cib.Request, error) {
	pairs, err := Find(c, s)
	r := cib.Request{Op: cib.Modify, Section: s.Section, Score: true}
	switch {
	case err == ErrNotFound:
		r.Data = s.creation(value)
		if strings.EqualFold(s.Section, "tickets") {
			r.Section = "status"
		}
	case err != nil:
		return r, err
	case len(pairs) > 1:
		return r, &AmbiguousError{s.Name, pairs}
	default:
		r.Data = pair(pairs[0].ID(), s.Name, value)
		if strings.EqualFold(s.Section, "tickets") {
			r.Section = "status"
		}
	}
	return r, nil
}

// pair makes an nvpair; a name that is not known is left out.
func pair(id, name, value string) *xml.Node {
	n := xml.New("nvpair", "id", id)
	if name != "" {
		n.SetAttr("name", name)
	}
	n.SetAttr("value", value)
	return n
}

// creation makes a new pair with the elements around it, up to what the section
// surely has.
func (s Selector) creation(value string) *xml.Node {
	set := s.Set
	if set == "" {
		set = s.newSet()
	}
	id, name := s.ID, s.Name
	if id == "" {
		id = xml.SanitizeID(set + "-" + name)
	}
	if name == "" {
		name = id
	}
	_, steps := s.route()
	block := xml.New(steps[len(steps)-2].name, "id", set)
	return s.around(block.Add(pair(id, name, value)))
}

// around puts a set into the elements that it belongs in.
func (s Selector) around(block *xml.Node) *xml.Node {
	switch section := strings.ToLower(s.Section); section {
	case "tickets":
		return xml.New("status").Add(xml.New("tickets").Add(block))
	case "status":
		return xml.New("node_state", "id", s.Node).Add(xml.New("transient_attributes", "id", s.Node).Add(block))
	case "crm_config", "rsc_defaults", "op_defaults":
		return xml.New(section).Add(block)
	}
	if s.Remote {
		return xml.New("nodes").Add(xml.New("node", "type", "remote", "id", s.Node, "uname", s.Node).Add(block))
	}
	return xml.New("node", "id", s.Node).Add(block)
}

// newSet is the id of the set that new attributes are put in.
func (s Selector) newSet() string {
	section := strings.ToLower(s.Section)
	switch {
	case section == "crm_config":
		return "cib-bootstrap-options"
	case section == "tickets":
		return "status-tickets"
	case !s.OfNode():
		return section + "-options"
	case s.Kind != "":
		return section + "-" + s.Node + "-" + s.Kind
	}
	return section + "-" + s.Node
}

// Delete returns the edit that deletes an attribute, and the id of its pair if
// that had to be found. The error is ErrNotFound, an *AmbiguousError or
// ErrSection.
func Delete(c cib.CIB, s Selector) (r cib.Request, found string, err error) {
	id := s.ID
	if id == "" {
		pairs, err := Find(c, s)
		if err != nil {
			return r, "", err
		}
		if len(pairs) > 1 {
			return r, "", &AmbiguousError{s.Name, pairs}
		}
		id = pairs[0].ID()
		found = id
	}
	section := s.Section
	if strings.EqualFold(section, "tickets") {
		section = "status"
	}
	n := xml.New("nvpair", "id", id)
	if s.Name != "" {
		n.SetAttr("name", s.Name)
	}
	return cib.Request{Op: cib.Delete, Section: section, Data: n}, found, nil
}
