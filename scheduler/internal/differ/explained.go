package main

import (
	"regexp"
	"slices"
	"strings"
)

// explanations are the differences that are known to come from what has changed
// in the field since the installed reference.
var explanations = []struct {
	why string
	is  func(lines []string, d *difference) bool
}{
	{"2.1.5 moves instances of anonymous clones between nodes, or restarts them in place, to make room for preferred ones; " +
		"since 2.1.6 an instance stays where it is", shuffled},
	{"2.1.5 takes a serialized order for a mere sequence, which hides a mandatory order of the same tasks", serializedTwice},
}

// explain returns why a difference is none to worry about, "" if that is not known.
func explain(lines []string, d *difference) string {
	for _, e := range explanations {
		if e.is(lines, d) {
			return e.why
		}
	}
	return ""
}

var instanceNumber = regexp.MustCompile(`:\d+_`)

// shuffled tells whether nothing is left of a difference once instances of a
// clone count as one, and a stop and start on one node as nothing.
func shuffled(lines []string, d *difference) bool {
	if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, "clone ") }) {
		return false
	}
	ours, theirs := alike(d.ours), alike(d.theirs)
	for _, a := range slices.Clone(ours) {
		if i := slices.Index(theirs, a); i >= 0 {
			theirs = slices.Delete(theirs, i, i+1)
			ours = slices.Delete(ours, slices.Index(ours, a), slices.Index(ours, a)+1)
		}
	}
	return len(ours) == 0 && len(restarts(theirs)) == 0
}

// serializedTwice tells whether two tasks are ordered with kind Serialize and
// otherwise as well.
func serializedTwice(lines []string, _ *difference) bool {
	orders := 0
	serialize := false
	for _, l := range lines {
		if strings.HasPrefix(l, "<rsc_order") {
			orders++
			serialize = serialize || strings.Contains(l, `"Serialize"`)
		}
	}
	return serialize && orders > 1
}

// alike takes the instance numbers from a list of actions.
func alike(list []string) []string {
	var out []string
	for _, a := range list {
		out = append(out, instanceNumber.ReplaceAllString(a, "_"))
	}
	return out
}

// restarts takes pairs of a stop and a start on one node from a list of actions.
func restarts(list []string) []string {
	list = slices.Clone(list)
	for _, a := range slices.Clone(list) {
		if !strings.Contains(a, "_stop_0@") {
			continue
		}
		start := slices.Index(list, strings.Replace(a, "_stop_0@", "_start_0@", 1))
		if start < 0 {
			continue
		}
		list = slices.Delete(list, start, start+1)
		stop := slices.Index(list, a)
		list = slices.Delete(list, stop, stop+1)
	}
	return list
}
