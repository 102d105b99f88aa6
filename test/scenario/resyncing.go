package scenario

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"holdfast/test/lab"
)

// note sets a cluster option that means nothing, to be found again.
func (t *Trial) note(m *lab.Machine, name, value string) error {
	_, err := m.Run(time.Minute, "crm_attribute", "--name", name, "--update", value)
	return err
}

func (t *Trial) noted(m *lab.Machine, name string) string {
	return lastWord(t.tool(m, "crm_attribute", "--name", name, "--query", "--quiet"))
}

func lastWord(text string) string {
	for len(text) > 0 && text[len(text)-1] == '\n' {
		text = text[:len(text)-1]
	}
	return text
}

// wipe loses a machine's copy of the CIB.
func (t *Trial) wipe(m *lab.Machine) {
	dir := m.Path("var/lib/pacemaker/cib")
	list, err := os.ReadDir(dir)
	t.check(err)
	for _, f := range list {
		t.check(os.RemoveAll(filepath.Join(dir, f.Name())))
	}
}

var resyncing = []Scenario{
	{Name: "resync", About: "A node that was away, and has lost its CIB, gets the others' one.", Do: func(t *Trial) {
		m := t.any(t.Lab.Machines)
		t.stop(m)
		value := fmt.Sprint(t.rand.IntN(1e6))
		t.check(t.note(t.any(t.without(m)), "soak-note", value))
		if t.rand.IntN(2) == 0 {
			t.wipe(m)
			t.say("%s was away and lost its disk", m.Name)
		} else {
			t.say("%s was away while the configuration changed", m.Name)
		}
		t.start(m)
		t.settle(m.Name+" is back", t.all())
		if got := t.noted(m, "soak-note"); got != value {
			t.fail("%s has %q, not %q as the others wrote", m.Name, got, value)
		}
	}},
	{Name: "resync-all", About: "The whole cluster was stopped; nodes that lost their CIB get it from those that did not.", Nodes: 3, Do: func(t *Trial) {
		value := fmt.Sprint(t.rand.IntN(1e6))
		t.check(t.note(t.any(t.Lab.Machines), "soak-note", value))
		t.stop(t.Lab.Machines...)
		lost, kept := t.some(1 + t.rand.IntN(len(t.Lab.Machines)-1))
		t.say("%s lost the disk, %s did not", names(lost), names(kept))
		for _, m := range lost {
			t.wipe(m)
		}
		if 2*len(lost) > len(t.Lab.Machines) && t.rand.IntN(2) == 0 { // they have quorum, and nothing to lose
			t.start(lost...)
			t.within(bound, "they take themselves for a new cluster", func() error { return joined(lost[0]) })
		}
		t.start(t.Lab.Machines...)
		t.settle("the cluster is back", t.all())
		for _, m := range t.Lab.Machines {
			if got := t.noted(m, "soak-note"); got != value {
				t.fail("%s has %q, not %q", m.Name, got, value)
			}
		}
	}},
	{Name: "writers", About: "Administrators write on all nodes while the DC dies; what was acknowledged is there.", Do: func(t *Trial) {
		dc := t.dc()
		t.say("write on all nodes while the DC %s dies", dc.Name)
		t.expectLog("node process ended")
		begun, acked := time.Now(), make([]int, len(t.Lab.Machines))
		var all sync.WaitGroup
		for i, m := range t.Lab.Machines {
			all.Go(func() {
				// Who writes to a node that is just dying is told nothing, and goes on.
				for k := 1; k <= 12 || acked[i] == 0 && time.Since(begun) < bound; k++ {
					if t.note(m, "soak-writer-"+m.Name, fmt.Sprint(k)) == nil {
						acked[i] = k
					}
				}
			})
		}
		t.pause(600 * time.Millisecond)
		if p, ok := dc.Node(); ok {
			p.Signal(unix.SIGKILL)
		}
		all.Wait()
		t.settle("the cluster is at rest", t.all())
		for i, m := range t.Lab.Machines {
			var got int
			fmt.Sscan(t.noted(t.any(t.Lab.Machines), "soak-writer-"+m.Name), &got)
			if acked[i] == 0 || got < acked[i] {
				t.fail("%s was told that %d was written, and %d is there", m.Name, acked[i], got)
			}
		}
	}},
}
