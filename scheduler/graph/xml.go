package graph

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// XML gives the transition as controllers and crm_simulate know it.
func XML(c *model.Cluster) *xml.Node {
	w := &writer{c: c}
	root := w.root()
	root.Children = make([]*xml.Node, 0, len(c.Graph.Synapses))
	for i := range c.Graph.Synapses {
		root.Add(w.synapse(i))
	}
	return root
}

// Write writes what XML gives, indented, without making a tree of all of it: the
// graph of a large cluster that starts afresh is many times its CIB.
func Write(out io.Writer, c *model.Cluster) error {
	w := &writer{c: c}
	root := w.root()
	if len(c.Graph.Synapses) == 0 {
		_, err := io.WriteString(out, root.Indented())
		return err
	}
	// The start and end tag are those around a child that is not there.
	begin, end, _ := strings.Cut(root.Add(&xml.Node{Kind: xml.Comment}).Indented(), "  <!---->\n")
	if _, err := io.WriteString(out, begin); err != nil {
		return err
	}
	r := Read(c)
	var text []byte
	for i := range c.Graph.Synapses {
		text = xml.AppendIndented(text[:0], r.synapse(i), 1)
		if _, err := out.Write(text); err != nil {
			return err
		}
	}
	_, err := io.WriteString(out, end)
	return err
}

// A Reader gives the elements of a transition one at a time, each in the memory of
// the one before.
type Reader struct {
	writer
	empty slab
}

// Read begins to read a transition.
func Read(c *model.Cluster) *Reader {
	empty := newSlab()
	return &Reader{writer{c, empty}, empty}
}

// Action gives the element of an action. It is valid until the next call.
func (r *Reader) Action(a *model.Action) *xml.Node {
	r.slab = r.empty
	return r.action(a)
}

func (r *Reader) synapse(at int) *xml.Node {
	r.slab = r.empty
	return r.writer.synapse(at)
}

// Immediate tells whether an action is just a point in time, which nobody has to
// carry out.
func Immediate(a *model.Action) bool { return element(a) == "pseudo_event" }

type writer struct {
	c *model.Cluster
	slab
}

func (w *writer) root() *xml.Node {
	root := xml.New("transition_graph")
	for _, v := range w.c.Graph.Attrs {
		root.SetAttr(v.Name, v.Value)
	}
	return root
}

// synapse gives the synapse at a place of the graph.
func (w *writer) synapse(at int) *xml.Node {
	s := w.c.Graph.Synapses[at]
	synapse := w.node("synapse", 2, 2)
	attr(synapse, "id", strconv.Itoa(at))
	if s.Priority > 0 {
		attr(synapse, "priority", strconv.Itoa(int(s.Priority)))
	}
	count := 0
	for range s.Inputs() {
		count++
	}
	inputs := w.node("inputs", 0, count)
	for a := range s.Inputs() {
		inputs.Add(w.node("trigger", 0, 1).Add(w.reference(a, 0)))
	}
	return synapse.Add(w.node("action_set", 0, 1).Add(w.action(s.Action)), inputs)
}

// onNode tells whether an action is written with its node.
func onNode(a *model.Action) bool {
	return a.Node != nil && (a.Task == model.TaskFence || element(a) != "pseudo_event")
}

// element is the name an action is written under: what an agent does, what the
// controller does, what is just a point in time.
func element(a *model.Action) string {
	switch a.Task {
	case model.TaskFence:
		if a.Is(model.Pseudo) {
			return "pseudo_event" // a guest is fenced by its launcher
		}
		return "crm_event"
	case model.TaskShutdown, model.TaskClearFailcount, model.TaskLRMDelete:
		return "crm_event"
	}
	if a.Is(model.Pseudo) {
		return "pseudo_event"
	}
	return "rsc_op"
}

// reference writes what identifies an action, with room for children.
func (w *writer) reference(a *model.Action, children int) *xml.Node {
	e := w.node(element(a), 7, children)
	if a.Task == model.TaskLRMDelete {
		attr(e, "mode", "cib")
	}
	attr(e, "id", strconv.Itoa(a.ID()))
	attr(e, "operation", a.Task)
	if a.Resource != nil && a.Resource.HistoryID != "" {
		attr(e, "operation_key", executorKey(a))
		attr(e, "internal_operation_key", a.Key)
	} else {
		attr(e, "operation_key", a.Key)
	}
	if onNode(a) {
		attr(e, "on_node", a.Node.Name)
		attr(e, "on_node_uuid", a.Node.ID)
		if router := RouterNode(a); router != nil {
			attr(e, "router_node", router.Name)
		}
	}
	return e
}

// executorKey is the key of an action under the name that the executor knows
// the resource by.
func executorKey(a *model.Action) string {
	if a.Task == crm.TaskNotify {
		return crm.NotifyKey(a.Resource.HistoryID, a.Meta.Get("notify_type"), a.Meta.Get("notify_operation"))
	}
	task := a.Task
	if cancels := a.CancelTask(); cancels != "" {
		task = cancels
	}
	return a.Resource.HistoryID + "_" + task + "_" + strconv.FormatUint(uint64(a.Interval), 10)
}

func (w *writer) action(a *model.Action) *xml.Node {
	e := w.reference(a, 4)
	if a.Resource != nil && !a.Is(model.Pseudo) {
		w.resource(e, a)
	}
	e.Add(w.attributes(a))
	if onNode(a) {
		if downed := w.downed(a); len(downed) > 0 {
			e.Add(nodeList("downed", downed))
		}
	}
	if a.Task == model.TaskMaintenanceNodes {
		e.Add(w.maintenance())
	}
	return e
}

// resource writes whom an operation is for. "id" is the name the executor is to
// use, "long-id" the other one it might know the resource by.
func (w *writer) resource(e *xml.Node, a *model.Action) {
	r := a.Resource
	if locksToNode(a) {
		attr(e, "shutdown-lock", strconv.FormatInt(r.LockTime.Unix(), 10))
	}
	p := w.node(r.Variant.String(), 5, 0)
	switch {
	case r.Is(model.Removed) && r.HistoryID != "":
		attr(p, "id", r.HistoryID)
		attr(p, "long-id", r.ID)
	case !r.Is(model.Unique):
		long := r.ID
		if r.HistoryID != "" && r.HistoryID != r.XML.ID() {
			long = r.HistoryID
		}
		attr(p, "id", r.XML.ID())
		attr(p, "long-id", long)
	default:
		attr(p, "id", r.ID)
	}
	for _, v := range []model.Var{{Name: "class", Value: r.Class}, {Name: "provider", Value: r.Provider}, {Name: "type", Value: r.Type}} {
		if v.Value != "" {
			attr(p, v.Name, v.Value)
		}
	}
	e.Add(p)
}

// locksToNode tells whether an action must keep the shutdown lock of its
// resource: on a node that shuts down only the stop does.
func locksToNode(a *model.Action) bool {
	lock := a.Resource.LockNode
	return lock != nil && a.Node == lock && (!lock.Shutdown || a.Task == crm.TaskStop)
}

func nodeList(name string, ids []string) *xml.Node {
	list := xml.New(name)
	for _, id := range ids {
		list.Add(xml.New("node", "id", id))
	}
	return list
}

// downed lists the nodes that an action takes down.
func (w *writer) downed(a *model.Action) []string {
	switch {
	case a.Task == model.TaskShutdown:
		return []string{a.Node.ID}

	case a.Task == model.TaskFence:
		if how := a.Meta.Get("stonith_action"); how != "off" && how != "reboot" && how != "poweroff" {
			return nil
		}
		ids := []string{a.Node.ID}
		for _, r := range a.Node.Running {
			if r.Is(model.RemoteConnection) && r.Launcher != nil {
				if guest := w.c.NodeNamed(r.ID); guest != nil {
					ids = append(ids, guest.ID)
				}
			}
		}
		return ids

	case a.Resource != nil && a.Resource.Is(model.RemoteConnection) && a.Task == crm.TaskStop:
		for _, r := range a.Before {
			if r.Action.Resource == a.Resource && r.Action.Task == crm.TaskMigrateFrom {
				return nil
			}
		}
		return []string{a.Resource.ID}
	}
	return nil
}

// maintenanceChanges lists the remote nodes whose maintenance mode is not what
// the status says.
func maintenanceChanges(c *model.Cluster) []*model.Node {
	var changed []*model.Node
	for _, n := range c.ByName {
		if n.IsRemote() && n.Maintenance != n.RemoteMaint {
			changed = append(changed, n)
		}
	}
	return changed
}

func (w *writer) maintenance() *xml.Node {
	list := xml.New("maintenance")
	for _, n := range maintenanceChanges(w.c) {
		in := "0"
		if n.Maintenance {
			in = "1"
		}
		list.Add(xml.New("node", "id", n.ID, "node_in_maintenance", in))
	}
	return list
}

func sortAttrs(e *xml.Node) {
	slices.SortFunc(e.Attrs, func(a, b xml.Attr) int { return strings.Compare(a.Name, b.Name) })
}
