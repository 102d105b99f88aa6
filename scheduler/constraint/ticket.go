package constraint

import (
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// ticket reads a rsc_ticket: for resource sets, or for a resource, template or
// tag ("rsc"). Where the site does not have the ticket, the loss policy takes
// effect at once, as bans, fencing or a freeze.
func (r *reader) ticket(e *xml.Node) {
	name := e.Attr("ticket")
	if name == "" {
		r.c.Note(model.Error, e.ID(), "constraint %s is ignored: it names no ticket", e.ID())
		return
	}
	t := r.c.AddTicket(name)
	id := e.Attr("rsc")
	tagged := id != "" && r.resource(id) == nil && !(hasSets(e) && r.expandable(e))
	if tagged && r.tag(id) == nil {
		r.noResource(e.ID(), id)
		return
	}
	var sets []set
	valid := true
	if tagged {
		sets = []set{r.asSet(id, optional(e, "rsc-role", "role")...)}
	} else {
		sets, valid = r.sets(e)
	}
	for _, s := range sets {
		if !r.ticketSet(e, s, t) {
			return
		}
	}
	if len(sets) == 0 && valid {
		r.simpleTicket(e, t)
	}
}

func (r *reader) ticketSet(e *xml.Node, s set, t *model.Ticket) (ok bool) {
	if s.xml.ID() == "" {
		r.c.Note(model.Error, e.ID(), "constraint %s ends early: a resource_set has no id", e.ID())
		return false
	}
	members, ok := r.resources(s)
	for _, rsc := range members {
		if role, valid := r.constraintRole(s.xml, "role", s.xml.ID()); valid {
			r.newTicket(e, model.TicketConstraint{ID: s.xml.ID(), Resource: rsc, Ticket: t, Role: role})
		}
	}
	return ok
}

func (r *reader) simpleTicket(e *xml.Node, t *model.Ticket) {
	rsc := r.resource(e.Attr("rsc"))
	if rsc == nil {
		r.noResource(e.ID(), e.Attr("rsc"))
		return
	}
	if role, ok := r.constraintRole(e, "rsc-role", e.ID()); ok {
		r.newTicket(e, model.TicketConstraint{ID: e.ID(), Resource: rsc, Ticket: t, Role: role})
	}
}

// newTicket enters a ticket constraint and, without the ticket, its effect.
func (r *reader) newTicket(e *xml.Node, t model.TicketConstraint) {
	t.Loss = r.lossPolicy(e, t.Role)
	t.Resource.Tickets = append(t.Resource.Tickets, &t)
	if !t.Ticket.Granted || t.Ticket.Standby {
		r.withoutTicket(t.Resource, &t)
	}
}

// lossPolicy reads what happens if the ticket is lost: by default a constraint on
// the promoted role demotes, any other stops.
func (r *reader) lossPolicy(e *xml.Node, role crm.Role) model.LossPolicy {
	switch strings.ToLower(e.Attr("loss-policy")) {
	case "fence":
		if r.c.Options.FencingEnabled {
			return model.LossFence
		}
		r.c.Note(model.Error, e.ID(), "constraint %s: without fencing its loss-policy is stop", e.ID())
		return model.LossStop
	case "freeze":
		return model.LossFreeze
	case "demote":
		return model.LossDemote
	case "stop":
		return model.LossStop
	}
	if role == crm.RolePromoted {
		return model.LossDemote
	}
	return model.LossStop
}

// withoutTicket applies a ticket constraint to every primitive of a resource at a
// site that does not have the ticket, or has put it on standby.
func (r *reader) withoutTicket(rsc *model.Resource, t *model.TicketConstraint) {
	for _, child := range rsc.Children {
		r.withoutTicket(child, t)
	}
	if len(rsc.Children) > 0 {
		return
	}
	if !t.Ticket.Granted && len(rsc.Active) > 0 {
		r.loseTicket(rsc, t)
		return
	}
	if t.Role != crm.RolePromoted || t.Loss == model.LossStop {
		tag := "no ticket"
		if t.Ticket.Granted {
			tag = "ticket on standby"
		}
		r.c.Ban(rsc, t.ID, tag+" "+t.Ticket.ID)
	}
}

// loseTicket applies the loss policy to something that is active. A demotion is
// left to assign, which promotes nothing without its ticket.
func (r *reader) loseTicket(rsc *model.Resource, t *model.TicketConstraint) {
	concerns := t.Role == crm.RoleUnknown || t.Role == rsc.Role
	why := "loss of ticket " + t.Ticket.ID
	switch t.Loss {
	case model.LossStop:
		r.c.Ban(rsc, t.ID, why)
	case model.LossDemote:
		if t.Role != crm.RolePromoted {
			r.c.Ban(rsc, t.ID, why)
		}
	case model.LossFence:
		if !concerns {
			return
		}
		r.c.Ban(rsc, t.ID, why)
		for _, node := range rsc.Active {
			action.FenceNode(r.c, node, "deadman ticket was lost", false)
		}
	case model.LossFreeze:
		if concerns {
			rsc.Clear(model.Managed)
			rsc.Set(model.Blocked)
		}
	}
}
