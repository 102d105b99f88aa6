package model

import (
	"fmt"
	"time"

	"holdfast/crm"
)

// Severity says how bad a notice is.
type Severity uint8

// The severities.
const (
	Info Severity = iota
	Warning
	Error
)

// A Notice is something wrong or odd in the configuration. It is no error of
// the program: the run goes on as well as it can, and crm_verify shows notices.
type Notice struct {
	Severity Severity
	Config   bool   // about the configuration (else about the state)
	ID       string // XML id of the element concerned, "" if none
	Line     int32
	Text     string
}

// Note records a notice about the configuration element with an id.
func (c *Cluster) Note(s Severity, id, format string, args ...any) {
	c.Notices = append(c.Notices, Notice{Severity: s, Config: true, ID: id, Text: fmt.Sprintf(format, args...)})
}

// Warn records a finding about the cluster's state.
func (c *Cluster) Warn(id, format string, args ...any) {
	c.Notices = append(c.Notices, Notice{Severity: Warning, ID: id, Text: fmt.Sprintf(format, args...)})
}

// ScoreKind says which form a recorded score line has when shown.
type ScoreKind uint8

// The kinds of score lines.
const (
	AllocationScore ScoreKind = iota // "LABEL: RSC allocation score on NODE: SCORE"
	PromotionScore                   // "RSC promotion score on NODE: SCORE"
	NodeCapacity                     // "LABEL: NODE capacity: …"
	ResourceNeeds                    // "LABEL: RSC utilization on NODE: …"
)

// A ScoreLine is a score recorded for --show-scores or --show-utilization.
type ScoreLine struct {
	Kind     ScoreKind
	Label    string // the stage's name in the reference, as users know it
	Resource string
	Node     string
	Score    crm.Score
	Amounts  Vars
}

// CauseKind says what a cause is about.
type CauseKind uint8

// The kinds of causes.
const (
	CauseScore   CauseKind = iota // a score was added for Resource on Node
	CauseBan                      // Resource may not run on Node
	CauseChoice                   // Resource was placed on Node
	CauseRole                     // Resource's next role was decided
	CauseFailure                  // a failed operation of Resource on Node
	CauseFence                    // Node must be fenced
	CauseBlock                    // an action cannot run
	CauseNeed                     // an action became required
	CauseState                    // Node or Resource was found in a state
)

// A Cause is one reason for one decision, recorded as it is made.
type Cause struct {
	Kind     CauseKind
	Resource *Resource // nil if not about a resource
	Node     *Node     // nil if not about a node
	Action   *Action   // nil if not about an action
	Score    crm.Score // of CauseScore
	Source   string    // XML id of what caused it (constraint, operation), "" if implied
	Text     string
}

// Because records a cause if the run wants causes. Callers in hot loops check
// WantCauses first, so that no text is built in vain.
func (c *Cluster) Because(cause Cause) {
	if c.WantCauses {
		c.Causes = append(c.Causes, cause)
	}
}

// Inform records a line that the simulator shows among its results.
func (c *Cluster) Inform(format string, args ...any) {
	c.Remarks = append(c.Remarks, fmt.Sprintf(format, args...))
}

// Recheck notes a moment at which time alone may change the decisions.
func (c *Cluster) Recheck(at time.Time) { c.RecheckAt = sooner(c.RecheckAt, at) }

// RecheckQuietly notes such a moment of which the graph does not tell.
func (c *Cluster) RecheckQuietly(at time.Time) { c.LookAgain = sooner(c.LookAgain, at) }

// NextLook is when the scheduler is to be asked again although nothing has
// changed, zero for never.
func (c *Cluster) NextLook() time.Time { return sooner(c.RecheckAt, c.LookAgain) }

// sooner is the earlier of two moments; zero is none.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}
