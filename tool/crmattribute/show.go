package crmattribute

import (
	"holdfast/cib/xml"
	"holdfast/output"
)

// value is an attribute as it is shown.
type value struct {
	scope, id, name, text string
	quiet                 bool
}

func (v value) Text(l *output.Lines) {
	if v.quiet {
		l.Line(v.text)
		return
	}
	line := "scope=" + v.scope
	if v.id != "" {
		line += " id=" + v.id
	}
	l.Line(line + " name=" + v.name + " value=" + xml.EscapeAttr(v.text))
}

func (v value) XML(t *output.Tree) {
	n := xml.New("attribute", "name", v.name, "value", v.text, "scope", v.scope)
	if v.id != "" {
		n.SetAttr("id", v.id)
	}
	t.Add(n)
}

// choices are the attributes of one name among which the user must choose.
type choices struct {
	name  string
	pairs []*xml.Node
}

func (m choices) Text(l *output.Lines) {
	l.Line("Multiple attributes match name=" + m.name)
	for _, p := range m.pairs {
		l.Line("  Value: " + p.Attr("value") + " \t(id=" + p.ID() + ")")
	}
}

func (m choices) XML(*output.Tree) {}
