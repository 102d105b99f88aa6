package main

import (
	"fmt"
	"strings"
)

var onFails = []string{"ignore", "block", "stop", "restart", "fence", "standby", "demote", "restart-container"}

// drawResource adds a resource of some kind.
func (e *estate) drawResource() {
	switch e.IntN(12) {
	case 0, 1, 2:
		e.top(e.primitive("", false))
	case 3, 4:
		e.top(e.group())
	case 5, 6:
		e.top(e.clone(false))
	case 7, 8:
		e.top(e.clone(true))
	case 9:
		e.top(e.bundle())
	case 10:
		e.remote()
	default:
		e.guest()
	}
}

// top adds a resource that constraints can name.
func (e *estate) top(text, id string) {
	e.resources.WriteString(text)
	e.tops = append(e.tops, id)
}

// metaPairs draws meta-attributes; what says nothing about a kind of resource is
// without effect, and must be.
func (e *estate) metaPairs(more ...values) string {
	return e.some(metas, 24) + e.some(more, 6)
}

// primitive draws a plain one.
func (e *estate) primitive(meta string, promotable bool) (text, id string) {
	id = e.id("r")
	kind := "Dummy"
	if promotable {
		kind = "Stateful"
	}
	e.primitives = append(e.primitives, id)
	params := e.some([]values{{"state", []string{"x", "y"}}, {"fake", []string{"1"}}}, 5)
	meta += e.metaPairs(values{"allow-migrate", yesno}, values{"failure-timeout", []string{"1m", "2h"}}, values{"allow-unhealthy-nodes", yesno})
	return fmt.Sprintf(`<primitive id="%s" %s>%s%s%s%s</primitive>`, id, e.agent(kind), e.set("meta_attributes", meta),
		e.set("instance_attributes", params), e.operations(promotable), e.set("utilization", e.some(nodeCapacities, 7))), id
}

// agent draws what a resource is carried out by; a template says it for many.
func (e *estate) agent(kind string) string {
	switch {
	case kind != "Dummy":
	case e.template != "" && e.chance(3):
		return fmt.Sprintf(`template="%s"`, e.template)
	case e.chance(10):
		return e.pick(`class="systemd" type="thing"`, `class="lsb" type="thing"`, `class="service" type="thing"`)
	}
	return fmt.Sprintf(`class="ocf" provider="pacemaker" type="%s"`, kind)
}

// drawTemplate adds what several resources have in common; constraints can name it.
func (e *estate) drawTemplate() {
	if !e.chance(4) {
		return
	}
	text, _ := e.primitive("", false)
	id := e.primitives[0]
	e.primitives, e.template = nil, id
	e.top(strings.ReplaceAll(strings.ReplaceAll(text, "<primitive ", "<template "), "</primitive>", "</template>"), id)
}

// tags gives some of the resources a name in common.
func (e *estate) tags() string {
	if len(e.tops) == 0 || !e.chance(4) {
		return ""
	}
	refs := ""
	for _, i := range e.Perm(len(e.tops))[:1+e.IntN(min(3, len(e.tops)))] {
		refs += fmt.Sprintf(`<obj_ref id="%s"/>`, e.tops[i])
	}
	id := e.id("tag")
	e.tops = append(e.tops, id)
	return fmt.Sprintf(`<tags><tag id="%s">%s</tag></tags>`, id, refs)
}

// operations draws monitors of the roles that matter, and other operations.
func (e *estate) operations(promotable bool) string {
	var b strings.Builder
	op := func(name, interval, more string) {
		if e.chance(5) {
			more += fmt.Sprintf(` on-fail="%s"`, e.pick(onFails...))
		}
		fmt.Fprintf(&b, `<op id="%s" name="%s" interval="%s"%s/>`, e.id("o"), name, interval, more)
	}
	if e.chance(2) {
		op("monitor", "10s", e.pick("", ` timeout="40s"`, ` start-delay="5s"`, ` enabled="false"`))
	}
	if promotable && e.chance(2) {
		op("monitor", "9s", ` role="Promoted"`)
	}
	if e.chance(8) {
		op("monitor", "11s", ` role="Stopped"`)
	}
	for _, name := range []string{"start", "stop", "promote", "demote", "migrate_to", "migrate_from"} {
		if e.chance(8) {
			op(name, "0s", "")
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "<operations>" + b.String() + "</operations>"
}

func (e *estate) group() (text, id string) {
	id = e.id("g")
	for range 1 + e.IntN(3) {
		member, name := e.primitive("", false)
		text += member
		if e.chance(4) {
			e.tops = append(e.tops, name)
		}
	}
	return fmt.Sprintf(`<group id="%s">%s%s</group>`, id, e.set("meta_attributes", e.metaPairs(values{"ordered", yesno}, values{"colocated", yesno})), text), id
}

func (e *estate) clone(promotable bool) (text, id string) {
	id = e.id("c")
	inner, of := "", e.primitives
	if e.chance(3) {
		inner, _ = e.group()
		inner = strings.ReplaceAll(inner, `type="Dummy"`, `type="Stateful"`)
	} else {
		inner, _ = e.primitive("", promotable)
	}
	of = e.primitives[len(of):]
	meta := e.some([]values{{"interleave", yesno}, {"notify", yesno}, {"ordered", yesno}, {"globally-unique", yesno}, {"clone-max", []string{"1", "2", "3"}},
		{"clone-node-max", []string{"1", "2"}}, {"clone-min", []string{"1", "2"}}}, 4) + e.some(metas[7:10], 9)
	if promotable {
		meta += e.pair("promotable", "true") + e.some([]values{{"promoted-max", []string{"1", "2"}}, {"promoted-node-max", []string{"1", "2"}}}, 4)
		e.promotable = append(e.promotable, id)
		e.promotionScores(of)
	}
	return fmt.Sprintf(`<clone id="%s">%s%s</clone>`, id, e.set("meta_attributes", meta), inner), id
}

// promotionScores lets nodes say how much they want to have resources promoted.
func (e *estate) promotionScores(of []string) {
	text := e.members.String()
	for _, r := range of {
		for _, n := range e.nodes {
			if e.chance(3) {
				continue
			}
			at := fmt.Sprintf(`uname="%s">`, n)
			text = strings.Replace(text, at, at+e.set("instance_attributes", e.pair("master-"+r, e.pick("5", "10", "100", "INFINITY", "-1", "0"))), 1)
		}
	}
	e.members.Reset()
	e.members.WriteString(text)
}

// bundle draws containers, with an address or none, and what runs inside.
func (e *estate) bundle() (text, id string) {
	id = e.id("b")
	container := fmt.Sprintf(`<%s image="i:1" replicas="%s"`, e.pick("docker", "podman"), e.pick("1", "2", "3"))
	container += e.pick("", "", ` replicas-per-host="2"`, ` run-command="/bin/run"`, ` options="-t"`)
	promotable := e.chance(2)
	if promotable {
		container += e.pick(` promoted-max="1"`, ` promoted-max="2"`)
	}
	network := e.pick(`<network ip-range-start="10.0.0.1" host-interface="eth0" host-netmask="24"/>`, `<network control-port="3121"/>`,
		fmt.Sprintf(`<network control-port="9999"><port-mapping id="%s" port="80"/></network>`, e.id("m")))
	storage := ""
	if e.chance(2) {
		storage = fmt.Sprintf(`<storage><storage-mapping id="%s" source-dir%s="/s" target-dir="/t" options="rw"/></storage>`, e.id("m"), e.pick("", "-root"))
	}
	inner := ""
	if !e.chance(5) {
		inner, _ = e.primitive(e.some([]values{{"container-attribute-target", []string{"host"}}}, 4), promotable)
		if promotable {
			e.promotable = append(e.promotable, id)
		}
	}
	meta := e.set("meta_attributes", e.metaPairs())
	return fmt.Sprintf(`<bundle id="%s">%s%s/>%s%s%s</bundle>`, id, meta, container, network, storage, inner), id
}

// remote draws the connection to a remote node.
func (e *estate) remote() {
	id := e.id("remote")
	e.remotes = append(e.remotes, id)
	e.top(fmt.Sprintf(`<primitive id="%s" class="ocf" provider="pacemaker" type="remote">%s%s%s</primitive>`, id, e.set("meta_attributes", e.metaPairs()),
		e.set("instance_attributes", e.some([]values{{"reconnect_interval", []string{"60"}}, {"server", []string{"10.0.0.9"}}}, 2)), e.operations(false)), id)
}

// guest draws a machine in which services can run.
func (e *estate) guest() {
	node := e.id("guest")
	e.remotes = append(e.remotes, node)
	meta := e.pair("remote-node", node) + e.some([]values{{"remote-allow-migrate", yesno}, {"remote-port", []string{"3122"}}, {"remote-connect-timeout", []string{"90s"}}}, 4)
	text, id := e.primitive(meta, false)
	e.top(text, id)
}

// drawFencing adds devices, some of which give nodes access to something.
func (e *estate) drawFencing() {
	for range e.IntN(4) {
		id := e.id("f")
		e.devices = append(e.devices, id)
		params := e.some([]values{{"pcmk_host_list", []string{"n1", "n1 n2", "n2 n3"}}, {"pcmk_delay_max", []string{"5s"}}}, 2)
		meta := e.some([]values{{"provides", []string{"unfencing"}}, {"requires", []string{"nothing", "quorum"}}, {"target-role", []string{"Stopped"}}}, 5)
		fmt.Fprintf(&e.resources, `<primitive id="%s" class="stonith" type="%s">%s%s%s</primitive>`, id, e.pick("fence_xvm", "fence_scsi", "external/ssh"),
			e.set("meta_attributes", meta), e.set("instance_attributes", params), e.operations(false))
	}
}

// topology draws levels of fencing.
func (e *estate) topology() string {
	if len(e.devices) == 0 || !e.chance(3) {
		return ""
	}
	for i := range 1 + e.IntN(3) {
		target := e.pick(fmt.Sprintf(`target="%s"`, e.pick(e.nodes...)), `target-pattern="n[0-9]"`, `target-attribute="site" target-value="a"`)
		fmt.Fprintf(&e.levels, `<fencing-level id="%s" %s index="%d" devices="%s"/>`, e.id("l"), target, 1+i, strings.Join(e.devices[e.IntN(len(e.devices)):], ","))
	}
	return "<fencing-topology>" + e.levels.String() + "</fencing-topology>"
}
