package patch

import (
	"fmt"
	"strings"

	"holdfast/cib/xml"
)

// Describe says for people what a patch of format 2 does, line by line: "--" is
// deleted, "++" created, "+ " modified and "+~" moved.
func Describe(p *xml.Node) []string {
	var d describer
	d.versions(p)
	for c := range p.All("change") {
		path := c.Attr("path")
		switch c.Attr("operation") {
		case "create":
			d.created(path, c.Children)
		case "move":
			d.line("+~ %s moved to offset %s", path, c.Attr("position"))
		case "modify":
			d.modified(path, c.Child("change-list"))
		case "delete":
			if position, ok := c.Lookup("position"); ok {
				path += " (" + position + ")"
			}
			d.line("-- %s", path)
		}
	}
	return d.lines
}

type describer struct{ lines []string }

func (d *describer) line(format string, args ...any) {
	d.lines = append(d.lines, fmt.Sprintf(format, args...))
}

func (d *describer) versions(p *xml.Node) {
	source, target, err := Versions(p)
	if err != nil || source == nil || target == nil {
		return
	}
	if *source == *target {
		if *target != (Version{}) {
			d.line("Local-only Change: %v", *target)
		}
		return
	}
	sum := "(no digest)"
	if v, ok := p.Lookup("digest"); ok {
		sum = v
	}
	d.line("Diff: --- %v %s", *source, p.Attr("format"))
	d.line("Diff: +++ %v %s", *target, sum)
}

// created shows what is new: its start tag beside the path, what is in it below.
func (d *describer) created(path string, nodes []*xml.Node) {
	if len(nodes) == 0 {
		return
	}
	n := nodes[0]
	prefix := "++ " + path + ": "
	if n.Kind == xml.Comment {
		d.line("<!--%s-->", n.Text)
		return
	}
	d.line("%s %s", prefix, (&xml.Node{Name: n.Name, Attrs: n.Attrs}).String())
	if len(n.Children) == 0 {
		return
	}
	prefix = "++" + strings.Repeat(" ", len(prefix)-2)
	for _, c := range n.Children {
		for line := range strings.Lines(string(xml.AppendIndented(nil, c, 1))) {
			line = strings.TrimSuffix(line, "\n")
			if strings.HasPrefix(strings.TrimLeft(line, " "), "<!--") {
				d.line("%s", line)
				continue
			}
			d.line("%s %s", prefix, line)
		}
	}
	d.line("%s </%s>", prefix, n.Name)
}

func (d *describer) modified(path string, list *xml.Node) {
	var set, unset []string
	for a := range list.Elements() {
		switch a.Attr("operation") {
		case "set":
			set = append(set, "@"+a.Attr("name")+"="+a.Attr("value"))
		case "unset":
			unset = append(unset, "@"+a.Attr("name"))
		}
	}
	if set != nil {
		d.line("+  %s:  %s", path, strings.Join(set, ", "))
	}
	if unset != nil {
		d.line("-- %s:  %s", path, strings.Join(unset, ", "))
	}
}
