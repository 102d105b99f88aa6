package main

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"holdfast/cib/xml"
)

// A view is one side of a decision in lines, so that two decisions with the same
// lines are the same: numbers and the order of independent things are left out.
type view struct {
	name  string
	lines func(decision) []string
}

var views = []view{
	{"failure", func(d decision) []string { return spaced(d.failed) }},
	{"graph", func(d decision) []string { return graphLines(d.graph) }},
	{"dot", func(d decision) []string { return slices.Compact(sorted(spaced(d.dot))) }},
	{"text", func(d decision) []string {
		return textLines(d.text, "Assignment Scores:", "Executing Cluster Transition:")
	}},
	{"CIB after it", func(d decision) []string {
		return spaced(today.ReplaceAllString(written.ReplaceAllString(d.after, ""), "now"))
	}},
}

// plain are the views in which everything counts but white space, and what has no
// sequence.
var plain = []view{
	views[0], views[2],
	{"graph as written", func(d decision) []string { return spaced(unversioned.ReplaceAllString(d.graph, "")) }},
	{"text as written", func(d decision) []string { return textLines(d.text, "Assignment Scores:") }},
	views[4],
}

// written is what depends on when the CIB was written, and in how many steps.
var written = regexp.MustCompile(` (last-run|last-rc-change|num_updates)="[^"]*"`)

// asked is what an answer in XML says of the program and of how it was called.
var asked = regexp.MustCompile(` (api-version|request)="[^"]*"`)

// today is what is about now: when something was made to fail.
var today = regexp.MustCompile(strconv.FormatInt(time.Now().Unix(), 10)[:6] + `[0-9]{4}|` +
	time.Now().UTC().Format("Mon Jan _2") + ` [0-9:]{8} [0-9]{4}`)

var unversioned = regexp.MustCompile(`crm_feature_set="[^"]*"|batch-limit="[0-9]*"`)

// spaced are the lines of a text that say something, with single spaces.
func spaced(text string) []string {
	var list []string
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 0 {
			list = append(list, strings.Join(words, " "))
		}
	}
	return list
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}

// textLines sorts what stands under some headings, because it has no sequence:
// scores, and what happens in the transition.
func textLines(text string, headings ...string) []string {
	lines := spaced(today.ReplaceAllString(asked.ReplaceAllString(text, ""), "now"))
	for _, heading := range headings {
		begin := slices.Index(lines, heading) + 1
		end := begin
		for begin > 0 && end < len(lines) && strings.HasPrefix(lines[end], "*") {
			end++
		}
		slices.Sort(lines[begin:end])
	}
	return lines
}

// graphLines says what is done, with what, and after what.
func graphLines(text string) []string {
	root, err := xml.ParseString(text)
	if err != nil {
		return []string{"no graph: " + err.Error()}
	}
	list := []string{today.ReplaceAllString(flat(root, "batch-limit"), "now")}
	for synapse := range root.All("synapse") {
		list = append(list, synapseLines(synapse)...)
	}
	return sorted(list)
}

func synapseLines(synapse *xml.Node) []string {
	var list []string
	head := ""
	for a := range synapse.Child("action_set").Elements() {
		head = key(a)
		list = append(list, head+" is "+flat(a, "id"))
	}
	if p := synapse.Attr("priority"); p != "" {
		list = append(list, head+" has priority "+p)
	}
	if inputs := synapse.Child("inputs"); inputs != nil {
		for trigger := range inputs.Elements() {
			for a := range trigger.Elements() {
				list = append(list, head+" after "+key(a))
			}
		}
	}
	return list
}

// key names an action by what it does and where.
func key(a *xml.Node) string {
	what := a.Attr("operation_key")
	if what == "" {
		what = a.Attr("operation")
	}
	return a.Name + ":" + what + "@" + a.Attr("on_node") + "/" + a.Attr("router_node")
}

// flat is an element with its attributes sorted, without one of them, and what is in
// it; the graph itself stands alone.
func flat(n *xml.Node, without string) string {
	var attrs []string
	for _, a := range n.Attrs {
		if a.Name != without && a.Name != "crm_feature_set" {
			attrs = append(attrs, a.Name+"="+a.Value)
		}
	}
	slices.Sort(attrs)
	text := "<" + n.Name + " " + strings.Join(attrs, " ") + ">"
	if n.Name == "transition_graph" {
		return text
	}
	for child := range n.Elements() {
		text += flat(child, "")
	}
	return text
}
