package enginetest

import (
	"testing"
	"time"

	"holdfast/crm"
	"holdfast/host/engine"
)

// Cluster is an engine under test: machines 1 to Size, all switched on, with no
// member on them. Its methods are bounded and fail the test themselves.
type Cluster interface {
	// Size is the number of machines, at least 3.
	Size() int
	// Open starts a member on a machine.
	Open(t testing.TB, id crm.NodeID) engine.Engine
	// Kill ends a member as the death of its process would; its machine stays.
	Kill(t testing.TB, e engine.Engine)
	// PowerOff kills a machine with everything on it; PowerOn brings it back.
	PowerOff(t testing.TB, id crm.NodeID)
	PowerOn(t testing.TB, id crm.NodeID)
	// RestartEngine kills what the members on this machine are connected to, and
	// starts it again.
	RestartEngine(t testing.TB, id crm.NodeID)
}

// Splitter is a Cluster with a network that can be cut.
type Splitter interface {
	// Isolate cuts a machine off; Heal connects all again.
	Isolate(t testing.TB, id crm.NodeID)
	Heal(t testing.TB)
}

// Limits of waiting.
const (
	soon = 5 * time.Second  // within one view
	late = 20 * time.Second // a change of the membership
)

// Run plays every scene against the cluster. The scenes leave it whole.
func Run(t *testing.T, c Cluster) {
	scenes := []struct {
		name string
		play func(*testing.T, Cluster)
	}{
		{"EveryMemberReachesTheCommonView", formation},
		{"MessagesComeInOneOrderToAll", totalOrder},
		{"LargeMessagesArriveWhole", largeMessages},
		{"ASlowReceiverHoldsUpNobody", slowReceiver},
		{"LeavingIsToldAsLeaving", leaving},
		{"ADyingProcessIsToldWithItsMachineStillThere", processDeath},
		{"ADyingMachineIsToldAsNodeDown", machineDeath},
		{"ARestartedEngineEndsTheStream", engineRestart},
		{"ACutOffMemberLosesQuorum", split},
		{"VirtualSynchronyHoldsWhileMembersComeAndGo", churn},
	}
	for _, s := range scenes {
		t.Run(s.name, func(t *testing.T) { s.play(t, c) })
	}
}

// openAll opens a member on every machine and waits for the common view.
func openAll(t testing.TB, c Cluster) []*member {
	t.Helper()
	var all []*member
	for i := range c.Size() {
		all = append(all, watch(c.Open(t, crm.NodeID(i+1)), false))
		t.Cleanup(func() { all[i].Close() }) // a scene that fails must not spoil the next
	}
	waitCommon(t, all)
	return all
}

func waitCommon(t testing.TB, all []*member) {
	t.Helper()
	for _, m := range all {
		m.waitMembers(t, late, everybody(all)...)
		m.wait(t, late, "quorum", func() bool { return m.view.Quorate })
	}
}

func everybody(all []*member) []crm.NodeID {
	var ids []crm.NodeID
	for _, m := range all {
		ids = append(ids, m.Self())
	}
	return ids
}

// closeAll closes the members one after the other and judges what they heard.
func closeAll(t testing.TB, all []*member) {
	t.Helper()
	for _, m := range all {
		ended := m.ended()
		if err := m.Close(); err != nil && !ended {
			t.Errorf("close node %d: %v", m.Self(), err)
		}
		m.waitClosed(t, soon)
	}
	judge(t, all)
}

func judge(t testing.TB, all []*member) {
	t.Helper()
	var journals []*Journal
	for _, m := range all {
		journals = append(journals, m.snapshot())
	}
	if err := Check(journals); err != nil {
		t.Error(err)
	}
}
