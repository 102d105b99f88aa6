package main

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"holdfast/cib/xml"
)

// fields are the places in a command that names from the CIB are put into, with
// the elements that have them.
var fields = map[string]struct {
	elements []string
	attr     string
}{
	"{rsc}":    {[]string{"primitive"}, "id"},
	"{any}":    {[]string{"group", "clone", "bundle", "master", "primitive"}, "id"},
	"{node}":   {[]string{"node"}, "uname"},
	"{option}": {[]string{"nvpair"}, "name"},
	"{pair}":   {[]string{"nvpair"}, "id"},
	"{rule}":   {[]string{"rule"}, "id"},
	"{ticket}": {[]string{"rsc_ticket", "ticket_state"}, "ticket"},
	"{op}":     {[]string{"op"}, "id"},
}

var place = regexp.MustCompile(`\{[a-z]+\}`)

// namesIn gathers up to two names for each field: the first in the CIB, and the
// last.
func namesIn(data []byte) map[string][]string {
	root, err := xml.Parse(data)
	if err != nil {
		return nil
	}
	names := map[string][]string{}
	for _, f := range slices.Sorted(maps.Keys(fields)) {
		var all []string
		xml.Walk(root, func(n *xml.Node, _ xml.Path) bool {
			if v, ok := n.Lookup(fields[f].attr); ok && slices.Contains(fields[f].elements, n.Name) && !strings.ContainsAny(v, "'\"`$ ") {
				all = append(all, v)
			}
			return true
		})
		if len(all) > 0 {
			names[f] = slices.Compact([]string{all[0], all[len(all)-1]})
		}
	}
	return names
}

// fill makes commands of a template; none if it asks for a name that the CIB
// does not have.
func fill(template string, names map[string][]string) []string {
	field := place.FindString(template)
	if _, known := fields[field]; !known {
		return []string{template}
	}
	var all []string
	for _, name := range names[field] {
		all = append(all, fill(strings.ReplaceAll(template, field, name), names)...)
	}
	return all
}
