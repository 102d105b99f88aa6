package cluster

import (
	"fmt"
	"testing"

	"holdfast/cluster/internal/transcript"
	"holdfast/cluster/wire"
)

// TestAcknowledged plays changes of the configuration on three members, whose disks write
// when they are told to. Verbs, beside those of TestUpdates:
//
//	change NODE      a client asks for a change of the configuration
//	write NODE…      what these have to write is on their disks, and what they say of it arrives
func TestAcknowledged(t *testing.T) {
	transcript.Run(t, "testdata/acknowledged.txt", func() transcript.Script { return &writing{meeting: newMeeting(t)} })
}

type writing struct{ *meeting }

func (w *writing) Do(verb string, words []string) error {
	switch verb {
	case "change":
		w.client++
		value := fmt.Sprintf(`<crm_config><cluster_property_set id="o"><nvpair id="o-%d" name="x-%d" value="1"/></cluster_property_set></crm_config>`, w.client, w.client)
		w.Tell("%d asks %s for a change", w.client, words[0])
		w.step(w.named(words[0]), Asked{Client: w.client, Command: &wire.CIB{Change: wire.Change{Op: "cib_modify", Section: "crm_config", Data: value}}})
	case "write":
		for _, word := range words {
			a := w.named(word)
			w.Tell("%s writes", word)
			stores := a.stores
			a.stores = nil
			for _, s := range stores {
				w.step(a, Stored{Index: s.Index, Epoch: s.Epoch})
			}
		}
		w.deliver(len(w.queue))
	default:
		return w.meeting.Do(verb, words)
	}
	return nil
}
