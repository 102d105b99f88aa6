package fencing

import "strings"

// An Arg is one key and value that an agent reads from its standard input.
type Arg struct{ Name, Value string }

// Arguments makes what an agent is given for an action on a target ("" for actions
// that concern no node), from the device's parameters in their order.
// targetParameter is the agent's own parameter for the target if the
// configuration has no pcmk_host_argument; see metadata.Agent.TargetParameter.
func Arguments(params []Arg, action, target, targetParameter string) []Arg {
	lookup := func(name string) (string, bool) {
		for _, p := range params {
			if p.Name == name {
				return p.Value, true
			}
		}
		return "", false
	}
	args := []Arg{{"action", AgentAction(lookup, action)}}
	given := map[string]bool{"action": true}
	add := func(name, value string) {
		if !given[name] {
			given[name] = true
			args = append(args, Arg{name, value})
		}
	}
	if target != "" {
		add("nodename", target)
		if name, ok := lookup(HostArgument); ok {
			targetParameter = name
		}
		if targetParameter != "" && !strings.EqualFold(targetParameter, "none") {
			configured, ok := lookup(targetParameter)
			if !ok || strings.EqualFold(configured, "dynamic") {
				add(targetParameter, portOf(lookup, target))
			}
		}
	}
	for _, p := range params {
		if !Own(p.Name) && !strings.HasPrefix(p.Name, "CRM_meta_") && p.Name != "crm_feature_set" && !strings.EqualFold(p.Name, "action") {
			add(p.Name, p.Value)
		}
	}
	return args
}

// portOf is the name by which the device knows a node.
func portOf(p Params, node string) string {
	text, _ := p(HostMapParam)
	m, _ := ParseHostMap(text)
	if port, ok := m.Port(node); ok {
		return port
	}
	return node
}
