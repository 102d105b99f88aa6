package main

import (
	"fmt"
	"strings"
)

// drawConstraint adds a constraint of some kind.
func (e *estate) drawConstraint() {
	if len(e.tops) == 0 {
		return
	}
	id := e.id("k")
	switch e.IntN(10) {
	case 0, 1:
		e.location(id)
	case 2:
		e.locationByRule(id)
	case 3, 4:
		fmt.Fprintf(&e.constraints, `<rsc_colocation id="%s" rsc="%s" with-rsc="%s" score="%s"%s/>`, id, e.pick(e.tops...), e.pick(e.tops...), e.pick(scores...),
			e.details(map[string][]string{"rsc-role": roles, "with-rsc-role": roles, "influence": yesno, "node-attribute": {"site"}}, "rsc-role", "with-rsc-role", "influence", "node-attribute"))
	case 5, 6:
		tasks := []string{"start", "stop", "promote", "demote"}
		first, then := e.pick(e.tops...), e.pick(e.tops...)
		if first == then {
			return // the reference dies of it
		}
		fmt.Fprintf(&e.constraints, `<rsc_order id="%s" first="%s" then="%s"%s/>`, id, first, then,
			e.details(map[string][]string{"first-action": tasks, "then-action": tasks, "kind": {"Optional", "Mandatory", "Serialize"}, "symmetrical": yesno, "require-all": yesno},
				"first-action", "then-action", "kind", "symmetrical", "require-all"))
	case 7:
		fmt.Fprintf(&e.constraints, `<rsc_colocation id="%s" score="%s">%s</rsc_colocation>`, id, e.pick(scores...), e.sets("sequential", "role"))
	case 8:
		fmt.Fprintf(&e.constraints, `<rsc_order id="%s"%s>%s</rsc_order>`, id, e.details(map[string][]string{"kind": {"Optional", "Mandatory", "Serialize"},
			"symmetrical": yesno}, "kind", "symmetrical"), e.sets("sequential", "require-all", "action"))
	default:
		e.ticket(id)
	}
}

// details draws some attributes.
func (e *estate) details(list map[string][]string, names ...string) string {
	text := ""
	for _, name := range names {
		if e.chance(4) {
			text += fmt.Sprintf(` %s="%s"`, name, e.pick(list[name]...))
		}
	}
	return text
}

// location draws a wish of a resource, of those of a pattern, or of a set.
func (e *estate) location(id string) {
	whose := fmt.Sprintf(`rsc="%s"`, e.pick(e.tops...))
	if e.chance(6) {
		whose = fmt.Sprintf(`rsc-pattern="%s"`, e.pick("r.*", "!c.*", "^[gb]", "r1$"))
	}
	node := e.pick(append(e.remotes, e.nodes...)...)
	fmt.Fprintf(&e.constraints, `<rsc_location id="%s" %s node="%s" score="%s"%s/>`, id, whose, node, e.pick(scores...),
		e.details(map[string][]string{"role": {"Promoted", "Started", "Unpromoted"}, "resource-discovery": {"never", "exclusive", "always"}}, "role", "resource-discovery"))
}

func (e *estate) locationByRule(id string) {
	score := fmt.Sprintf(`score="%s"`, e.pick(scores...))
	if e.chance(5) {
		score = `score-attribute="pingd"`
	}
	rule := fmt.Sprintf(`<rule id="%s" %s%s boolean-op="%s">%s%s</rule>`, e.id("rule"), score, e.pick("", "", ` role="Promoted"`), e.pick("and", "or"), e.expression(), e.expression())
	fmt.Fprintf(&e.constraints, `<rsc_location id="%s" rsc="%s">%s</rsc_location>`, id, e.pick(e.tops...), rule)
}

func (e *estate) expression() string {
	id := e.id("x")
	switch e.IntN(7) {
	case 6:
		return fmt.Sprintf(`<rule id="%s" boolean-op="%s">%s%s</rule>`, id, e.pick("and", "or"), e.expression(), e.expression())
	case 0:
		return fmt.Sprintf(`<expression id="%s" attribute="%s" operation="%s"/>`, id, e.pick("pingd", "site", "disk"), e.pick("defined", "not_defined"))
	case 1:
		return fmt.Sprintf(`<date_expression id="%s" operation="date_spec"><date_spec id="%ss" %s/></date_expression>`, id, id, e.pick(`hours="9-16"`, `weekdays="1-5"`, `years="2026"`))
	case 2:
		return fmt.Sprintf(`<date_expression id="%s" operation="%s" %s="2026-01-01 %s:00:00Z"/>`, id, "lt", "end", e.pick("11", "13", "23"))
	case 3:
		return fmt.Sprintf(`<expression id="%s" attribute="site" operation="%s" value="state" value-source="param"/>`, id, e.pick("eq", "ne"))
	}
	return fmt.Sprintf(`<expression id="%s" attribute="%s" operation="%s" value="%s"%s/>`, id, e.pick("pingd", "site", "disk", "#uname", "#kind", "#ra-version", "standby"),
		e.pick("eq", "ne", "lt", "gt", "lte", "gte"), e.pick("a", "n1", "n2", "100", "20", "remote", "container", "cluster"), e.pick("", "", ` type="integer"`, ` type="version"`))
}

// sets draws one to three sets of resources.
func (e *estate) sets(names ...string) string {
	values := map[string][]string{"sequential": yesno, "role": roles, "require-all": yesno, "action": {"start", "stop", "promote", "demote"}}
	text := ""
	free := e.Perm(len(e.tops)) // the reference dies of a resource that is before itself
	for range 1 + e.IntN(3) {
		members := ""
		for range 1 + e.IntN(3) {
			if len(free) > 0 {
				members += fmt.Sprintf(`<resource_ref id="%s"/>`, e.tops[free[0]])
				free = free[1:]
			}
		}
		if members != "" {
			text += fmt.Sprintf(`<resource_set id="%s"%s>%s</resource_set>`, e.id("set"), e.details(values, names...), members)
		}
	}
	return text
}

func (e *estate) ticket(id string) {
	if e.chance(3) {
		fmt.Fprintf(&e.constraints, `<rsc_ticket id="%s" ticket="T1" loss-policy="%s">%s</rsc_ticket>`, id, e.pick("stop", "demote", "fence", "freeze"), e.sets("role"))
		return
	}
	whose := e.pick(e.tops...)
	if len(e.promotable) > 0 && e.chance(2) {
		whose = e.pick(e.promotable...)
	}
	fmt.Fprintf(&e.constraints, `<rsc_ticket id="%s" rsc="%s"%s ticket="%s" loss-policy="%s"/>`, id, whose,
		strings.TrimRight(e.pick("", "", ` rsc-role="Promoted"`, ` rsc-role="Started"`, ` rsc-role="Unpromoted"`), " "), e.pick("T1", "T2"), e.pick("stop", "demote", "fence", "freeze"))
}
