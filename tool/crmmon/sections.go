package crmmon

import (
	"strings"

	"holdfast/crm"
	"holdfast/output"
	"holdfast/tool"
)

// sections is a set of sections of the picture.
type sections uint32

const (
	stack sections = 1 << iota
	dc
	times
	counts
	optionsSection
	nodes
	resources
	attributes
	failCounts
	operations
	fenceFailed
	fencePending
	fenceWorked
	tickets
	bans
	failures
	maintMode

	summary    = stack | dc | times | counts | maintMode
	fencingAll = fenceFailed | fencePending | fenceWorked
	all        = 1<<17 - 1
)

// named are the sections and groups of them that users can name.
var named = []struct {
	name string
	set  sections
}{
	{"attributes", attributes}, {"bans", bans}, {"counts", counts}, {"dc", dc}, {"failcounts", failCounts},
	{"failures", failures}, {"fencing", fencingAll}, {"fencing-failed", fenceFailed}, {"fencing-pending", fencePending},
	{"fencing-succeeded", fenceWorked}, {"maint-mode", maintMode}, {"nodes", nodes}, {"operations", operations},
	{"options", optionsSection}, {"resources", resources}, {"stack", stack}, {"summary", summary}, {"tickets", tickets},
	{"times", times},
}

func sectionNames() string {
	var list []string
	for _, n := range named {
		list = append(list, n.name)
	}
	return strings.Join(list, ", ")
}

func find(name string) (sections, bool) {
	for _, n := range named {
		if n.name == name {
			return n.set, true
		}
	}
	return 0, false
}

// everything is what "all" means: the options are of little use to people.
func everything(f output.Format) sections {
	if f == output.Text || f == output.Console {
		return all &^ optionsSection
	}
	return all
}

// defaults are the sections shown if nothing is said.
func defaults(f output.Format) sections {
	if f == output.XML {
		return everything(f)
	}
	return summary | nodes | resources | failures
}

// choice is one --include or --exclude.
type choice struct {
	include bool
	what    string
}

// choices are the sections that the user chose.
type choices struct {
	list   []choice
	format output.Format
	shown  sections
}

func (c *choices) add(include bool, what string) { c.list = append(c.list, choice{include, what}) }

func (c *choices) has(s sections) bool { return c.shown&s == s }

func (c *choices) any(s sections) bool { return c.shown&s != 0 }

// apply applies the choices in order and returns the prefix of bans.
func (c *choices) apply() (prefix string, err error) {
	for _, choice := range c.list {
		for _, name := range strings.Split(choice.what, ",") {
			switch {
			case !choice.include:
				err = c.exclude(name)
			case strings.HasPrefix(name, "bans"):
				c.shown |= bans
				_, prefix, _ = strings.Cut(name, ":")
			default:
				err = c.includeOne(name)
			}
			if err != nil {
				return "", err
			}
		}
	}
	return prefix, nil
}

func (c *choices) includeOne(name string) error {
	set, known := find(name)
	switch {
	case name == "all":
		c.shown = everything(c.format)
	case name == "default" || name == "defaults":
		c.shown |= defaults(c.format)
	case name == "none":
		c.shown = 0
	case known:
		c.shown |= set
	default:
		return tool.Fail(crm.ExitUsage, "--include options: all, attributes, bans[:PREFIX], counts, dc, default, failcounts, "+
			"failures, fencing, fencing-failed, fencing-pending, fencing-succeeded, maint-mode, nodes, none, operations, options, "+
			"resources, stack, summary, tickets, times")
	}
	return nil
}

func (c *choices) exclude(name string) error {
	set, known := find(name)
	switch {
	case name == "all":
		c.shown = 0
	case name == "none":
		c.shown = everything(c.format)
	case known:
		c.shown &^= set
	default:
		return tool.Fail(crm.ExitUsage, "--exclude options: all, attributes, bans, counts, dc, failcounts, failures, fencing, "+
			"fencing-failed, fencing-pending, fencing-succeeded, maint-mode, nodes, none, operations, options, resources, stack, "+
			"summary, tickets, times")
	}
	return nil
}
