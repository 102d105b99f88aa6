package agent

import (
	"os"
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
)

// scriptMetadata describes an init script in the terms of OCF metadata.
func scriptMetadata(path, name string) Result {
	data, err := os.ReadFile(path)
	if err != nil {
		return cannotRun(path, err)
	}
	return Result{Status: crm.OpDone, Code: crm.OCFOK, Stdout: lsbMetadata(name, parseScriptHeader(string(data)))}
}

// The fields that metadata repeats after the actions, as clients of the reference's know them.
var lsbSpecial = []struct{ element, field string }{
	{"Provides", "Provides"},
	{"Required-Start", "Required-Start"},
	{"Required-Stop", "Required-Stop"},
	{"Should-Start", "Should-Start"},
	{"Should-Stop", "Should-Stop"},
	{"Default-Start", "Default-Start"},
	{"Default-Stop", "Default-Stop"},
}

func lsbMetadata(name string, h scriptHeader) string {
	long, short := h.long, h.fields["Short-Description"]
	if long == "" {
		long = name
	}
	if short == "" {
		short = name
	}
	root := describe(name, long, short)
	root.Add(actionList(
		[]string{"meta-data", "5s"},
		[]string{"start", "15s"},
		[]string{"stop", "15s"},
		[]string{"status", "15s"},
		[]string{"restart", "15s"},
		[]string{"force-reload", "15s"},
		[]string{"monitor", "15s", "15s"},
	))
	special := xml.New("special", "tag", "LSB")
	for _, s := range lsbSpecial {
		special.Add(withText(xml.New(s.element), h.fields[s.field]))
	}
	root.Add(special)
	return xmlHeader + root.Indented()
}

const xmlHeader = "<?xml version=\"1.0\"?>\n"

// describe begins the metadata of something that has no agent of its own.
func describe(name, long, short string) *xml.Node {
	return xml.New("resource-agent", "name", name, "version", "0.1").Add(
		withText(xml.New("version"), "1.1"),
		withText(xml.New("longdesc", "lang", "en"), long),
		withText(xml.New("shortdesc", "lang", "en"), short),
		xml.New("parameters"),
	)
}

// actionList makes the actions element from names, timeouts and intervals.
func actionList(actions ...[]string) *xml.Node {
	list := xml.New("actions")
	for _, a := range actions {
		n := xml.New("action", "name", a[0], "timeout", a[1])
		if len(a) > 2 {
			n.SetAttr("interval", a[2])
		}
		list.Add(n)
	}
	return list
}

// withText gives an element a text from outside, without what no document may have.
func withText(n *xml.Node, text string) *xml.Node {
	if !xml.Valid(text) {
		text = strings.Map(func(r rune) rune {
			if xml.Valid(string(r)) {
				return r
			}
			return '?'
		}, strings.ToValidUTF8(text, "?"))
	}
	if text == "" {
		return n
	}
	return n.Add(&xml.Node{Kind: xml.Text, Text: text})
}
