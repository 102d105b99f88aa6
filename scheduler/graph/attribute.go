package graph

import (
	"strconv"
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/config"
	"holdfast/scheduler/model"
)

// attributes writes what an executor or controller needs for an action: the
// agent's parameters under their names, the cluster's under CRM_meta_.
func (w *writer) attributes(a *model.Action) *xml.Node {
	e := w.node("attributes", 16+len(a.Params())+len(a.Meta), 0)
	attr(e, "crm_feature_set", crm.FeatureSet)
	for _, v := range a.Params() {
		setOnce(e, v.Name, v.Value)
	}
	if a.Resource != nil && (a.Node != nil || a.Resource.Variant == model.Primitive) {
		w.params(e, a)
	}
	for _, v := range a.Meta {
		setMeta(e, v.Name, v.Value)
	}
	if onNode(a) {
		e.SetAttr("CRM_meta_on_node", a.Node.Name)
		e.SetAttr("CRM_meta_on_node_uuid", a.Node.ID)
	}
	for r := a.Resource; r != nil; r = r.Parent {
		resourceMeta(e, r)
	}
	if a.Resource != nil {
		guestMeta(e, a)
	}
	sortAttrs(e)
	return e
}

func setOnce(e *xml.Node, name, value string) {
	if _, has := e.Lookup(name); !has {
		e.SetAttr(name, value)
	}
}

// setMeta sets a meta-attribute. Names with # or : are the cluster's own notes.
func setMeta(e *xml.Node, name, value string) {
	if !strings.ContainsAny(name, "#:") {
		setOnce(e, metaName(name), value)
	}
}

func metaName(name string) string { return "CRM_meta_" + strings.ReplaceAll(name, "-", "_") }

// params writes the resource's instance attributes as the node sees them. Names
// that begin with a digit are no attribute names: those become elements.
func (w *writer) params(e *xml.Node, a *model.Action) {
	for _, v := range config.Params(w.c, a.Resource, a.Node) {
		value := v.Value
		if v.Name == "addr" && value == "#uname" {
			if host := action.BundleHost(w.c, a.Resource); host != nil {
				value = host.Name
			}
		}
		if v.Name != "" && v.Name[0] >= '0' && v.Name[0] <= '9' {
			e.Add(xml.New("param", "name", v.Name, "value", value))
			continue
		}
		setOnce(e, v.Name, value)
	}
}

// resourceMeta writes what agents are told about the resource, or about the
// clone it belongs to.
func resourceMeta(e *xml.Node, r *model.Resource) {
	switch r.Variant {
	case model.Primitive:
		for _, name := range []string{"clone", "remote-node"} {
			if value, has := r.Meta.Lookup(name); has {
				e.SetAttr(metaName(name), value)
			}
		}
		for p := r; p != nil; p = p.Parent {
			if p.Launcher != nil {
				e.SetAttr("CRM_meta_container", p.Launcher.ID)
			}
		}
		if value, has := r.Meta.Lookup("external-ip"); has {
			e.SetAttr("pcmk_external_ip", value)
		}
	case model.Clone:
		cloneMeta(e, r)
	}
}

func cloneMeta(e *xml.Node, clone *model.Resource) {
	d := clone.CloneData
	e.SetAttr("CRM_meta_globally_unique", strconv.FormatBool(clone.Is(model.Unique)))
	e.SetAttr("CRM_meta_notify", strconv.FormatBool(clone.Is(model.Notify)))
	e.SetAttr("CRM_meta_clone_max", strconv.Itoa(d.Max))
	e.SetAttr("CRM_meta_clone_node_max", strconv.Itoa(d.NodeMax))
	if clone.Is(model.Promotable) {
		// Agents may know either name.
		for _, prefix := range []string{"promoted", "master"} {
			e.SetAttr("CRM_meta_"+prefix+"_max", strconv.Itoa(d.PromotedMax))
			e.SetAttr("CRM_meta_"+prefix+"_node_max", strconv.Itoa(d.PromotedNodeMax))
		}
	}
}

// guestMeta tells an action on a guest node which host the guest is on: where it
// is now for what goes down, where it will be for what comes up.
func guestMeta(e *xml.Node, a *model.Action) {
	if !a.Node.IsGuest() {
		return
	}
	launcher := a.Node.Remote.Launcher
	task := a.Task
	if task == crm.TaskNotify || task == model.TaskNotified {
		task = a.Meta.Get("notify_operation")
	}
	var host *model.Node
	switch task {
	case crm.TaskStop, model.TaskStopped, crm.TaskDemote, model.TaskDemoted:
		host = launcher.CurrentNode()
	case crm.TaskStart, model.TaskRunning, crm.TaskMonitor, crm.TaskPromote, model.TaskPromoted:
		host = launcher.Assigned
	}
	if host == nil {
		return
	}
	if target, has := a.Resource.Meta.Lookup("container-attribute-target"); has {
		setMeta(e, "container-attribute-target", target)
	}
	setMeta(e, "physical-host", host.Name)
}

// RouterNode is the cluster node that an action on a remote node goes through;
// nil for others. While the connection moves, what goes down is done from its
// old place, all else from the new one.
func RouterNode(a *model.Action) *model.Node {
	if a.Task == model.TaskFence || !a.Node.IsRemote() || a.Node.Remote == nil {
		return nil
	}
	remote := a.Node.Remote
	from, to := remote.CurrentNode(), remote.Assigned
	if from == nil || from == to {
		return to
	}
	if to == nil {
		return from
	}
	task := a.Task
	if task == crm.TaskNotify {
		task = a.Meta.Get("notify_operation")
	}
	// A connection half migrated is already served by the target.
	if remote.Launcher == nil && remote.PartialTarget != nil {
		return to
	}
	switch task {
	case crm.TaskCancel, crm.TaskStop, crm.TaskDemote, crm.TaskMigrateFrom, crm.TaskMigrateTo:
		return from
	}
	return to
}
