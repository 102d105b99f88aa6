package cibadmin

import (
	"os"
	"strings"

	"holdfast/cib/acl"
	"holdfast/cib/xml"
	"holdfast/output"
	"holdfast/tool"
	"holdfast/tool/access"
)

// accessForm decides how rights are shown if that was left open: in colour on a
// terminal, with words elsewhere.
func (o *options) accessForm(c *tool.Call) string {
	if o.access != "auto" {
		return o.access
	}
	if f, ok := c.Env.Stdout.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return "color"
		}
	}
	return "text"
}

// rightsView is a document with what a user may do to each part of it.
type rightsView struct{ text string }

func (v rightsView) Text(l *output.Lines) { l.Line(strings.TrimSuffix(v.text, "\n")) }
func (v rightsView) XML(t *output.Tree)   { t.CData("output", v.text) }

// painter writes the document.
type painter struct {
	b       strings.Builder
	form    string
	allowed map[*xml.Node]acl.Access
}

func evaluate(root *xml.Node, user, form string) rightsView {
	p := painter{form: form, allowed: map[*xml.Node]acl.Access{}}
	acl.ForUser(root, user, access.GroupsOf(user)).Visit(root, func(n *xml.Node, a acl.Access) { p.allowed[n] = a })
	p.b.WriteString("<!-- ACLs as evaluated for user " + user + " -->\n")
	p.node(root, nil, 0)
	return rightsView{p.b.String()}
}

var (
	colours  = map[acl.Access]string{acl.Denied: "\x1b[31m", acl.Readable: "\x1b[34m", acl.Writable: "\x1b[32m"}
	labels   = map[acl.Access]string{acl.Denied: "~DENIED~", acl.Readable: "READABLE", acl.Writable: "WRITABLE"}
	prefixes = map[acl.Access]string{acl.Denied: "pcmk-access-denied", acl.Readable: "pcmk-access-readable", acl.Writable: "pcmk-access-writable"}
)

const noColour = "\x1b[0m"

// node writes an element; what may be done to it is said where it differs from
// the element around it or, in colour, everywhere.
func (p *painter) node(n, parent *xml.Node, level int) {
	indent := strings.Repeat("  ", level)
	if n.Kind != xml.Element {
		p.b.Write(xml.AppendIndented(nil, n, level))
		return
	}
	a := p.allowed[n]
	differs := parent == nil || a != p.allowed[parent]
	name, before, after := n.Name, indent, ""
	switch {
	case p.form == "color":
		before, after = indent+colours[a], noColour
	case p.form == "namespace" && differs:
		name = prefixes[a] + ":" + name
	case p.form == "text" && differs:
		if parent != nil {
			p.b.WriteString(indent + "\n")
		}
		p.b.WriteString(indent + "vvv---[ " + labels[a] + " ]---vvv\n")
	}
	start := p.start(n, name, parent == nil)
	if len(n.Children) == 0 {
		p.b.WriteString(before + start + "/>" + after + "\n")
		return
	}
	p.b.WriteString(before + start + ">\n")
	for _, c := range n.Children {
		p.node(c, n, level+1)
	}
	p.b.WriteString(before + "</" + name + ">" + after + "\n")
}

// start returns the start tag without its end.
func (p *painter) start(n *xml.Node, name string, root bool) string {
	bare := &xml.Node{Name: name, Attrs: n.Attrs[:len(n.Attrs):len(n.Attrs)]}
	if root && p.form == "namespace" {
		for _, kind := range []string{"writable", "readable", "denied"} {
			bare.SetAttr("xmlns:pcmk-access-"+kind, "http://clusterlabs.org/ns/pacemaker/access/"+kind)
		}
	}
	return strings.TrimSuffix(bare.String(), "/>")
}
