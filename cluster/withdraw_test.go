package cluster

import (
	"strings"
	"testing"
	"time"

	"holdfast/cluster/executor"
	"holdfast/cluster/internal/transcript"
	"holdfast/cluster/replica"
	"holdfast/cluster/wire"
	"holdfast/crm"
)

// TestWithdrawn plays operations that wait on their node when quorum is lost, on the
// members of TestUpdates. Verbs beside its own:
//
//	order NODE TASK RSC   the coordinator orders an operation
//	ended NODE CALL CODE  an agent ended
//	history NODE          what it has recorded of all resources
func TestWithdrawn(t *testing.T) {
	transcript.Run(t, "testdata/withdrawn.txt", func() transcript.Script { return orders{petitions{newMeeting(t)}} })
}

type orders struct{ petitions }

func (o orders) Do(verb string, words []string) error {
	switch verb {
	case "order":
		a := o.named(words[0])
		c := o.nodes[a.state.coordinator().ID-1]
		c.graphs++
		key := crm.TransitionKey{Action: 1, Graph: c.graphs, UUID: c.cfg.UUID}
		a.orderedBy(o.meeting, c, wire.Operation{Task: words[1], Resource: words[2], Class: "ocf", Type: "x", Key: key.String(), Life: a.cfg.Life})
	case "ended":
		code, _ := crm.ParseOCF(words[2])
		o.step(o.named(words[0]), AgentEnded{int(words[1][0] - '0'), executor.Outcome{Status: crm.OpDone, Code: code, Exec: time.Second}})
	case "history":
		o.history(o.named(words[0]))
	default:
		return o.petitions.Do(verb, words)
	}
	return nil
}

// orderedBy has a coordinator multicast an order for this member.
func (a *attendee) orderedBy(m *meeting, c *attendee, op wire.Operation) {
	m.queue = append(m.queue, message{c.cfg.Self, wire.Encode(&wire.Execute{Sync: c.state.sync(), Node: a.cfg.Self, Op: op})})
}

func (o orders) history(a *attendee) {
	var all []string
	for _, p := range a.state.peers() {
		for rsc := range ownState(a.state.CIB, p.ID).Find("lrm", "lrm_resources").All("lrm_resource") {
			for op := range rsc.All("lrm_rsc_op") {
				all = append(all, op.ID()+" on "+string(p.Name)+": "+op.Attr("operation")+" "+op.Attr("op-status")+":"+op.Attr("rc-code"))
			}
		}
	}
	o.Tell("%s has [%s]", a.cfg.Name, strings.Join(all, ", "))
}

// TestTheWordOfAnotherHistoryOnQuorum holds that the word of another side's coordinator, held
// back until that side is gone, is not taken for one on this view, though both sides have
// counted as many views: by it this side would seem to have machines that it has not, and may
// fence them.
func TestTheWordOfAnotherHistoryOnQuorum(t *testing.T) {
	m := newMeeting(t)
	m.meet([]string{"n1", "n2", "n3"})
	m.deliver(1 << 20)
	for _, a := range m.nodes {
		for _, path := range []string{"another", a.state.Path} {
			word := &wire.Standing{Sync: wire.Sync{Epoch: a.state.Epoch, Path: path}, Machines: []crm.NodeID{2, 3}}
			a.apply(replica.Deliver{From: 2, Command: word})
			if taken := a.state.Standing == word; taken != (path == a.state.Path) {
				t.Errorf("%s: the word about path %s is taken: %v", a.cfg.Name, path, taken)
			}
		}
	}
}
