//go:build mutants

package main

import (
	"time"

	"holdfast/internal/mutant"
	"holdfast/simulate"
)

// profiles say what must go wrong for a mistake to show. A mistake that is not here
// shows soon in whatever is drawn.
var profiles = [mutant.Count]simulate.Profile{
	mutant.FencedByName:    {Kinds: kinds{simulate.Power, simulate.DeviceSlow, simulate.Crash, simulate.Split}, Nodes: []int{3, 5}, Gap: 3 * time.Second},
	mutant.ExitCodeTrusted: {Kinds: kinds{simulate.DeviceLies, simulate.Split, simulate.Freeze}},
	mutant.FailureTrusted:  {Kinds: kinds{simulate.DeviceFails, simulate.Split, simulate.Freeze}},
	mutant.OneDeviceEnough: {Kinds: kinds{simulate.Split, simulate.Freeze}, Need: simulate.TwoDevices},
	mutant.FailedIsOff:     {Kinds: kinds{simulate.DeviceFails, simulate.Freeze, simulate.Freeze}, Nodes: []int{3, 5}, Gap: 3 * time.Second},

	// Whoever switches a machine off is away and back before anybody is asked again, and the target stays off.
	mutant.ActorReturned: {
		Kinds: kinds{simulate.Power, simulate.Crash, simulate.Crash, simulate.Crash, simulate.DeviceSlow, simulate.DeviceSlow}, Nodes: []int{3, 5}, Gap: 2 * time.Second,
		Times: map[simulate.Kind]float64{simulate.Power: 6, simulate.Crash: 0.02},
	},

	// The first of two supplies is on again before the second is off.
	mutant.OffInTurn: {
		Kinds: kinds{simulate.Freeze, simulate.Freeze, simulate.DeviceSlow, simulate.DeviceSlow, simulate.Meddling, simulate.Meddling, simulate.Meddling},
		Nodes: []int{3, 5}, Gap: 3 * time.Second, Need: simulate.TwoDevices, Times: map[simulate.Kind]float64{simulate.Freeze: 3, simulate.DeviceSlow: 3},
	},

	mutant.BothHalvesQuorate: inHalf,
	mutant.NoSelfStop:        inHalf,
	mutant.EngineLossIgnored: {Kinds: kinds{simulate.Engine}, Nodes: []int{3, 5}},
	mutant.OldView:           {Kinds: kinds{simulate.Split}, Nodes: []int{3, 5}, Gap: 2 * time.Second},

	mutant.ProbeSkipped:      {Kinds: kinds{simulate.Crash, simulate.AgentsSlow, simulate.Death}, Nodes: []int{3}, Gap: 3 * time.Second},
	mutant.LeftoverIgnored:   {Kinds: kinds{simulate.Crash, simulate.AgentsSlow, simulate.Death}},
	mutant.SilentMonitor:     {Kinds: kinds{simulate.Death}},
	mutant.PendingUnrecorded: {Kinds: kinds{simulate.Crash, simulate.Power, simulate.AgentsSlow, simulate.AgentsSlow}, Nodes: []int{3}, Gap: 3 * time.Second},

	mutant.ShutdownOutlives:    {Kinds: kinds{simulate.Leave, simulate.Leave, simulate.Crash, simulate.AgentsSlow}, Nodes: []int{3}, Gap: 2 * time.Second},
	mutant.FailedStopBelieved:  {Kinds: kinds{simulate.AgentsFail, simulate.AgentsFail, simulate.Leave, simulate.Death}, Nodes: []int{3}, Gap: 3 * time.Second},
	mutant.FailedProbeBelieved: {Kinds: kinds{simulate.AgentsFail, simulate.AgentsCrash, simulate.Crash, simulate.Leave}, Nodes: []int{3}, Gap: 3 * time.Second},

	// One that stood still while sides parted and met speaks before it knows.
	mutant.UpdateSkipped: {
		Kinds: kinds{simulate.Pause, simulate.Pause, simulate.Pause, simulate.Split, simulate.Split, simulate.Split, simulate.Engine}, Nodes: []int{3, 4, 5}, Gap: 2 * time.Second,
		Times: map[simulate.Kind]float64{simulate.Pause: 0.7},
	},

	// What was never written, or is forgotten, shows when everybody has died.
	mutant.AckBeforeDisk:  {Kinds: kinds{simulate.Blackout, simulate.PowerFuse, simulate.DiskSlow}},
	mutant.AckByOne:       {Kinds: kinds{simulate.Blackout}, Nodes: []int{3, 5}},
	mutant.AlwaysBlessed:  {Kinds: kinds{simulate.Crash, simulate.CrashAll, simulate.Power}, Nodes: []int{3, 5}},
	mutant.LineageIgnored: forgetful,
	mutant.FrontierLost:   forgetful,
}

type kinds = []simulate.Kind

// inHalf divides four machines for so long that whoever has no quorum must have
// noticed.
var inHalf = simulate.Profile{Kinds: kinds{simulate.Split}, Nodes: []int{4}, Gap: 30 * time.Second, Need: simulate.Stops, Times: map[simulate.Kind]float64{simulate.Split: 6}}

// forgetful has minorities count their version up, and then everybody die.
var forgetful = simulate.Profile{Kinds: kinds{simulate.Split, simulate.Crowd, simulate.CrashAll}, Nodes: []int{3, 5}, Gap: 3 * time.Second}
