// Package mutant holds switchable mistakes: bugs that clusters have had, built
// into our own code at the place where they would live. They prove that the
// simulator's checkers work: each of them must be caught. Without the build tag
// mutants, On is the constant false and the compiler leaves nothing of them.
package mutant

// Mistake is one of them.
type Mistake uint8

// The mistakes.
const (
	None                Mistake = iota
	FencedByName                // a fencing request is about a name, whatever life the node is in
	ExitCodeTrusted             // a fence agent's word is taken without reading the status back
	FailureTrusted              // a failed fence agent counts as success
	OneDeviceEnough             // of two devices of a level only the first is used
	FailedIsOff                 // a failed request ends the target's life all the same
	ActorLeft                   // a request is not given to another when the one who acts leaves
	ActorReturned               // nor when it comes back and knows nothing of it
	AttributeOutlives           // node attributes outlive a reboot
	HistoryOutlives             // and so does the history of operations
	BothHalvesQuorate           // the coordinator says quorum, whatever the engine says
	NoSelfStop                  // the loss of quorum is not written into the document
	EngineLossIgnored           // a node that lost the engine goes on as if nothing had happened
	AppliedTwice                // whoever sent the snapshot applies what waited behind it twice
	WrongPlace                  // whoever takes a snapshot forgets what was delivered meanwhile
	ProbeSkipped                // what a dead process was changing is not found out anew
	LeftoverIgnored             // a new process does not wait for agents that the old one left
	OldView                     // orders of an earlier view are carried out
	OldFencing                  // the fencing of an earlier view is carried out without quorum
	AckBeforeDisk               // a change is acknowledged before it is on any disk
	AckByOne                    // or when one member has it
	AlwaysBlessed               // any side with quorum believes its history to be the newest
	LineageIgnored              // the newest version number wins, whoever made it
	TwoAtOnce                   // two operations of one resource run at the same time
	SilentMonitor               // a monitor's change of mind is not reported
	LetGoAtOnce                 // a node may leave before its services have stopped
	NoStandingWait              // a new coordinator decides before it knows of quorum
	PendingUnrecorded           // that an operation is under way stands nowhere for the next coordinator
	FrontierLost                // the last member has no lineage on disk
	ShutdownOutlives            // a process that died while it wanted to leave makes its successor leave
	CrashIsLeave                // whoever is gone is taken for one who stopped everything and left
	FailedStopBelieved          // a stop that failed counts as done
	FailedProbeBelieved         // a probe that failed has found nothing
	UpdateForgotten             // an accepted update of attributes is not said again after a change of members
	UpdateTwice                 // one that is said again is applied again
	ClusterIsLocal              // a client that waits for the cluster is answered when its own node has the update
	StaleRead                   // a read does not wait for what its node has accepted
	OffInTurn                   // of two devices that must both be off the first is not asked again
	UpdateSkipped               // what a node says of itself is applied by those who lack what it counted elsewhere
	Count
)

var names = [Count]string{
	"none", "fenced by name", "exit code trusted", "failure trusted", "one device enough", "failed is off", "actor left", "actor returned",
	"attribute outlives", "history outlives", "both halves quorate", "no self-stop", "engine loss ignored", "applied twice", "wrong place",
	"probe skipped", "leftover ignored", "old view", "old fencing", "ack before disk", "ack by one", "always blessed",
	"lineage ignored", "two at once", "silent monitor", "let go at once", "no standing wait", "pending unrecorded", "frontier lost",
	"shutdown outlives", "crash is leave", "failed stop believed", "failed probe believed",
	"update forgotten", "update twice", "cluster is local", "stale read",
	"off in turn", "update skipped",
}

func (m Mistake) String() string { return names[m] }
