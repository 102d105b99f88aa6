package history

import (
	"strconv"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// readTicket reads the state of a ticket.
func readTicket(c *model.Cluster, state *xml.Node) {
	if state.ID() == "" {
		return
	}
	t := c.AddTicket(state.ID())
	for _, a := range state.Attrs {
		if a.Name != "id" {
			t.State.Set(a.Name, a.Value)
		}
	}
	t.Granted, _ = crm.ParseBool(t.State.Get("granted"))
	t.Standby, _ = crm.ParseBool(t.State.Get("standby"))
	if text, set := t.State.Lookup("last-granted"); set {
		seconds, _ := strconv.ParseInt(text, 10, 64)
		t.LastGranted = time.Unix(seconds, 0)
	}
}
