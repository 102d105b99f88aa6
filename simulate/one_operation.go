package simulate

import "holdfast/cluster/wire"

// alone is called when an agent is about to start: no other may be at work on the
// same resource of the same machine, not even one that an earlier process left.
// (Design, section 6: one operation at a time per resource.)
func (t *truth) alone(m *machine, op wire.Operation) {
	for _, r := range m.runs {
		if r.op.Resource == op.Resource {
			t.w.violated("one operation at a time: %s of %s begins on %s beside another operation of it", op.Task, op.Resource, m.life())
		}
	}
}
