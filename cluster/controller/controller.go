// Package controller decides when the cluster thinks: when the scheduler is
// asked, when its answer is still good, when a running transition must be cut
// short, and when the coordinator has to wait. It knows neither the scheduler nor
// the transition engine; package cluster puts them together.
package controller

import (
	"slices"
	"strings"
	"time"
)

// State is what a member is doing, in the reference's words (crmadmin -S).
type State uint8

// The states of a member.
const (
	Starting   State = iota + 1 // S_STARTING: no view yet
	Pending                     // S_PENDING: out of sync
	NotDC                       // S_NOT_DC: another one coordinates
	Waiting                     // S_INTEGRATION: coordinates, and must not decide yet
	Idle                        // S_IDLE: everything is as it should be
	Scheduling                  // S_POLICY_ENGINE: the scheduler computes
	Running                     // S_TRANSITION_ENGINE: a transition is under way
	Stopping                    // S_STOPPING: about to end
)

var names = [...]string{
	Starting: "S_STARTING", Pending: "S_PENDING", NotDC: "S_NOT_DC", Waiting: "S_INTEGRATION", Idle: "S_IDLE",
	Scheduling: "S_POLICY_ENGINE", Running: "S_TRANSITION_ENGINE", Stopping: "S_STOPPING",
}

func (s State) String() string {
	if int(s) < len(names) && names[s] != "" {
		return names[s]
	}
	return "S_UNKNOWN"
}

// Backoff is how long the coordinator waits after transitions have failed again
// and again without anything else happening in between.
const Backoff = 2 * time.Second

// patience is how many failed transitions in a row are tried again at once.
const patience = 3

// Effect is a Schedule, an Abort, a Moved or a Retry.
type Effect interface{ isEffect() }

// Schedule asks for a scheduler run; its answer carries the serial.
type Schedule struct {
	Serial uint64
	Why    string
}

// Abort asks that the running transition fire nothing more.
type Abort struct{ Why string }

// Moved tells of a change of state, for the log.
type Moved struct {
	From, To State
	Why      string
}

// Retry asks for Again(Serial) after Backoff.
type Retry struct {
	Serial uint64
	After  time.Duration
}

func (Schedule) isEffect() {}
func (Abort) isEffect()    {}
func (Moved) isEffect()    {}
func (Retry) isEffect()    {}

// Controller is the state machine of one member.
type Controller struct {
	state  State
	serial uint64   // of the newest Schedule
	dirty  bool     // something happened that the newest answer does not know
	why    string   // the first thing that did
	holds  []string // reasons to wait, in the order in which they came up
	failed int      // transitions that failed in a row
}

// New returns the controller of a member that has no view yet.
func New() *Controller { return &Controller{state: Starting} }

// State returns what the member is doing.
func (c *Controller) State() State { return c.state }

// Holds lists why the coordinator waits.
func (c *Controller) Holds() []string { return slices.Clone(c.holds) }

// become is the only place where the state changes.
func (c *Controller) become(s State, why string) []Effect {
	if c.state == s {
		return nil
	}
	m := Moved{c.state, s, why}
	c.state = s
	return []Effect{m}
}

// Coordinates reports whether this member is the coordinator.
func (c *Controller) Coordinates() bool {
	return c.state == Waiting || c.state == Idle || c.state == Scheduling || c.state == Running
}

// OutOfSync stops all deciding: the members are finding a common state.
func (c *Controller) OutOfSync() []Effect {
	c.holds, c.dirty, c.failed = nil, false, 0
	return c.become(Pending, "the members changed")
}

// Follow makes another member the coordinator.
func (c *Controller) Follow(why string) []Effect {
	c.holds, c.dirty, c.failed = nil, false, 0
	return c.become(NotDC, why)
}

// Lead makes this member the coordinator; it waits for the given reasons.
func (c *Controller) Lead(why string, holds ...string) []Effect {
	c.holds, c.failed = holds, 0
	out := c.become(Waiting, why)
	c.dirty, c.why = true, why
	return append(out, c.proceed()...)
}

// Hold adds a reason to wait. What runs is finished.
func (c *Controller) Hold(reason string) []Effect {
	if !c.Coordinates() || slices.Contains(c.holds, reason) {
		return nil
	}
	c.holds = append(c.holds, reason)
	switch c.state {
	case Running:
		c.dirty, c.why = true, reason
		return []Effect{Abort{"waiting for " + reason}}
	case Scheduling:
		c.serial++ // the answer under way is not wanted any more
		c.dirty = true
	}
	return c.become(Waiting, reason)
}

// Release takes a reason to wait away.
func (c *Controller) Release(reason string) []Effect {
	i := slices.Index(c.holds, reason)
	if i < 0 {
		return nil
	}
	c.holds = slices.Delete(c.holds, i, i+1)
	return c.proceed()
}

// Trigger says that something happened that may call for a new decision.
func (c *Controller) Trigger(why string) []Effect {
	if !c.Coordinates() {
		return nil
	}
	if !c.dirty {
		c.dirty, c.why = true, why
	}
	c.failed = 0
	return c.proceed()
}

// proceed asks the scheduler if that is wanted and possible now.
func (c *Controller) proceed() []Effect {
	switch {
	case !c.dirty:
		if c.state == Waiting && len(c.holds) == 0 {
			return c.become(Idle, "nothing to do")
		}
		return nil
	case c.state == Running:
		return []Effect{Abort{c.why}}
	case len(c.holds) > 0:
		return c.become(Waiting, strings.Join(c.holds, ", "))
	}
	c.dirty = false
	c.serial++
	return append(c.become(Scheduling, c.why), Schedule{c.serial, c.why})
}

// Fresh reports whether a scheduler's answer is still wanted, and if so makes the
// member ready to carry it out. A stale answer is followed by another question.
func (c *Controller) Fresh(serial uint64) (bool, []Effect) {
	if c.state != Scheduling || serial != c.serial {
		return false, nil
	}
	if c.dirty {
		return false, c.proceed()
	}
	return true, c.become(Running, "the scheduler has answered")
}

// Ended says that the running transition has ended.
func (c *Controller) Ended(complete bool, why string) []Effect {
	if c.state != Running {
		return nil
	}
	if complete && !c.dirty {
		c.failed = 0
		out := c.become(Idle, "the transition is complete")
		if len(c.holds) > 0 {
			out = append(out, c.become(Waiting, strings.Join(c.holds, ", "))...)
		}
		return out
	}
	out := c.become(Waiting, why)
	if !c.dirty {
		c.failed++
		c.dirty, c.why = true, why
		if c.failed > patience {
			c.holds = append(c.holds, again)
			c.serial++
			return append(out, Retry{c.serial, Backoff})
		}
	}
	return append(out, c.proceed()...)
}

// again is the reason to wait after repeated failures.
const again = "a pause after repeated failures"

// Again ends the pause; a serial that is not the newest is ignored.
func (c *Controller) Again(serial uint64) []Effect {
	if serial != c.serial {
		return nil
	}
	return c.Release(again)
}

// Stop ends all deciding.
func (c *Controller) Stop() []Effect { return c.become(Stopping, "asked to") }
