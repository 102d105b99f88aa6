// Package ticket reads and edits the tickets of a multi-site cluster: the rights
// of this site to run resources, which tools and booth grant and revoke. Its
// edits are requests that the caller applies to a file or sends to a cluster.
package ticket

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/crm"
)

// A Ticket is what a CIB knows about one ticket.
type Ticket struct {
	ID          string
	Granted     bool
	Standby     bool      // granted, but resources shall leave gracefully
	LastGranted time.Time // zero if never
	State       []xml.Attr
	elements    []*xml.Node // the ticket_state elements; none if only constraints name it
}

// Value returns an attribute of the ticket's state.
func (t *Ticket) Value(name string) (string, bool) {
	for _, a := range t.State {
		if a.Name == name {
			return a.Value, true
		}
	}
	return "", false
}

// Elements are the elements that hold the ticket's state: one, as it should be,
// none if it never had any, or several in a damaged status section.
func (t *Ticket) Elements() []*xml.Node { return t.elements }

// All returns the tickets with a state in document order, then those that only
// constraints name.
func All(c cib.CIB) []*Ticket {
	var list []*Ticket
	add := func(id string) *Ticket {
		for _, t := range list {
			if t.ID == id {
				return t
			}
		}
		t := &Ticket{ID: id}
		list = append(list, t)
		return t
	}
	for tickets := range c.Status().All("tickets") {
		for n := range tickets.All("ticket_state") {
			if n.ID() != "" {
				add(n.ID()).read(n)
			}
		}
	}
	for _, n := range Constraints(c, "") {
		if id := n.Attr("ticket"); id != "" {
			add(id)
		}
	}
	return list
}

// read takes the state of an element over what earlier ones say.
func (t *Ticket) read(n *xml.Node) {
	t.elements = append(t.elements, n)
	state := xml.Node{Attrs: t.State}
	for _, a := range n.Attrs {
		if a.Name != "id" {
			state.SetAttr(a.Name, a.Value)
		}
	}
	t.State = state.Attrs
	t.Granted, _ = crm.ParseBool(state.Attr("granted"))
	t.Standby, _ = crm.ParseBool(state.Attr("standby"))
	if seconds, err := strconv.ParseInt(state.Attr("last-granted"), 10, 64); err == nil {
		t.LastGranted = time.Unix(seconds, 0)
	}
}

// Find returns a ticket, nil if the CIB does not know it.
func Find(c cib.CIB, id string) *Ticket {
	for _, t := range All(c) {
		if t.ID == id {
			return t
		}
	}
	return nil
}

// Constraints returns the constraints about a ticket, or ("") about any.
func Constraints(c cib.CIB, id string) []*xml.Node {
	var list []*xml.Node
	for n := range c.Section("constraints").All("rsc_ticket") {
		if id == "" || n.Attr("ticket") == id {
			list = append(list, n)
		}
	}
	return list
}

// Errors of edits.
var (
	ErrUnsafe   = errors.New("granting or revoking a ticket can run a resource twice or stop it; it must be forced")
	ErrNotFound = errors.New("there is no such ticket")
	ErrSeveral  = errors.New("the status has several states of the ticket")
)

// Change is an edit of a ticket's state: all of it happens, or nothing.
type Change struct {
	ID     string
	Set    []xml.Attr
	Delete []string
	Force  bool // also if it grants or revokes
}

// grants reports whether the change touches the right itself.
func (c *Change) grants() bool {
	return slices.Contains(c.Delete, "granted") ||
		slices.ContainsFunc(c.Set, func(a xml.Attr) bool { return a.Name == "granted" })
}

// Edit returns the request that makes a change. A ticket that is granted is
// marked with the time. The error is ErrUnsafe or ErrSeveral.
func Edit(doc cib.CIB, c Change, now time.Time) (cib.Request, error) {
	t := Find(doc, c.ID)
	state := xml.New("ticket_state", "id", c.ID)
	known := t != nil && len(t.elements) > 0
	switch {
	case known && len(t.elements) > 1:
		return cib.Request{}, ErrSeveral
	case known:
		state = t.elements[0].Copy()
	}
	if !c.Force && c.grants() {
		return cib.Request{}, ErrUnsafe
	}
	for _, a := range c.Set {
		state.SetAttr(a.Name, a.Value)
		if on, _ := crm.ParseBool(a.Value); on && a.Name == "granted" && (t == nil || !t.Granted) {
			state.SetAttr("last-granted", strconv.FormatInt(now.Unix(), 10))
		}
	}
	for _, name := range c.Delete {
		state.DelAttr(name)
	}
	r := cib.Request{Op: cib.Modify, Section: "status", Data: state}
	switch {
	case len(c.Delete) > 0:
		r.Op = cib.Replace // only a replacement takes attributes away
	case !known:
		r.Data = xml.New("status").Add(xml.New("tickets").Add(state))
	}
	return r, nil
}

// Forget returns the requests that delete all state of a ticket. The error is
// ErrNotFound, or ErrUnsafe for a granted ticket unless it is forced.
func Forget(doc cib.CIB, id string, force bool) ([]cib.Request, error) {
	t := Find(doc, id)
	if !force {
		switch {
		case t == nil:
			return nil, ErrNotFound
		case t.Granted:
			return nil, ErrUnsafe
		}
	}
	if t == nil {
		return nil, nil
	}
	var list []cib.Request
	for _, n := range t.elements {
		list = append(list, cib.Request{Op: cib.Delete, Section: "status", Data: n})
	}
	return list, nil
}
