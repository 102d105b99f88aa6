package fencing

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"holdfast/cib/fencing"
	"holdfast/cib/idref"
	"holdfast/cib/nvset"
	"holdfast/cib/rule"
	"holdfast/cib/xml"
	"holdfast/cluster/wire"
	"holdfast/crm"
)

// Device is a configured fence device: a resource of class stonith that is not
// disabled (Pacemaker_Explained, "Fencing").
type Device struct {
	ID     string
	Agent  string
	Params []wire.Param // all instance attributes, the special pcmk_ ones included

	Started []crm.NodeName // where it is active, by the status section
	Banned  []crm.NodeName // members forbidden by a location constraint
}

// lookup is the device's parameters as package cib/fencing asks for them.
func (d *Device) lookup(name string) (string, bool) {
	for _, p := range d.Params {
		if p.Name == name {
			return p.Value, true
		}
	}
	return "", false
}

// OwnReboot reports whether the configuration gives reboots of the device another
// action (pcmk_reboot_action), such as off: then it is not ours to take apart.
func (d *Device) OwnReboot() bool {
	return fencing.AgentAction(d.lookup, "reboot") != "reboot"
}

// StaysOff reports whether the device is configured to leave off what a reboot has
// switched off (pcmk_reboot_action=off).
func (d *Device) StaysOff() bool { return fencing.AgentAction(d.lookup, "reboot") == "off" }

// HostCheck is how the targets of the device are determined. What the agent itself
// can do is not known here: without a word of the configuration it is asked for a
// list.
func (d *Device) HostCheck() fencing.Check {
	return fencing.CheckOf(d.lookup, func(action string) bool { return action == "list" })
}

// Delay returns the fixed delay before the device acts on a target, and the
// limit of the random one on top (pcmk_delay_base, pcmk_delay_max).
func (d *Device) Delay(target crm.NodeName) (base, random time.Duration) {
	base, longest := fencing.Delays(d.lookup, string(target))
	return base, longest - base
}

// plug is the name by which the device's agent knows a target.
func (d *Device) plug(target crm.NodeName) string {
	text, _ := d.lookup(fencing.HostMapParam)
	hosts, _ := fencing.ParseHostMap(text)
	if port, ok := hosts.Port(string(target)); ok {
		return port
	}
	return string(target)
}

// Digest names the device's parameters: answers to "list" are valid only for it.
func (d *Device) Digest() string {
	h := sha256.New()
	for _, p := range d.Params {
		if strings.HasPrefix(p.Name, "CRM_meta_") || p.Name == "crm_feature_set" {
			continue // an operation's parameters have these, too
		}
		h.Write([]byte(p.Name + "\x00" + p.Value + "\x00"))
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

type reach uint8

const (
	no reach = iota
	yes
	unknown
)

// reaches says whether a device can act on a target, as far as is known.
func (s *State) reaches(d *Device, target crm.NodeName) reach {
	switch d.HostCheck() {
	case fencing.AnyHost:
		return yes
	case fencing.StaticList:
		if fencing.StaticallyTargets(d.lookup, string(target)) {
			return yes
		}
		return no
	}
	known := s.Reach[d.ID]
	if known == nil || known.Digest != d.Digest() {
		return unknown
	}
	if fencing.Listed(known.Hosts, d.plug(target)) {
		return yes
	}
	return no
}

// Targets applies what a device answered.
func (s *State) Targets(c *wire.Targets) {
	s.Reach[c.Device] = &Reach{Digest: c.Digest, Hosts: c.Hosts}
}

// CanReach lists the devices that are known to, or might, act on a target.
func (s *State) CanReach(devices []Device, target crm.NodeName) []string {
	var ids []string
	for i := range devices {
		if s.reaches(&devices[i], target) != no {
			ids = append(ids, devices[i].ID)
		}
	}
	return ids
}

// Devices reads the configured fence devices of a CIB, in document order.
func Devices(root *xml.Node, now time.Time) []Device {
	config := root.Child("configuration")
	refs := idref.New(root)
	var devices []Device
	xml.Walk(config.Child("resources"), func(n *xml.Node, _ xml.Path) bool {
		if n.Kind == xml.Element && n.Name == "primitive" && n.Attr("class") == "stonith" {
			if d, ok := device(n, refs, now); ok {
				devices = append(devices, d)
			}
			return false
		}
		return true
	})
	for i := range devices {
		devices[i].Started = started(root, devices[i].ID)
		devices[i].Banned = banned(config.Child("constraints"), devices[i].ID)
	}
	return devices
}

func device(n *xml.Node, refs *idref.Index, now time.Time) (Device, bool) {
	ctx := &rule.Context{Now: now, Class: "stonith", Type: n.Attr("type")}
	meta, _ := nvset.Resolve(n, "meta_attributes", "", refs, ctx)
	if role, ok := crm.ParseRole(meta.Text("target-role")); ok && role == crm.RoleStopped {
		return Device{}, false
	}
	values, _ := nvset.Resolve(n, "instance_attributes", "", refs, ctx)
	var params []wire.Param
	for _, v := range values.List() {
		params = append(params, wire.Param{Name: v.Name, Value: v.Text})
	}
	return NewDevice(n.ID(), n.Attr("type"), params), true
}

// NewDevice makes a device of its resolved parameters.
func NewDevice(id, agent string, params []wire.Param) Device {
	return Device{ID: id, Agent: agent, Params: params}
}

// started lists the nodes on which the status section has a resource active.
func started(root *xml.Node, id string) []crm.NodeName {
	var nodes []crm.NodeName
	for state := range root.Child("status").All("node_state") {
		for rsc := range state.Find("lrm", "lrm_resources").All("lrm_resource") {
			if rsc.ID() == id && active(rsc) {
				nodes = append(nodes, crm.NodeName(state.Attr("uname")))
			}
		}
	}
	return nodes
}

// active judges a history by its newest operation: anything that went well but a
// stop leaves the device usable.
func active(rsc *xml.Node) bool {
	call, up := -2, false
	for op := range rsc.All("lrm_rsc_op") {
		n, _ := strconv.Atoi(op.Attr("call-id"))
		if n < call {
			continue
		}
		call = n
		up = op.Attr("operation") != "stop" && op.Attr("rc-code") == "0"
	}
	return up
}

// banned lists the nodes that a plain location constraint forbids.
func banned(constraints *xml.Node, id string) []crm.NodeName {
	var nodes []crm.NodeName
	for c := range constraints.All("rsc_location") {
		if c.Attr("rsc") != id {
			continue
		}
		if score, ok := crm.ParseScore(c.Attr("score")); ok && score <= -crm.Infinity {
			nodes = append(nodes, crm.NodeName(c.Attr("node")))
		}
	}
	return nodes
}
