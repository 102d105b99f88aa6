package daemon

import (
	"math/rand/v2"
	"slices"
	"time"

	"holdfast/cib/metadata"
	"holdfast/cluster/fencing"
)

// canSwitch reports whether an agent can do a reboot as off, a look, and on. The
// look is what makes a verdict more than an exit code.
func canSwitch(about *metadata.Agent) bool {
	for _, name := range []string{"off", "on", "status"} {
		if !slices.ContainsFunc(about.Actions, func(a metadata.Action) bool { return a.Name == name }) {
			return false
		}
	}
	return true
}

// delay is how long to wait before the first agent call of a request: the
// device's own delays, a random part that keeps two nodes from killing each other,
// and what the request asks for on top.
func delay(run fencing.Run) time.Duration {
	if !run.First || run.Delay < 0 {
		return 0
	}
	base, random := run.Device.Delay(run.Target)
	if random > 0 {
		base += time.Duration(rand.Int64N(int64(random)))
	}
	return base + time.Duration(run.Delay)*time.Millisecond
}
