package daemon

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"holdfast/cib"
	"holdfast/cluster"
)

// The last inputs of the scheduler are whole when the process ends, also one that had
// nothing to do and still waits for a newer one; nothing is written afterwards.
func TestInputsAreKeptBeforeTheEnd(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "inputs")
	p := newPlanner(dir, func(cluster.Input) {}, &logger{outs: []io.Writer{io.Discard}})
	root := cib.Empty("").Root()
	first, second := filepath.Join(dir, "pe-input-0.bz2"), filepath.Join(dir, "pe-input-1.bz2")
	p.done <- decision{name: first, number: 0, root: root}
	p.done <- decision{name: second, number: 1, root: root, nothing: true}
	p.close()
	text, err := os.ReadFile(filepath.Join(dir, "pe-input.last"))
	if err != nil || string(text) != "2\n" {
		t.Errorf("the next input is %q (%v), not the third: not all were kept", text, err)
	}
	if _, more := p.decided(); more {
		t.Error("there is still an input to be kept")
	}
}
