package cib

import (
	"slices"
	"strings"

	"holdfast/cib/schema"
	"holdfast/cib/xml"
	"holdfast/cib/xpath"
)

// input returns the element that a request in a section is about: if it brings
// a whole <cib>, the section in that.
func input(r Request) (*xml.Node, error) {
	data := r.Data
	if data != nil && r.Section != "" && data.Name == "cib" {
		path, ok := sectionPath(data, r.Section)
		if !ok {
			return nil, refuse(Malformed, "the data has no section %s", r.Section)
		}
		data = path.At(data)
	}
	if data == nil {
		return nil, refuse(Malformed, "the request has no data")
	}
	return data, nil
}

// create adds an object, or all objects in a section, where none has the same
// name and id. A whole <cib> is merged, as by modify. Without a section the
// object goes beside the configuration, which no schema allows.
func (c CIB) create(r Request) (*xml.Node, error) {
	data, err := input(r)
	if err != nil {
		return nil, err
	}
	if r.XPath == "" && (strings.EqualFold(r.Section, "all") || r.Section == "cib" || data.Name == "cib") {
		return c.modify(r)
	}
	objects := created(data, r.Section)
	path, ok := sectionPath(c.root, r.Section)
	if !ok || r.XPath != "" {
		return nil, refuse(Malformed, "there is no section %s", r.Section)
	}
	edit := xml.Edit(c.root)
	section := edit.Own(path)
	for _, o := range objects {
		if o.Kind == xml.Element && hasObject(section, o) {
			return nil, refuse(Exists, "%s %s is there already", o.Name, o.ID())
		}
		section.Add(o)
	}
	return edit.Root(), nil
}

// created lists what a request creates: the data, or what is in it if it is the
// section itself.
func created(data *xml.Node, section string) []*xml.Node {
	if data.Name == section {
		return data.Children
	}
	return []*xml.Node{data}
}

func hasObject(section, object *xml.Node) bool {
	id, hasID := object.Lookup("id")
	return slices.ContainsFunc(section.Children, func(c *xml.Node) bool {
		if c.Kind != xml.Element || c.Name != object.Name {
			return false
		}
		cid, ok := c.Lookup("id")
		return !hasID || ok && cid == id
	})
}

// modify merges an object into the one with the same name and id.
func (c CIB) modify(r Request) (*xml.Node, error) {
	if r.XPath != "" {
		return c.modifyXPath(r)
	}
	data, err := input(r)
	if err != nil {
		return nil, err
	}
	root := c.root
	path, ok := sectionPath(root, r.Section)
	if !ok {
		if root, path, ok = withSection(root, r.Section); !ok {
			return nil, refuse(Malformed, "there is no section %s", r.Section)
		}
	}
	if target, found := findToModify(root, path, data); found {
		return replaced(root, target, merge(target.At(root), data, r.Score)), nil
	}
	if !r.AllowCreate {
		return nil, refuse(NotFound, "%s %s", data.Name, data.ID())
	}
	edit := xml.Edit(root)
	edit.Insert(path, -1, data)
	return edit.Root(), nil
}

// withSection adds an empty section, and the one around it.
func withSection(root *xml.Node, name string) (*xml.Node, xml.Path, bool) {
	around, ok := parentSection(name)
	if !ok {
		return nil, nil, false
	}
	path, ok := sectionPath(root, around)
	if !ok {
		return nil, nil, false
	}
	edit := xml.Edit(root)
	edit.Insert(path, -1, xml.New(name))
	root = edit.Root()
	path, ok = sectionPath(root, name)
	return root, path, ok
}

// replaced puts a node at a path; the same node leaves the document as it is.
func replaced(root *xml.Node, path xml.Path, n *xml.Node) *xml.Node {
	if path.At(root) == n {
		return root
	}
	edit := xml.Edit(root)
	edit.Set(path, n)
	return edit.Root()
}

// modifyXPath merges the data into the first match that it fits, or all. As with
// Pacemaker, a match before that it does not fit makes the whole fail.
func (c CIB) modifyXPath(r Request) (*xml.Node, error) {
	if r.Data == nil {
		return nil, refuse(Malformed, "the request has no data")
	}
	matches, err := c.elements(r)
	if err != nil {
		return nil, err
	}
	root, missed := c.root, false
	for _, m := range matches {
		target, found := findToModify(root, m.Path, r.Data)
		if !found {
			missed = true
			continue
		}
		root = replaced(root, target, merge(target.At(root), r.Data, r.Score))
		if !r.All {
			break
		}
	}
	if missed {
		return nil, refuse(NotFound, "what matches %s is no %s %s", r.XPath, r.Data.Name, r.Data.ID())
	}
	return root, nil
}

// elements returns the elements that an expression selects, for an attribute its
// element.
func (c CIB) elements(r Request) ([]xpath.Match, error) {
	matches, err := c.find(r)
	matches = slices.DeleteFunc(matches, func(m xpath.Match) bool { return m.Node == nil || m.Attr != "" })
	if err == nil && len(matches) == 0 {
		err = refuse(NotFound, "no element matches %s", r.XPath)
	}
	return matches, err
}

// replace puts an object in the place of the one with the same name and id, or a
// whole CIB in the place of an older one.
func (c CIB) replace(r Request) (*xml.Node, error) {
	if r.XPath != "" {
		return c.replaceXPath(r)
	}
	data, err := input(r)
	if err != nil {
		return nil, err
	}
	if data.Name == "cib" {
		return c.replaceAll(data)
	}
	target, inSection, found := c.findReplaced(r, data)
	switch {
	case !inSection:
		return nil, refuse(NotFound, "there is no section %s", r.Section)
	case !found:
		return nil, refuse(NotFound, "%s %s", data.Name, data.ID())
	}
	return replaced(c.root, target, data), nil
}

// findReplaced finds the object that data is to replace, if its section exists.
func (c CIB) findReplaced(r Request, data *xml.Node) (target xml.Path, inSection, found bool) {
	section := r.Section
	if strings.EqualFold(section, "all") || data.Name == section {
		section = ""
	}
	path, ok := sectionPath(c.root, section)
	if !ok {
		return nil, false, false
	}
	target, found = findToReplace(c.root, path, data)
	return target, true, found
}

// replaceAll takes another CIB unless it is older.
func (c CIB) replaceAll(data *xml.Node) (*xml.Node, error) {
	next, err := New(data)
	if err != nil {
		return nil, err
	}
	if next.Version().Compare(c.Version()) < 0 {
		return nil, refuse(OldData, "the replacement is of version %v, the CIB of %v", next.Version(), c.Version())
	}
	return next.root, nil
}

// replaceXPath puts the data in the place of what matches, at the end of its
// parent.
func (c CIB) replaceXPath(r Request) (*xml.Node, error) {
	if r.Data == nil {
		return nil, refuse(Malformed, "the request has no data")
	}
	matches, err := c.elements(r)
	if err != nil {
		return nil, err
	}
	if !r.All {
		matches = matches[:1]
	}
	edit := xml.Edit(c.root)
	for _, m := range slices.Backward(matches) {
		if len(m.Path) == 0 {
			return c.replaceAll(r.Data)
		}
		edit.Remove(m.Path)
		edit.Insert(m.Path.Parent(), -1, r.Data)
	}
	return edit.Root(), nil
}

// delete removes what looks like the data; nothing to remove is no error.
func (c CIB) delete(r Request) (*xml.Node, error) {
	if r.XPath != "" {
		return c.deleteXPath(r)
	}
	data, err := input(r)
	if err != nil {
		return nil, err
	}
	path, ok := sectionPath(c.root, r.Section)
	if !ok {
		return c.root, nil
	}
	likes := []*xml.Node{data}
	if data.Name == r.Section {
		likes = slices.Collect(data.Elements())
	}
	edit := xml.Edit(c.root)
	for _, like := range likes {
		if target, found := findToDelete(edit.Peek(), path, like); found {
			edit.Remove(target)
		}
	}
	return edit.Root(), nil
}

func (c CIB) deleteXPath(r Request) (*xml.Node, error) {
	matches, err := c.selected(r)
	if err != nil {
		return nil, err
	}
	if !r.All && len(matches) > 1 {
		matches = matches[:1]
	}
	edit := xml.Edit(c.root)
	for _, m := range slices.Backward(matches) { // what is below goes before what is above
		switch {
		case m.Attr != "":
			edit.Own(m.Path).DelAttr(m.Attr)
		case len(m.Path) == 0:
			return nil, refuse(Malformed, "%s is the whole document", r.XPath)
		default:
			edit.Remove(m.Path)
		}
	}
	return edit.Root(), nil
}

// erase empties the document and makes it newer than any that existed.
func (c CIB) erase() *xml.Node {
	root := c.root.Copy()
	root.Children = []*xml.Node{emptyConfiguration(), xml.New("status")}
	return counted(root, "admin_epoch", c.Version().AdminEpoch+1)
}

// upgrade brings the document to a newer schema. What comes out is newer than
// any other version of the old one.
func (c CIB) upgrade(r Request) (*xml.Node, error) {
	up, notes, err := schema.Upgrade(c.root, r.MaxSchema)
	if r.Trace != nil {
		for _, note := range notes {
			r.Trace("upgrade", note)
		}
	}
	if err != nil {
		return nil, &Error{Kind: Untransformed, Detail: err.Error()}
	}
	if !schema.Before(c.Schema(), up.Attr("validate-with")) {
		return nil, refuse(UpToDate, "%s", c.Schema())
	}
	up = counted(up, "admin_epoch", c.Version().AdminEpoch+1)
	return counted(counted(up, "epoch", 1), "num_updates", 1), nil
}
