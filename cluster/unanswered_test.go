package cluster

import (
	"testing"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/cluster/internal/transcript"
	"holdfast/cluster/wire"
	"holdfast/crm"
)

// TestUnanswered plays requests that have no place in the history that goes on, on the
// members of TestUpdates. Verbs beside its own:
//
//	change NODE           a client asks to bump the configuration
//	fence NODE TARGET     a client asks to have a node fenced; the agent does not answer
//	device NODE           a client asks for a fence device in the configuration
//	apart NODE…           like view, but what is under way arrives after it
func TestUnanswered(t *testing.T) {
	transcript.Run(t, "testdata/unanswered.txt", func() transcript.Script { return petitions{newMeeting(t)} })
}

type petitions struct{ *meeting }

func (p petitions) Do(verb string, words []string) error {
	switch verb {
	case "change":
		p.petition(words[0], "a change", &wire.CIB{Change: wire.NewChange(cib.Request{Op: cib.Bump})})
	case "fence":
		p.petition(words[0], "the fencing of "+words[1], &wire.Fence{Target: crm.NodeName(words[1]), Action: "off", Time: p.now.Unix()})
	case "device":
		p.petition(words[0], "a fence device", &wire.CIB{Change: wire.NewChange(cib.Request{Op: cib.Create, Section: "resources",
			Data: xml.New("primitive", "id", "f", "class", "stonith", "type", "fence_x")})})
	case "apart":
		under := p.queue
		p.queue = nil
		p.meet(words)
		p.queue = append(under, p.queue...)
	default:
		return p.meeting.Do(verb, words)
	}
	return nil
}

func (p petitions) petition(node, what string, c wire.Command) {
	p.client++
	p.Tell("%d asks %s for %s", p.client, node, what)
	p.step(p.named(node), Asked{Client: p.client, Command: c})
}
