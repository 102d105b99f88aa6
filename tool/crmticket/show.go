package crmticket

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"holdfast/admin/ticket"
	"holdfast/cib/xml"
	"holdfast/output"
)

// list is a list of tickets, as wide as the command asks.
type list struct {
	tickets []*ticket.Ticket
	width   command
}

func (m list) Text(l *output.Lines) {
	for _, t := range m.tickets {
		l.Line(describe(t, m.width))
	}
}

// describe is a ticket's line.
func describe(t *ticket.Ticket, width command) string {
	if width == ids {
		return t.ID
	}
	text := t.ID + "\t" + status(t)
	if t.Standby {
		text += " [standby]"
	}
	switch {
	case width == details && len(t.State) > 0:
		if !t.LastGranted.IsZero() {
			text += " "
		}
		text += "\t(" + stateText(t) + ")"
	case !t.LastGranted.IsZero():
		text += ` last-granted="` + dateText(t.LastGranted) + `"`
	}
	return text
}

func stateText(t *ticket.Ticket) string {
	var parts []string
	for _, a := range t.State {
		value := a.Value
		if a.Name == "last-granted" || a.Name == "expires" {
			seconds, _ := strconv.ParseInt(value, 10, 64)
			value = dateText(time.Unix(seconds, 0))
		}
		parts = append(parts, a.Name+"="+value)
	}
	return strings.Join(parts, ", ")
}

// dateText writes a moment as ctime(3) does.
func dateText(t time.Time) string { return t.Local().Format("Mon Jan _2 15:04:05 2006") }

func status(t *ticket.Ticket) string {
	if t.Granted {
		return "granted"
	}
	return "revoked"
}

func (m list) XML(tree *output.Tree) {
	tree.Open("tickets")
	for _, t := range m.tickets {
		n := xml.New("ticket", "id", t.ID, "status", status(t), "standby", strconv.FormatBool(t.Standby))
		if !t.LastGranted.IsZero() {
			n.SetAttr("last-granted", dateText(t.LastGranted))
		}
		for _, a := range t.State {
			if !slices.Contains([]string{"last-granted", "expires"}, a.Name) {
				n.SetAttr(a.Name, a.Value)
			}
		}
		tree.Add(n)
	}
	tree.Close()
}

// attribute is one attribute of a ticket.
type attribute struct{ ticket, name, value string }

func (m attribute) Text(l *output.Lines) { l.Line(m.value) }

func (m attribute) XML(t *output.Tree) {
	t.Open("tickets")
	t.Open("ticket", "id", m.ticket)
	t.Add(xml.New("attribute", "name", m.name, "value", m.value))
	t.Close()
	t.Close()
}

// state is the XML of tickets' states.
type state struct {
	element *xml.Node // as people see it
	tickets []*xml.Node
}

func (m state) Text(l *output.Lines) {
	l.Line("State XML:\n")
	l.Line(strings.TrimSuffix(m.element.Indented(), "\n"))
}

func (m state) XML(t *output.Tree) {
	t.Open("tickets")
	for _, n := range m.tickets {
		t.Add(&xml.Node{Name: "ticket", Attrs: n.Attrs})
	}
	t.Close()
}

// rules are the constraints about tickets.
type rules []*xml.Node

func (m rules) Text(l *output.Lines) {
	l.Line("Constraints XML:\n")
	for _, n := range m {
		l.Line(strings.TrimSuffix(n.Indented(), "\n"))
	}
}

// XML names the resources too, because the schema wants what is referred to; of a
// set there is just the element.
func (m rules) XML(t *output.Tree) {
	t.Open("tickets")
	for _, n := range m {
		t.Open("ticket", "id", n.Attr("ticket"))
		t.Open("constraints")
		t.Add(n)
		t.Close()
		t.Close()
	}
	t.Close()
	t.Open("resources")
	for _, n := range m {
		rsc := xml.New("resource")
		if id := n.Attr("rsc"); id != "" {
			rsc.SetAttr("id", id)
		}
		t.Add(rsc)
	}
	t.Close()
}
