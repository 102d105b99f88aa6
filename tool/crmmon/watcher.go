package crmmon

import (
	"os"
	"os/exec"
	"strconv"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/status"
	"holdfast/tool"
)

// A watcher tells the external agent of operations that have ended, and of
// fencing if that is wanted.
type watcher struct {
	o      *options
	c      *tool.Call
	seen   map[string]string // by node and entry the transition magic
	fences map[string]bool
	first  bool // what is there at the beginning is no news
}

func newWatcher(o *options, c *tool.Call) *watcher {
	return &watcher{o: o, c: c, seen: map[string]string{}, fences: map[string]bool{}, first: true}
}

// look compares a snapshot with the one before.
func (w *watcher) look(s *snapshot) {
	if w.o.agent == "" {
		return
	}
	for state := range s.cib.Child("status").All("node_state") {
		for r := range state.Find("lrm", "lrm_resources").All("lrm_resource") {
			for op := range r.All("lrm_rsc_op") {
				w.operation(state, op)
			}
		}
	}
	if w.o.fencing {
		for _, e := range s.fences {
			w.fence(e)
		}
	}
	w.first = false
}

// operation tells of an operation that is not as it was.
func (w *watcher) operation(state, op *xml.Node) {
	magic := op.Attr("transition-magic")
	place := state.ID() + " " + op.ID()
	if magic == "" || w.seen[place] == magic {
		return
	}
	w.seen[place] = magic
	m, ok := crm.ParseTransitionMagic(magic)
	key, named := crm.ParseOpKey(entryKey(op))
	if w.first || !ok || !named || m.Status == crm.OpPending {
		return
	}
	node := op.Attr("on_node")
	if node == "" {
		node = state.Attr("uname")
	}
	desc := "OK"
	switch {
	case m.Status != crm.OpDone:
		desc = m.Status.String()
	case m.RC != m.Key.TargetRC:
		desc = m.RC.String()
	case m.RC == crm.OCFNotRunning:
		return // a probe that found what it should: no news
	}
	w.tell(map[string]string{
		"rsc": key.Resource, "node": node, "task": key.Task, "desc": desc,
		"rc": strconv.Itoa(int(m.RC)), "target_rc": strconv.Itoa(int(m.Key.TargetRC)), "status": strconv.Itoa(m.Status.Number()),
	})
}

func entryKey(op *xml.Node) string {
	if key := op.Attr("operation_key"); key != "" {
		return key
	}
	return op.ID()
}

// fence tells of a fencing action that has ended.
func (w *watcher) fence(e status.FenceEvent) {
	id := e.Target + " " + e.Action + " " + e.Completed.String()
	if e.State == status.FencePending || w.fences[id] {
		return
	}
	w.fences[id] = true
	if w.first {
		return
	}
	code, view := "0", &status.View{}
	if e.State == status.FenceFailed {
		code = "1"
	}
	w.tell(map[string]string{"node": e.Target, "task": "st_notify_fence", "desc": view.FenceText(e, true, ""), "rc": code, "target_rc": "0", "status": "0"})
}

// tell runs the external agent with what happened in its environment.
func (w *watcher) tell(facts map[string]string) {
	cmd := exec.Command(w.o.agent)
	cmd.Env = os.Environ()
	for _, name := range []string{"rsc", "node", "task", "desc", "rc", "target_rc", "status"} {
		if value, ok := facts[name]; ok {
			cmd.Env = append(cmd.Env, "CRM_notify_"+name+"="+value)
		}
	}
	if w.o.recipient != "" {
		cmd.Env = append(cmd.Env, "CRM_notify_recipient="+w.o.recipient)
	}
	if err := cmd.Start(); err != nil {
		w.c.Out.Err("Could not run %s: %v", w.o.agent, err)
		return
	}
	go cmd.Wait()
}
