package status

import (
	"strconv"
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// failedProbe is the probe that found the resource's agent missing, nil if there
// is none. It is no failure but a remark on the resource. Without a node, any
// node's probe will do.
func (v *View) failedProbe(r *model.Resource, node *model.Node) *xml.Node {
	if len(v.FailedOps) == 0 {
		return nil
	}
	id := r.ID
	if top := r.Top(false); top.Variant == model.Clone {
		id = childID(top)
	}
	for _, f := range v.FailedOps {
		on, ok := f.Op.Lookup("on_node")
		if !maskedProbe(f.Op) || !ok || node != nil && !strings.EqualFold(on, node.Name) {
			continue
		}
		if key, ok := crm.ParseOpKey(historyKey(f.Op)); ok && key.Resource == id {
			return f.Op
		}
	}
	return nil
}

// maskedProbe tells whether a failed operation is a probe that found that the
// resource cannot run there: nothing is installed, or a parameter is wrong.
func maskedProbe(op *xml.Node) bool {
	if op.Attr("operation") != "monitor" || intAttr(op, "interval") != 0 {
		return false
	}
	code := intAttr(op, "rc-code")
	return code == int(crm.ExitNotInstalled) || code == int(crm.ExitInvalidParam) ||
		intAttr(op, "op-status") == crm.OpNotInstalled.Number()
}

// historyKey is the operation key of a history entry.
func historyKey(op *xml.Node) string {
	if key := op.Attr("operation_key"); key != "" {
		return key
	}
	return op.ID()
}

func intAttr(n *xml.Node, name string) int {
	i, _ := strconv.Atoi(n.Attr(name))
	return i
}

// exitText describes the exit code of a history entry.
func exitText(op *xml.Node) string { return crm.ExitCode(intAttr(op, "rc-code")).String() }
