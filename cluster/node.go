package cluster

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/cluster/attribute"
	"holdfast/cluster/controller"
	"holdfast/cluster/executor"
	"holdfast/cluster/fencing"
	"holdfast/cluster/replica"
	"holdfast/cluster/transition"
	"holdfast/cluster/view"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/internal/mutant"
)

// Config is what a node is born with.
type Config struct {
	Self       crm.NodeID
	Name       crm.NodeName
	Life       wire.Incarnation
	Software   string
	FeatureSet string
	UUID       string // names this process's transitions
	Cluster    string // the cluster's name, "" if the engine has none
	Stack      string // cluster-infrastructure, such as corosync

	CIB     *xml.Node    // as stored; status is ignored
	Lineage wire.Lineage // as stored with the CIB
	Nodes   []view.Node

	// First says that no process of this life was before this one, so that nothing of
	// the cluster can be running here yet.
	First bool
	// Uncertain are resources that an earlier process of this life was changing
	// when it died: what they are now must be found out. The driver answers for
	// the agent of the first with AgentEnded for call 1, and so on.
	Uncertain []string
	// Watched are resources that an agent of that process still looks at: what is
	// known of them stands, but one operation at a time. Their calls are numbered
	// behind those of Uncertain.
	Watched []string

	// Digest is the op-digest of an operation.
	Digest func(wire.Operation) string
}

// Node is one member of the cluster. Use New; the zero value is not usable.
type Node struct {
	cfg     Config
	state   *State
	replica *replica.Replica
	control *controller.Controller
	exec    *executor.Executor
	trans   *transition.Transition

	view    view.View             // the engine's newest word
	lonely  bool                  // the engine is gone: we are a partition of our own
	loop    [][]byte              // what we say to ourselves then
	said    []saying              // results of ours that have no place in the log yet
	place   uint64                // in the log, of the command that is carried out
	views   int                   // counts the views of members
	met     wire.Sync             // the view in which the members last said hello: equal on all in sync
	steps   map[string]*fenceStep // how the last fence call of ours for each request ended
	live    bool                  // the state holds the cluster's status, not only our configuration
	current bool                  // we have had quorum without a break since the state was blessed
	broken  bool                  // others may have gone on without us since we heard hellos
	lineage wire.Lineage
	leaving bool         // Leave was asked for
	told    []crm.NodeID // machines of whose coming alerts have told

	condemned bool // fenced, and alive all the same
	nodes     []view.Node

	timers   map[uint64]func(time.Time) // what to do at the end of each timer
	timer    uint64
	requests uint64
	pending  map[uint64]*request // ours, by their number in the log
	updates  updates             // of attributes, accepted here
	disks    disks
	abandon  map[crm.NodeID]uint64 // timers of those who left without leave
	recheck  uint64                // timer of the scheduler's next look
	patience uint64                // timer of the wait for operations of before
	bounds   map[string]uint64     // timers of open fencing requests, on the coordinator
	calls    map[string]int        // fence agents at work here, by request: the step
	graphs   int

	unseenOver bool // the wait for nodes that nobody has seen is over
	estranged  bool // the engine was gone, and has not found all others again

	now time.Time
	out []Effect
}

// request is something that a local client asked for and waits for.
type request struct {
	client uint64
	result Result
	stage  stage
	index  uint64 // the log index whose storage it waits for, 0 while it is not applied

	quorate bool // this side had quorum when it was applied

	update  *wire.Attribute // if that is what was asked for
	applied bool            // here
	have    []crm.NodeID    // who else has applied it, if the client waits for all
}

// New returns a node that waits for its first view.
func New(cfg Config) *Node {
	n := &Node{
		cfg: cfg, control: controller.New(), lineage: cfg.Lineage, nodes: cfg.Nodes,
		exec:    executor.New(cfg.Digest),
		state:   &State{CIB: cib.WithEmptyStatus(cfg.CIB), Attributes: attribute.New(), Fencing: fencing.NewState(), Peers: map[crm.NodeID]*Peer{}},
		timers:  map[uint64]func(time.Time){},
		pending: map[uint64]*request{}, abandon: map[crm.NodeID]uint64{}, bounds: map[string]uint64{}, calls: map[string]int{}, steps: map[string]*fenceStep{},
	}
	for i, name := range slices.Concat(cfg.Uncertain, cfg.Watched) {
		if mutant.On(mutant.LeftoverIgnored) {
			break
		}
		n.exec.Leftover(i+1, name)
	}
	n.replica = replica.New(cfg.Self, (*keeper)(n))
	return n
}

// CIB returns the document as it stands. It is immutable.
func (n *Node) CIB() *xml.Node { return n.state.CIB }

// Self is the node's id.
func (n *Node) Self() crm.NodeID { return n.cfg.Self }

// State returns the replicated state, to look at between steps.
func (n *Node) State() *State { return n.state }

// Activity returns what the node is doing.
func (n *Node) Activity() controller.State { return n.control.State() }

// Holds lists why the coordinator waits.
func (n *Node) Holds() []string { return n.control.Holds() }

// Coordinator returns the name of the coordinator, "" if there is none now.
func (n *Node) Coordinator() crm.NodeName {
	if dc := n.state.coordinator(); dc != nil && n.replica.InSync() {
		return dc.Name
	}
	return ""
}

// InSync reports whether the node shares the state of its view.
func (n *Node) InSync() bool { return n.replica.InSync() }

// Index is the node's place in the log.
func (n *Node) Index() uint64 { return n.replica.Index() }

// Quorate reports whether the coordinator has said that this view has quorum, and
// its history is the newest there can be.
func (n *Node) Quorate() bool {
	return n.InSync() && n.state.Standing != nil && n.state.Standing.Quorate && n.state.Blessed
}

// Step takes one input and returns what must now happen, in the order in which
// it must happen.
func (n *Node) Step(now time.Time, in Input) []Effect {
	n.now, n.out = now, nil
	switch in := in.(type) {
	case ViewChanged:
		n.viewChanged(in.View)
	case Received:
		n.received(in)
	case NodesListed:
		n.nodes = in.Nodes
		n.nameNodes()
	case EngineLost:
		n.engineLost(in.Err)
	case TimerEnded:
		if f := n.timers[in.Serial]; f != nil {
			delete(n.timers, in.Serial)
			f(now)
		}
	case AgentEnded:
		n.executed(n.exec.Ended(now, in.CallID, in.Outcome))
	case FenceEnded:
		n.fenceEnded(in.Step)
	case Reached:
		n.multicast(&in.Targets)
	case Scheduled:
		n.scheduled(in)
	case Stored:
		n.storedOwn(in)
	case Asked:
		n.asked(in)
	case Read:
		n.askedRead(in)
	case Leave:
		n.leave()
	}
	for len(n.loop) > 0 {
		frame := n.loop[0]
		n.loop = n.loop[1:]
		n.received(Received{From: n.cfg.Self, Data: frame})
	}
	return n.out
}

func (n *Node) do(e Effect) { n.out = append(n.out, e) }

func (n *Node) log(level Level, format string, args ...any) {
	n.do(Log{level, fmt.Sprintf(format, args...)})
}

func (n *Node) multicast(c wire.Command) {
	n.sayUnsaid()
	frame := wire.Encode(c)
	if n.lonely {
		n.loop = append(n.loop, frame)
		return
	}
	n.do(Multicast{frame})
}

// after has f called after a time, unless the timer is dropped first.
func (n *Node) after(d time.Duration, f func(time.Time)) uint64 {
	n.timer++
	n.timers[n.timer] = f
	n.do(SetTimer{n.timer, d})
	return n.timer
}

func (n *Node) drop(timer uint64) { delete(n.timers, timer) }

// keeper is the node as the replica sees it.
type keeper Node

// Describe fills in the hello of this node.
func (k *keeper) Describe() wire.Hello {
	n := (*Node)(k)
	h := wire.Hello{
		Name: n.cfg.Name, Incarnation: n.cfg.Life, Software: n.cfg.Software, FeatureSet: n.cfg.FeatureSet,
		Configured: len(n.nodes), Current: n.current, Lineage: n.lineage, Live: n.live, Formed: n.live && n.state.Formed, CIB: versionOf(n.state.CIB), Digest: configDigest(n.state.CIB),
		Epoch: n.state.Epoch, Path: n.state.Path, Uncertain: n.cfg.Uncertain, Time: n.now.Unix(),
	}
	if n.live {
		if own := ownState(n.state.CIB, n.cfg.Self); own != nil {
			h.Own = own.String()
		}
		if p := n.state.Peers[n.cfg.Self]; p != nil {
			h.Held, h.Updates = n.state.Attributes.Held(n.cfg.Name), p.OwnUpdates
		}
	}
	return h
}

// Save encodes the replicated state.
func (k *keeper) Save() json.RawMessage { return k.state.encode() }

// Adopt replaces the replicated state by that of another member.
func (k *keeper) Adopt(data json.RawMessage) error {
	n := (*Node)(k)
	s, err := decodeState(data)
	if err != nil {
		return err
	}
	n.keepLost(s)
	n.state = s
	return nil
}

// keepLost saves our configuration if it loses against one that does not simply
// continue it.
func (n *Node) keepLost(winner *State) {
	mine, theirs := versionOf(n.state.CIB), versionOf(winner.CIB)
	if configDigest(n.state.CIB) == configDigest(winner.CIB) || mine.Less(theirs) {
		return
	}
	why := fmt.Sprintf("its version %d.%d.%d is not older than the cluster's %d.%d.%d", mine[0], mine[1], mine[2], theirs[0], theirs[1], theirs[2])
	n.do(KeepLost{n.state.CIB, why})
}
