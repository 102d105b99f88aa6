package crmticket

import (
	"errors"
	"strings"

	"holdfast/admin/ticket"
	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/tool"
	"holdfast/tool/access"
)

// run does what the command line asks for.
func (o *options) run(c *tool.Call) error {
	session, err := access.Start(c.Env)
	var refused *cib.Error
	switch {
	case errors.As(err, &refused):
		return tool.Fail(refused.Kind.ExitCode(), "Could not get local CIB: %s", refused.Kind)
	case err != nil:
		return err
	}
	err = o.runOn(c, session)
	return errors.Join(err, session.Close())
}

func (o *options) runOn(c *tool.Call, session *access.Session) error {
	doc := session.CIB()
	if o.file != "" {
		root, err := c.Env.ReadFile(o.file)
		if err != nil {
			return err
		}
		if doc, err = cib.New(root); err != nil {
			return err
		}
	}
	switch o.command {
	case info, details, ids:
		return o.show(c, doc)
	case queryXML:
		return o.showState(c, session.CIB())
	case constraints:
		return o.showConstraints(c, session.CIB())
	case getAttr:
		return o.showAttribute(c, doc)
	case cleanup:
		return o.cleanup(c, session)
	}
	return o.change(c, session)
}

func (o *options) show(c *tool.Call, doc cib.CIB) error {
	tickets := ticket.All(doc)
	if o.ticket != "" {
		t := ticket.Find(doc, o.ticket)
		if t == nil {
			return tool.Fail(crm.ExitNoSuch, "No such ticket '%s'", o.ticket)
		}
		tickets = []*ticket.Ticket{t}
	}
	if len(tickets) > 0 {
		c.Out.Show(list{tickets, o.command})
	}
	return nil
}

func (o *options) showState(c *tool.Call, doc cib.CIB) error {
	m := state{element: doc.Status().Child("tickets")}
	if m.element != nil {
		m.tickets = children(m.element)
	}
	if o.ticket != "" {
		m = state{}
		if t := ticket.Find(doc, o.ticket); t != nil && len(t.Elements()) > 0 {
			m.tickets = t.Elements()
			m.element = m.tickets[0]
			if len(m.tickets) > 1 {
				m.element = xml.New("xpath-query").Add(m.tickets...)
			}
		}
	}
	if m.element == nil {
		return tool.Fail(crm.ExitNoSuch, "Could not query ticket XML: %s", crm.ResultENXIO)
	}
	c.Out.Show(m)
	return nil
}

func children(n *xml.Node) []*xml.Node {
	var list []*xml.Node
	for c := range n.All("ticket_state") {
		list = append(list, c)
	}
	return list
}

func (o *options) showConstraints(c *tool.Call, doc cib.CIB) error {
	found := ticket.Constraints(doc, o.ticket)
	if len(found) == 0 {
		return tool.Fail(crm.ExitNoSuch, "Could not show ticket constraints: %s", crm.ResultENXIO)
	}
	c.Out.Show(rules(found))
	return nil
}

func (o *options) showAttribute(c *tool.Call, doc cib.CIB) error {
	if o.ticket == "" {
		return tool.Fail(crm.ExitNoSuch, "Must supply ticket ID with -t")
	}
	value, ok := o.byDefault, o.hasDefault
	if t := ticket.Find(doc, o.ticket); t != nil {
		if v, set := t.Value(o.attribute); set {
			value, ok = v, true
		}
	}
	if !ok {
		return tool.Fail(crm.ExitNoSuch, "")
	}
	c.Out.Show(attribute{o.ticket, o.attribute, value})
	return nil
}

func (o *options) cleanup(c *tool.Call, session *access.Session) error {
	if o.ticket == "" {
		return tool.Fail(crm.ExitUsage, "Must supply ticket ID with -t")
	}
	requests, err := ticket.Forget(session.CIB(), o.ticket, o.force)
	switch {
	case errors.Is(err, ticket.ErrNotFound):
		return tool.Fail(crm.ExitNoSuch, "No such ticket '%s'", o.ticket)
	case err != nil:
		o.warnRevoke(c)
		return tool.Fail(crm.ExitInsufficientPriv, "")
	}
	for _, r := range requests {
		if err := session.Apply(r); err != nil {
			text, code := access.Reason(err)
			return tool.Fail(code, "Could not clean up ticket: %s", text)
		}
	}
	if len(requests) > 0 {
		c.Out.Info("Cleaned up %s", o.ticket)
	}
	return nil
}

// change sets and deletes attributes, all at once.
func (o *options) change(c *tool.Call, session *access.Session) error {
	if err := o.checkChange(); err != nil {
		return err
	}
	r, err := ticket.Edit(session.CIB(), ticket.Change{ID: o.ticket, Set: o.set, Delete: o.remove, Force: o.force}, c.Env.Now())
	switch {
	case errors.Is(err, ticket.ErrUnsafe):
		if o.grants() {
			o.warnGrant(c)
		} else {
			o.warnRevoke(c)
		}
		return tool.Fail(crm.ExitUnsafe, "Ticket modification not allowed without --force")
	case errors.Is(err, ticket.ErrSeveral):
		c.Out.Info("Multiple ticket_states match ticket=%s", o.ticket)
		return tool.Fail(crm.ExitMultiple, "Could not modify ticket: %s", crm.ResultDuplicateID)
	}
	if err := session.Apply(r); err != nil {
		text, code := access.Reason(err)
		return tool.Fail(code, "Could not modify ticket: %s", text)
	}
	return nil
}

func (o *options) checkChange() error {
	switch modified := len(o.set)+len(o.remove) > 0; {
	case !modified && !o.hasName:
		return tool.Fail(crm.ExitUsage, "Must supply a command")
	case o.ticket == "":
		return tool.Fail(crm.ExitUsage, "Must supply ticket ID with -t")
	case o.hasValue:
		return tool.Fail(crm.ExitUsage, "Must supply attribute name with -S for -v %s", o.value)
	case o.hasName && modified:
		return tool.Fail(crm.ExitUsage, "Must supply attribute value with -v for -S %s", o.name)
	case o.hasName:
		return tool.Fail(crm.ExitUsage, "Must supply value with -v for -S %s", o.name)
	}
	return nil
}

// grants reports whether the change would grant the ticket.
func (o *options) grants() bool {
	for _, a := range o.set {
		if on, _ := crm.ParseBool(a.Value); on && a.Name == "granted" {
			return true
		}
	}
	return false
}

func (o *options) warnGrant(c *tool.Call) {
	c.Out.Err("%s", strings.ReplaceAll("This command cannot help you verify whether 'T' has been already granted elsewhere.\n"+
		"If you really want to grant 'T' to this site now, and you know what you are doing,\n"+
		"please specify --force.", "'T'", "'"+o.ticket+"'"))
}

func (o *options) warnRevoke(c *tool.Call) {
	c.Out.Err("Revoking '%[1]s' can trigger the specified 'loss-policy'(s) relating to '%[1]s'.\n\n"+
		"You can check that with:\ncrm_ticket --ticket %[1]s --constraints\n\n"+
		"Otherwise before revoking '%[1]s', you may want to make '%[1]s' standby with:\n"+
		"crm_ticket --ticket %[1]s --standby\n\n"+
		"If you really want to revoke '%[1]s' from this site now, and you know what you are doing,\n"+
		"please specify --force.", o.ticket)
}
