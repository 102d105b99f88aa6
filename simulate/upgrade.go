package simulate

import (
	"bytes"

	"holdfast/crm"
)

// oldFeatures is the feature set of software before an upgrade.
const oldFeatures = "3.19.0"

// software and featureSet are what the machine has installed: where nothing is
// upgraded, what is being developed.
func (m *machine) software() string {
	switch {
	case !m.w.plan.upgrades:
		return "simulated"
	case m.newer:
		return "simulated, next"
	}
	return "simulated, before"
}

func (m *machine) featureSet() string {
	if m.w.plan.upgrades && !m.newer {
		return oldFeatures
	}
	return crm.FeatureSet
}

// body stands before what a command says, in every frame.
var body = []byte(`"body":{`)

// dialect adds to a frame of newer software what older software does not know: it
// must be passed over.
func (p *process) dialect(frame []byte) []byte {
	if !p.m.w.plan.upgrades || !p.newer {
		return frame
	}
	before, after, ok := bytes.Cut(frame, body)
	if !ok || bytes.HasPrefix(after, []byte("}")) {
		return frame
	}
	return bytes.Join([][]byte{before, []byte(`"since":"next",`), body, []byte(`"next":{"known":false},`), after}, nil)
}
