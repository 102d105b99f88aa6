package fencing

import (
	"regexp"
	"sort"
	"strconv"
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
)

// Topology returns a function that gives the levels of a target from the
// fencing-topology section (Pacemaker_Explained, "Fencing Topologies"), nil if
// there are none for it. A level names its target itself, or by a pattern, or by
// a node attribute, which attribute looks up.
func Topology(root *xml.Node, attribute func(node crm.NodeName, name string) string) func(crm.NodeName) [][]string {
	section := root.Find("configuration", "fencing-topology")
	return func(target crm.NodeName) [][]string {
		type level struct {
			index   int
			devices []string
		}
		var levels []level
		for n := range section.All("fencing-level") {
			if !matches(n, target, attribute) {
				continue
			}
			index, err := strconv.Atoi(n.Attr("index"))
			if err != nil || index < 1 || index > 9 {
				continue
			}
			levels = append(levels, level{index, devices(n)})
		}
		sort.SliceStable(levels, func(i, j int) bool { return levels[i].index < levels[j].index })
		var merged [][]string
		for i, l := range levels {
			if i > 0 && levels[i-1].index == l.index {
				last := len(merged) - 1
				merged[last] = append(merged[last], l.devices...)
			} else if len(l.devices) > 0 {
				merged = append(merged, l.devices)
			}
		}
		return merged
	}
}

func matches(n *xml.Node, target crm.NodeName, attribute func(crm.NodeName, string) string) bool {
	if name, ok := n.Lookup("target"); ok {
		return name == string(target)
	}
	if pattern, ok := n.Lookup("target-pattern"); ok {
		re, err := regexp.Compile(pattern)
		return err == nil && re.MatchString(string(target))
	}
	name, ok := n.Lookup("target-attribute")
	return ok && attribute(target, name) == n.Attr("target-value")
}

// devices lists the devices of a level, which stand between commas.
func devices(level *xml.Node) []string {
	return strings.FieldsFunc(level.Attr("devices"), func(r rune) bool { return r == ',' || r == ' ' })
}
