package status

import (
	"slices"

	"holdfast/cib/xml"
	"holdfast/output"
	"holdfast/scheduler/model"
)

// Tickets is the list of tickets and whether they are granted.
func (v *View) Tickets() Section {
	return Section{Item: v.ticketItems, Nodes: func() []*xml.Node { return one(v.ticketsXML()) }}
}

func (v *View) ticketItems() *output.Item {
	list := output.List("Tickets")
	for _, t := range v.Cluster.Tickets {
		text := t.ID + "\t" + ticketState(t)
		if t.Standby {
			text += " [standby]"
		}
		if !t.LastGranted.IsZero() {
			text += ` last-granted="` + Epoch(t.LastGranted) + `"`
		}
		list.Add(output.Line(text))
	}
	return list.OrNil()
}

func ticketState(t *model.Ticket) string {
	if t.Granted {
		return "granted"
	}
	return "revoked"
}

func (v *View) ticketsXML() *xml.Node {
	if len(v.Cluster.Tickets) == 0 {
		return nil
	}
	list := xml.New("tickets")
	for _, t := range v.Cluster.Tickets {
		n := elem("ticket", "id", t.ID, "status", ticketState(t), "standby", truth(t.Standby))
		if !t.LastGranted.IsZero() {
			n.SetAttr("last-granted", Epoch(t.LastGranted))
		}
		for _, a := range t.State {
			if !slices.Contains([]string{"last-granted", "expires", "id"}, a.Name) {
				n.SetAttr(a.Name, a.Value)
			}
		}
		list.Add(n)
	}
	return list
}
