// Package alert reads which programs the configuration wants told of events: the
// alerts section of the CIB, one Alert for each recipient
// (Pacemaker_Explained, "Alerts"). It runs nothing; host/agent does.
package alert

import (
	"slices"
	"time"

	"holdfast/cib/idref"
	"holdfast/cib/nvset"
	"holdfast/cib/rule"
	"holdfast/cib/xml"
	"holdfast/crm"
)

// The kinds of events, as agents are told of them.
const (
	Node      = "node"
	Fencing   = "fencing"
	Resource  = "resource"
	Attribute = "attribute"
)

// The defaults of meta-attributes.
const (
	DefaultTimeFormat = "%H:%M:%S.%06N"
	DefaultTimeout    = 30 * time.Second
)

// An Alert is a program to run for events, for one recipient or for none.
type Alert struct {
	ID         string // of the alert element
	Path       string
	Recipient  string
	TimeFormat string
	Timeout    time.Duration
	Kinds      []string   // of the events it wants
	Names      []string   // of the attributes it wants to hear of; all if empty
	Variables  []xml.Attr // its instance attributes, for the environment
}

// Wants reports whether the alert is for events of a kind; name is the node
// attribute of an attribute event.
func (a *Alert) Wants(kind, name string) bool {
	if !slices.Contains(a.Kinds, kind) {
		return false
	}
	return kind != Attribute || len(a.Names) == 0 || slices.Contains(a.Names, name)
}

// Read lists the alerts of a CIB that are enabled, in document order. Rules in
// their meta-attributes are judged as of now.
func Read(root *xml.Node, now time.Time) []Alert {
	r := reader{refs: idref.New(root), now: now}
	var alerts []Alert
	for n := range root.Find("configuration", "alerts").All("alert") {
		alerts = append(alerts, r.alert(n)...)
	}
	return alerts
}

type reader struct {
	refs *idref.Index
	now  time.Time
}

// alert reads one alert element. What a recipient says overrides what the alert says,
// except that a disabled alert has no recipients.
func (r *reader) alert(n *xml.Node) []Alert {
	a := Alert{
		ID: n.ID(), Path: n.Attr("path"), TimeFormat: DefaultTimeFormat, Timeout: DefaultTimeout,
		Kinds: []string{Node, Fencing, Resource},
	}
	if a.ID == "" || a.Path == "" || !r.refine(&a, n) {
		return nil
	}
	var alerts []Alert
	recipients := false
	for rn := range n.All("recipient") {
		recipients = true
		one := a
		one.Variables = slices.Clone(a.Variables)
		one.Recipient = rn.Attr("value")
		if r.refine(&one, rn) {
			alerts = append(alerts, one)
		}
	}
	if !recipients {
		return []Alert{a}
	}
	return alerts
}

// refine applies what an alert or recipient element says. It reports whether the
// element is enabled.
func (r *reader) refine(a *Alert, n *xml.Node) bool {
	meta, _ := nvset.Resolve(n, "meta_attributes", "", r.refs, &rule.Context{Now: r.now})
	if text, ok := meta.Get("enabled"); ok {
		if on, _ := crm.ParseBool(text); !on {
			return false
		}
	}
	if text, ok := meta.Get("timeout"); ok {
		a.Timeout = DefaultTimeout
		if d, err := crm.ParseDuration(text); err == nil && d > 0 {
			a.Timeout = d
		}
	}
	if text, ok := meta.Get("timestamp-format"); ok {
		a.TimeFormat = text
	}
	for pair := range n.Child("instance_attributes").All("nvpair") {
		a.set(pair.Attr("name"), pair.Attr("value"))
	}
	a.choose(n.Child("select"))
	return true
}

func (a *Alert) set(name, value string) {
	for i := range a.Variables {
		if a.Variables[i].Name == name {
			a.Variables[i].Value = value
			return
		}
	}
	a.Variables = append(a.Variables, xml.Attr{Name: name, Value: value})
}

// choose reads a select element; one that selects nothing changes nothing.
func (a *Alert) choose(n *xml.Node) {
	var kinds, names []string
	for c := range n.Elements() {
		switch c.Name {
		case "select_nodes":
			kinds = append(kinds, Node)
		case "select_fencing":
			kinds = append(kinds, Fencing)
		case "select_resources":
			kinds = append(kinds, Resource)
		case "select_attributes":
			kinds = append(kinds, Attribute)
			for at := range c.All("attribute") {
				names = append(names, at.Attr("name"))
			}
		}
	}
	if kinds != nil {
		a.Kinds = kinds
	}
	if names != nil {
		a.Names = names
	}
}
