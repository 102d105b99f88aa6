// Package fencing reads what the configuration says about a fence device: the
// parameters that the cluster keeps to itself (pcmk_*), which nodes the device is
// for, and what its agent has to be given. It talks to no device.
package fencing

import (
	"strconv"
	"strings"
	"time"

	"holdfast/crm"
)

// The parameters that concern the cluster, not the agent.
const (
	HostArgument = "pcmk_host_argument"
	HostMapParam = "pcmk_host_map"
	HostList     = "pcmk_host_list"
	HostCheck    = "pcmk_host_check"
	DelayMax     = "pcmk_delay_max"
	DelayBase    = "pcmk_delay_base"
	ActionLimit  = "pcmk_action_limit"
)

// Params looks a parameter of a device up.
type Params func(name string) (value string, ok bool)

// Own reports whether a parameter is the cluster's and never given to an agent.
func Own(name string) bool {
	switch name {
	case HostArgument, HostMapParam, HostList, HostCheck, DelayMax, DelayBase, ActionLimit, "provides", "stonith-timeout":
		return true
	}
	return strings.HasPrefix(name, "pcmk_") && (strings.HasSuffix(name, "_action") ||
		strings.HasSuffix(name, "_timeout") || strings.HasSuffix(name, "_retries"))
}

// AgentAction is what the agent calls an action: pcmk_ACTION_action, or the action.
func AgentAction(p Params, action string) string {
	if other, ok := p("pcmk_" + action + "_action"); ok && other != "" {
		return other
	}
	return action
}

// Timeout is how long an action may take, with all its attempts: pcmk_ACTION_timeout, or
// what the caller would use otherwise.
func Timeout(p Params, action string, otherwise time.Duration) time.Duration {
	text, ok := p("pcmk_" + action + "_timeout")
	if !ok {
		return otherwise
	}
	d, err := crm.ParseDuration(text)
	if err != nil || d < 0 {
		return otherwise
	}
	return d
}

// DefaultAttempts is how often an action is tried before it counts as failed.
const DefaultAttempts = 2

// Attempts is how often an action is tried: pcmk_ACTION_retries, which in spite
// of its name counts the first attempt too. It is at least 1.
func Attempts(p Params, action string) int {
	text, ok := p("pcmk_" + action + "_retries")
	if !ok {
		return DefaultAttempts
	}
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 1 {
		return 1
	}
	return n
}

// Limit is how many actions a device may do at once, -1 for any number.
func Limit(p Params) int {
	text, ok := p(ActionLimit)
	if !ok {
		return 1
	}
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n == 0 {
		return 1
	}
	return n
}

// Delays gives the shortest and the longest time to wait before an action that takes a
// node away; between them the wait is drawn at random. A base longer than the
// maximum wins.
func Delays(p Params, target string) (base, longest time.Duration) {
	if text, ok := p(DelayBase); ok {
		base = delayBase(strings.TrimSpace(text), target)
	}
	if text, ok := p(DelayMax); ok {
		longest, _ = crm.ParseInterval(strings.TrimSpace(text))
	}
	return base, max(base, longest)
}

// delayBase reads one length for all targets, or a list such as "node1:5s;node2:10s".
func delayBase(text, target string) time.Duration {
	for _, entry := range strings.FieldsFunc(text, isMapSeparator) {
		if node, value, ok := strings.Cut(entry, ":"); ok && value != "" && strings.EqualFold(node, target) {
			text = value
			break
		}
	}
	d, _ := crm.ParseInterval(text)
	return d.Truncate(time.Second)
}
