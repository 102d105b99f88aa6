package main

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"holdfast/cib/xml"
)

// modes draws arguments of crm_simulate that fit a CIB: what happens before, what
// fails meanwhile, and what is shown.
func modes(r *rand.Rand, cib *xml.Node) []string {
	m := &mutator{r: r, cib: cib}
	args := []string{"-t", whole[2], m.pick("-S", "-S", "-S", "-R", "-Q", "-a")}
	for range 1 + r.IntN(3) {
		args = append(args, m.mode()...)
	}
	if slices.ContainsFunc(args, isEvent) {
		args = slices.DeleteFunc(args, func(arg string) bool { return arg == inXML })
	}
	return args
}

const inXML = "--output-as=xml"

// isEvent tells whether an option changes the CIB before a decision. In XML the
// reference ends its answer there, against its own schema.
func isEvent(option string) bool {
	return slices.Contains([]string{"-q", "-w", "-u", "-d", "-f", "-g", "-r", "-b", "-e", "-i"}, option)
}

// mode draws one more thing to ask for, nothing if the CIB has nothing to ask it of.
func (m *mutator) mode() []string {
	switch m.r.IntN(8) {
	case 0:
		return []string{m.pick("-s", "-U", "-A", "-c")}
	case 1:
		return []string{inXML}
	case 2:
		return []string{m.pick("-q", "-w"), m.pick("true", "false", "1", "0")}
	case 3, 4:
		if nodes := m.nodes(); len(nodes) > 0 {
			return []string{m.pick("-u", "-d", "-f"), m.pick(nodes...)}
		}
	case 5:
		name := "ticketA"
		if p := m.one("rsc_ticket"); p.at != nil {
			name = p.at.Attr("ticket")
		}
		return []string{m.pick("-g", "-r", "-b", "-e"), name}
	case 6:
		return m.outcome("-i", "monitor_10000", "monitor_0", "monitor_5000", "start_0", "stop_0")
	case 7:
		return m.outcome("-F", "start_0", "stop_0", "monitor_10000", "monitor_0", "promote_0", "demote_0")
	}
	return nil
}

// outcome says how an operation of some resource goes on some node.
func (m *mutator) outcome(option string, tasks ...string) []string {
	primitive, nodes := m.one("primitive"), m.nodes()
	if primitive.at == nil || len(nodes) == 0 {
		return nil
	}
	id := primitive.at.ID() + m.pick("", "", ":0", ":1")
	return []string{option, fmt.Sprintf("%s_%s@%s=%s", id, m.pick(tasks...), m.pick(nodes...), m.pick("0", "1", "5", "7", "8"))}
}
