// Package crmticket is the tool that shows, grants, revokes and edits tickets.
package crmticket

import (
	"holdfast/cib/xml"
	"holdfast/output"
	"holdfast/tool"
)

// command is what the tool shall do.
type command uint8

const (
	none command = iota
	info
	details
	ids
	queryXML
	constraints
	getAttr
	cleanup
)

// options are what the command line says.
type options struct {
	command    command
	ticket     string
	attribute  string // for getAttr
	byDefault  string
	hasDefault bool
	force      bool
	file       string

	set    []xml.Attr
	remove []string
	// -S and -v come in either order; what has no partner yet waits here.
	name, value       string
	hasName, hasValue bool
}

// Tool returns crm_ticket.
func Tool() *tool.Tool {
	o := &options{}
	return &tool.Tool{
		Name:    "crm_ticket",
		Summary: "Perform tasks related to cluster tickets\n\nAllows ticket attributes to be queried, modified and deleted.",
		Details: examples,
		Formats: []output.Format{output.Text, output.XML},
		Groups:  []tool.Group{o.queries(), o.commands(), o.advanced(), o.additional(), o.deprecated()},
		Do:      o.run,
	}
}

const examples = `Examples:

Display the info of tickets:

	crm_ticket --info

Grant 'ticketA' to this cluster site:

	crm_ticket --ticket ticketA --grant

Make 'ticketA' standby, so that the dependent resources are stopped or demoted
gracefully without triggering loss-policies:

	crm_ticket --ticket ticketA --standby

Set the value of the 'standby' attribute for 'ticketA':

	crm_ticket --ticket ticketA --set-attr standby --attr-value true

Cause the cluster site to forget the state of 'ticketA':

	crm_ticket --ticket ticketA --cleanup
`

func (o *options) choose(c command) func(string) error {
	return tool.Choose(func() { o.command = c })
}

func (o *options) queries() tool.Group {
	return tool.Group{Name: "queries", Title: "Queries", Help: "Show queries", Options: []tool.Option{
		{Long: "info", Short: "l", Help: "Display the information of ticket(s)", Set: o.choose(info)},
		{Long: "details", Short: "L", Help: "Display the details of ticket(s)", Set: o.choose(details)},
		{Long: "raw", Short: "w", Help: "Display the IDs of ticket(s)", Set: o.choose(ids)},
		{Long: "query-xml", Short: "q", Help: "Query the XML of ticket(s)", Set: o.choose(queryXML)},
		{Long: "constraints", Short: "c", Help: "Display the rsc_ticket constraints that apply to ticket(s)", Set: o.choose(constraints)},
	}}
}

func (o *options) commands() tool.Group {
	set := func(name, value string) func(string) error {
		return func(string) error { o.assign(name, value); return nil }
	}
	return tool.Group{Name: "commands", Title: "Commands", Help: "Show command options", Options: []tool.Option{
		{Long: "grant", Short: "g", Help: "Grant a ticket to this cluster site", Set: set("granted", "true")},
		{Long: "revoke", Short: "r", Help: "Revoke a ticket from this cluster site", Set: set("granted", "false")},
		{Long: "standby", Short: "s", Help: "Tell this cluster site this ticket is standby", Set: set("standby", "true")},
		{Long: "activate", Short: "a", Help: "Tell this cluster site this ticket is active", Set: set("standby", "false")},
	}}
}

// assign notes an attribute to be set; a later value replaces an earlier one.
func (o *options) assign(name, value string) {
	all := xml.Node{Attrs: o.set}
	all.SetAttr(name, value)
	o.set = all.Attrs
}

func (o *options) advanced() tool.Group {
	return tool.Group{Name: "advanced", Title: "Advanced Options", Help: "Show advanced options", Options: []tool.Option{
		{Long: "get-attr", Short: "G", Arg: "ATTRIBUTE", Help: "Display the named attribute for a ticket",
			Set: func(v string) error { o.command, o.attribute = getAttr, v; return nil }},
		{Long: "set-attr", Short: "S", Arg: "ATTRIBUTE", Help: "Set the named attribute for a ticket",
			Set: func(v string) error { o.name, o.hasName = v, true; return o.pair() }},
		{Long: "delete-attr", Short: "D", Arg: "ATTRIBUTE", Help: "Delete the named attribute for a ticket",
			Set: tool.Append(&o.remove)},
		{Long: "cleanup", Short: "C", Help: "Delete all state of a ticket at this cluster site", Set: o.choose(cleanup)},
	}}
}

// pair joins a name and a value that were given one after the other.
func (o *options) pair() error {
	if o.hasName && o.hasValue {
		o.assign(o.name, o.value)
		o.hasName, o.hasValue = false, false
	}
	return nil
}

func (o *options) additional() tool.Group {
	return tool.Group{Name: "additional", Title: "Additional Options", Help: "Show additional options", Options: []tool.Option{
		{Long: "attr-value", Short: "v", Arg: "VALUE", Help: "Attribute value to use with -S",
			Set: func(v string) error { o.value, o.hasValue = v, true; return o.pair() }},
		{Long: "default", Short: "d", Arg: "VALUE",
			Help: "(Advanced) Default attribute value to display if none is found\n(for use with -G)",
			Set:  func(v string) error { o.byDefault, o.hasDefault = v, true; return nil }},
		{Long: "force", Short: "f", Help: "(Advanced) Force the action to be performed", Set: tool.Switch(&o.force)},
		{Long: "ticket", Short: "t", Arg: "ID", Help: "Ticket ID", Set: tool.String(&o.ticket)},
		{Long: "xml-file", Short: "x", Arg: "FILE", Hidden: true, Set: tool.String(&o.file)},
	}}
}

// deprecated are options that are taken without effect.
func (o *options) deprecated() tool.Group {
	ignore := func(string) error { return nil }
	return tool.Group{Name: "deprecated", Title: "Deprecated Options", Help: "Show deprecated options", Options: []tool.Option{
		{Long: "set-name", Short: "n", Arg: "ID", Help: "(Advanced) ID of the instance_attributes object to change", Set: ignore},
		{Long: "nvpair", Short: "i", Arg: "ID", Help: "(Advanced) ID of the nvpair object to change/delete", Set: ignore},
		{Long: "quiet", Short: "Q", Help: "Print only the value on stdout", Set: ignore},
	}}
}
