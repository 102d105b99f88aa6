package fencing

import (
	"strings"
)

// A Check is how it is found out which nodes a device can fence.
type Check string

// The ways, as pcmk_host_check spells them.
const (
	StaticList  Check = "static-list"  // pcmk_host_list and pcmk_host_map say
	DynamicList Check = "dynamic-list" // the agent's action list says
	Status      Check = "status"       // the agent's action status succeeds for the node
	AnyHost     Check = "none"         // it is believed to fence all
)

// CheckOf is the way in force: as configured, or the first that the configuration and
// then the agent's actions allow.
func CheckOf(p Params, supports func(action string) bool) Check {
	if text, ok := p(HostCheck); ok {
		return Check(strings.ToLower(text))
	}
	if _, ok := p(HostList); ok {
		return StaticList
	}
	if _, ok := p(HostMapParam); ok {
		return StaticList
	}
	switch {
	case supports("list"):
		return DynamicList
	case supports("status"):
		return Status
	}
	return AnyHost
}

// A HostMap gives the names by which a device knows nodes (its ports or plugs).
// Node names are compared without regard to case.
type HostMap []HostPort

// A HostPort is one entry of a HostMap.
type HostPort struct{ Node, Port string }

// ParseHostMap reads pcmk_host_map: "node1:1;node2:2,3" (or '=' for ':'), entries apart by
// semicolons or blanks. What cannot be read is returned beside the rest.
func ParseHostMap(text string) (m HostMap, malformed []string) {
	for _, entry := range strings.FieldsFunc(text, isMapSeparator) {
		i := strings.IndexAny(entry, ":=")
		if i <= 0 || i == len(entry)-1 {
			malformed = append(malformed, entry)
			continue
		}
		m = append(m, HostPort{entry[:i], entry[i+1:]})
	}
	return m, malformed
}

func isMapSeparator(r rune) bool { return r == ';' || r == ' ' || r == '\t' || r == '\n' }

// Port gives the port of a node, ok false if the map has none. A later entry
// for the same node wins.
func (m HostMap) Port(node string) (port string, ok bool) {
	for _, e := range m {
		if strings.EqualFold(e.Node, node) {
			port, ok = e.Port, true
		}
	}
	return port, ok
}

// Nodes lists the nodes of the map.
func (m HostMap) Nodes() []string {
	var names []string
	for _, e := range m {
		names = append(names, e.Node)
	}
	return names
}

// ParseTargets reads a list of nodes or ports: pcmk_host_list, or what an agent's action
// list printed. Lines may end with a newline or a backslash and an n; names are apart by
// blanks, commas and semicolons. Lines that speak of something "invalid" or "variable"
// are an agent's complaints, and "on" and "off" its remarks.
func ParseTargets(text string) []string {
	var names []string
	for line := range strings.SplitSeq(strings.ReplaceAll(text, `\n`, "\n"), "\n") {
		if strings.Contains(line, "invalid") || strings.Contains(line, "variable") {
			continue
		}
		for _, word := range strings.FieldsFunc(line, isListSeparator) {
			name := leadingName(word)
			if name != "" && !strings.EqualFold(name, "on") && !strings.EqualFold(name, "off") {
				names = append(names, name)
			}
		}
	}
	return names
}

func isListSeparator(r rune) bool {
	return strings.ContainsRune(" \t\r\v\f,;", r)
}

// leadingName cuts a word where it stops being a name.
func leadingName(word string) string {
	end := strings.IndexFunc(word, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-.", r))
	})
	if end < 0 {
		return word
	}
	return word[:end]
}

// Listed reports whether a list has the name, without regard to case.
func Listed(names []string, name string) bool {
	for _, n := range names {
		if strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}

// StaticallyTargets reports whether a static configuration names the node.
func StaticallyTargets(p Params, node string) bool {
	if text, ok := p(HostList); ok && Listed(ParseTargets(text), node) {
		return true
	}
	text, _ := p(HostMapParam)
	m, _ := ParseHostMap(text)
	_, ok := m.Port(node)
	return ok
}
