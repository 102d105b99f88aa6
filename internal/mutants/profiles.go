//go:build mutants

package main

import (
	"time"

	"holdfast/internal/mutant"
	"holdfast/simulate"
)

// kinds is a profile in which nothing else goes wrong.
func kinds(list ...simulate.Kind) simulate.Profile { return simulate.Profile{Kinds: list} }

// profiles say what must go wrong for a mistake to show. A mistake that is not here
// shows soon in whatever is drawn.
var profiles = [mutant.Count]simulate.Profile{
	mutant.ExitCodeTrusted:   kinds(simulate.DeviceLies, simulate.Split, simulate.Freeze),
	mutant.FailureTrusted:    kinds(simulate.DeviceFails, simulate.Split, simulate.Freeze),
	mutant.OneDeviceEnough:   {Kinds: []simulate.Kind{simulate.Split, simulate.Freeze}, Need: simulate.TwoDevices},
	mutant.FailedIsOff:       kinds(simulate.DeviceFails, simulate.Split, simulate.Freeze),
	mutant.BothHalvesQuorate: {Kinds: []simulate.Kind{simulate.Split}, Need: simulate.Stops},
	mutant.EngineLossIgnored: {Kinds: []simulate.Kind{simulate.Engine}, Nodes: []int{3, 5}},
	mutant.LeftoverIgnored:   kinds(simulate.Crash, simulate.AgentsSlow, simulate.Death),
	mutant.OldView:           {Kinds: []simulate.Kind{simulate.Split}, Nodes: []int{3, 5}, Gap: 2 * time.Second},
	// A side with quorum goes on, and forgets; what it forgot, or never wrote, is only on disks when all have died.
	mutant.AckBeforeDisk:  kinds(simulate.Blackout, simulate.PowerFuse, simulate.DiskSlow),
	mutant.AckByOne:       {Kinds: []simulate.Kind{simulate.Blackout}, Nodes: []int{3, 5}},
	mutant.AlwaysBlessed:  {Kinds: []simulate.Kind{simulate.Crash, simulate.CrashAll, simulate.Power}, Nodes: []int{3, 5}},
	mutant.LineageIgnored: forgetful,
	mutant.FrontierLost:   forgetful,

	mutant.SilentMonitor:     kinds(simulate.Death),
	mutant.PendingUnrecorded: {Kinds: []simulate.Kind{simulate.Power, simulate.Crash, simulate.AgentsSlow, simulate.Death}, Gap: 3 * time.Second},
}

// forgetful has minorities count their version up, and everybody die.
var forgetful = simulate.Profile{Kinds: []simulate.Kind{simulate.Split, simulate.Crowd, simulate.CrashAll}, Nodes: []int{3, 5}, Gap: 3 * time.Second}
