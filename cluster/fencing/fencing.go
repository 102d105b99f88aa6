package fencing

import (
	"fmt"
	"slices"

	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/internal/mutant"
)

// World is what a member knows at the log position of a command, the same on
// all: it is handed in, not kept.
type World struct {
	Self    crm.NodeID
	Members []Member // of the view that are in sync, ascending
	Devices []Device
	Levels  func(target crm.NodeName) [][]string // of the topology, nil if it has none for the target

	Unsettled bool                           // it is not known yet whether this side has quorum: the next View tells
	Forbids   func(target crm.NodeName) bool // the coordinator may not fence it now, for want of quorum; nil: it may
}

// Member is a node that could act.
type Member struct {
	ID    crm.NodeID
	Name  crm.NodeName
	Life  wire.Incarnation
	Since uint64 // the view in sync in which it came: what was asked of it before, it need not know
}

// Effect is a Run or an End. A call that was asked for by a Run, and that Awaits
// says nobody waits for any more, is to be given up.
type Effect interface{ isEffect() }

// Run asks the local driver to call a device's agent and to answer with a
// FenceStep that has this ID and Step.
type Run struct {
	ID      string
	Step    int
	Device  Device
	Target  crm.NodeName
	Action  string // off, on; status, to ask again
	Reboot  bool   // the request is a reboot: an agent without off or status may do it whole
	Alone   bool   // no other device has a part in it
	First   bool   // the first call of the request: device delays apply
	Ordered bool   // by the coordinator, not by a person
	Delay   int64  // milliseconds, on top of the device's own; -1 forbids all delays
}

// End is the verdict on a request: it is told to everybody who asked.
type End struct{ Request *Request }

func (Run) isEffect() {}
func (End) isEffect() {}

// Begin applies a Fence command.
func (s *State) Begin(w *World, from crm.NodeID, c *wire.Fence) []Effect {
	if s.find(c.ID) != nil {
		return nil
	}
	if open := s.OpenFor(c.Target); open != nil && open.Action == c.Action {
		open.Waiters = append(open.Waiters, Waiter{from, c.Request, c.Key})
		return nil
	}
	r := &Request{Fence: *c, From: from, Open: true, Phase: phase(c.Action)}
	s.Requests = append(s.Requests, r)
	s.trim()
	if v, why := s.settled(w, c); v != None {
		r.Evidence = append(r.Evidence, why)
		return s.finish(r, v, c.Time)
	}
	s.supersede(r)
	r.Levels = s.plan(w, c)
	if len(r.Levels) == 0 {
		r.Evidence = append(r.Evidence, fmt.Sprintf("no fence device is configured that can reach %s", c.Target))
		return s.finish(r, Failed, c.Time)
	}
	return s.advance(w, r, c.Time)
}

func phase(action string) string {
	if action == "on" {
		return "on"
	}
	return "off"
}

// settled looks for what makes a request superfluous: the life it is about has
// ended, or it was answered just now.
func (s *State) settled(w *World, c *wire.Fence) (Verdict, string) {
	if c.Action == "on" {
		return None, ""
	}
	if w.returned(c) {
		return Returned, "the target is here in a new life"
	}
	if end, ok := s.Lives[c.Life.Boot]; ok && c.Life.Boot != "" && !mutant.On(mutant.FencedByName) {
		return end.Verdict, "that life of the target is known to have ended"
	}
	for _, r := range slices.Backward(s.Requests) {
		acted := r.Step > 0 || r.Verdict == Confirmed // it was not itself answered by an earlier one
		if c.Tolerate > 0 && r.Target == c.Target && r.Action == c.Action && r.Verdict.Good() && acted && c.Time-r.Done <= c.Tolerate {
			return r.Verdict, fmt.Sprintf("request %s of %d s ago is recent enough", r.ID, c.Time-r.Done)
		}
	}
	return None, ""
}

// plan lists the levels to try.
func (s *State) plan(w *World, c *wire.Fence) [][]string {
	if levels := w.Levels(c.Target); levels != nil {
		return levels
	}
	var sure, maybe [][]string
	for i := range w.Devices {
		d := &w.Devices[i]
		switch s.reaches(d, c.Target) {
		case yes:
			sure = append(sure, []string{d.ID})
		case unknown:
			maybe = append(maybe, []string{d.ID})
		}
	}
	return append(sure, maybe...)
}

// advance computes the executor of the current step and starts it if that is
// this member; where nobody can act it moves on.
func (s *State) advance(w *World, r *Request, now int64) []Effect {
	harms := r.Verdict == None && r.Phase != look
	if harms && w.Unsettled && !mutant.On(mutant.OldFencing) {
		r.Executor, r.Given = 0, 0
		return nil
	}
	if harms && r.Key != "" && w.Forbids != nil && w.Forbids(r.Target) && !mutant.On(mutant.OldFencing) {
		r.Evidence = append(r.Evidence, "quorum was lost before anybody could act")
		return s.finish(r, Failed, now)
	}
	for r.Level < len(r.Levels) {
		d, executor := w.actor(r)
		if executor == 0 {
			if r.Verdict != None {
				return s.onward(w, r, now) // switching back on: nothing depends on it
			}
			r.nobody(d)
			if r.Phase == look {
				r.Mute = append(r.Mute, r.Device)
				return s.onward(w, r, now)
			}
			r.nextLevel()
			continue
		}
		r.Executor, r.Given = executor, w.since(executor)
		r.Step++
		if executor != w.Self {
			return nil
		}
		return []Effect{Run{ID: r.ID, Step: r.Step, Device: *d, Target: r.Target, Action: r.Phase,
			Reboot: r.Action == "reboot", Alone: len(r.Levels[r.Level]) == 1, First: r.Step == 1, Ordered: r.Key != "", Delay: r.Delay}}
	}
	return s.finish(r, Failed, now)
}

func (r *Request) nextLevel() {
	r.Level, r.Device, r.Tried, r.Mute, r.Again = r.Level+1, 0, nil, nil, 0
}

// nobody notes why the current device cannot be used.
func (r *Request) nobody(d *Device) {
	why := "no member can run it"
	switch {
	case d == nil:
		why = "it is not configured"
	case r.Phase == look:
		why = "it cannot be asked again whether it is still off"
	}
	r.Evidence = append(r.Evidence, fmt.Sprintf("%s: %s", r.Levels[r.Level][r.Device], why))
}

// actor is the current device of a request, nil if it is not configured, and who runs it, 0 if nobody can.
func (w *World) actor(r *Request) (*Device, crm.NodeID) {
	d := w.device(r.Levels[r.Level][r.Device])
	if d == nil {
		return nil, 0
	}
	return d, w.executor(d, r)
}

// executor chooses who runs a device for a request: a member on which it is
// started, else the lowest one allowed; never the target, never one that failed.
func (w *World) executor(d *Device, r *Request) crm.NodeID {
	best := crm.NodeID(0)
	for _, m := range w.Members {
		if m.Name == r.Target || slices.Contains(r.Tried, m.ID) || slices.Contains(d.Banned, m.Name) {
			continue
		}
		if slices.Contains(d.Started, m.Name) {
			return m.ID
		}
		if best == 0 {
			best = m.ID
		}
	}
	return best
}

func (w *World) device(id string) *Device {
	for i := range w.Devices {
		if w.Devices[i].ID == id {
			return &w.Devices[i]
		}
	}
	return nil
}

// Awaits reports whether a request waits for the answer to a call of a member.
func (s *State) Awaits(id string, step int, by crm.NodeID) bool {
	r := s.find(id)
	return r != nil && r.Open && r.Step == step && r.Executor == by
}

// Step applies how an agent call ended. A step that is not the request's current
// one, or does not come from its executor, is stale: it proves nothing.
func (s *State) Step(w *World, from crm.NodeID, c *wire.FenceStep) []Effect {
	r := s.find(c.ID)
	if r == nil {
		return s.stray(w, c)
	}
	if !s.Awaits(c.ID, c.Step, from) {
		return s.late(w, r, c)
	}
	if r.Phase == look {
		return s.looked(w, r, from, c)
	}
	r.By, r.Nanos = w.name(from), c.Nanos
	if !c.OK && !mutant.On(mutant.FailureTrusted) {
		if r.Verdict == None {
			r.Evidence = append(r.Evidence, fmt.Sprintf("%s on %s: %s failed: %s", c.Device, r.By, r.Phase, c.Text))
		}
		r.Tried = append(r.Tried, from)
		return s.advance(w, r, c.Time)
	}
	if r.Verdict == None {
		if !c.Verified {
			r.Mute = append(r.Mute, r.Device)
		}
		r.Evidence = append(r.Evidence, fmt.Sprintf("%s on %s: %s", c.Device, r.By, evidence(r.Phase, c)))
	}
	return s.onward(w, r, c.Time)
}

// onward goes to the level's next device, or to what comes after the last one.
func (s *State) onward(w *World, r *Request, now int64) []Effect {
	r.Tried = nil
	if r.next() {
		return s.advance(w, r, now)
	}
	return s.levelDone(w, r, now)
}

func evidence(action string, c *wire.FenceStep) string {
	if c.Verified {
		return action + ", and the device confirms it when asked"
	}
	return action + " reported; the agent cannot be asked for the status"
}

// levelDone is reached when every device of the level did the phase.
func (s *State) levelDone(w *World, r *Request, now int64) []Effect {
	switch {
	case r.Verdict != None:
		return s.close(r)
	case r.Phase == "on":
		return s.finish(r, On, now)
	case r.Phase == "off" && r.looks():
		return s.advance(w, r, now)
	}
	v := Off
	if len(r.Mute) > 0 {
		v = Reported
	}
	out := s.verdict(r, v, now)
	if r.Action != "reboot" || s.switchesOff(r) {
		return append(out, s.close(r)...)
	}
	r.Phase, r.Device = "on", 0
	return append(out, s.advance(w, r, now)...)
}

// verdict tells everybody; the request may go on to switch the target on again.
func (s *State) verdict(r *Request, v Verdict, now int64) []Effect {
	r.Verdict, r.Done = v, now
	if v.Good() && v != On && r.Life.Boot != "" {
		s.Lives[r.Life.Boot] = LifeEnd{Node: r.Target, Verdict: v, Time: now}
	}
	return []Effect{End{r}}
}

func (s *State) close(r *Request) []Effect {
	r.Open, r.Executor = false, 0
	return nil
}

func (s *State) finish(r *Request, v Verdict, now int64) []Effect {
	out := s.verdict(r, v, now)
	return append(out, s.close(r)...)
}

// View applies a change of members: steps whose executor is gone are given to
// another, and requests about a target that came back in a new life end.
func (s *State) View(w *World, now int64) []Effect {
	var out []Effect
	for _, r := range s.Requests {
		if !r.Open {
			continue
		}
		if r.Verdict == None && r.Action != "on" && w.returned(&r.Fence) {
			r.Evidence = append(r.Evidence, "the target came back in a new life")
			out = append(out, s.finish(r, Returned, now)...)
			continue
		}
		switch {
		case r.Executor == 0:
			out = append(out, s.advance(w, r, now)...)
		case mutant.On(mutant.ActorLeft):
		case w.name(r.Executor) == "":
			r.Evidence = append(r.Evidence, fmt.Sprintf("node %d, which was to act, left", r.Executor))
			r.Tried = append(r.Tried, r.Executor)
			out = append(out, s.advance(w, r, now)...)
		case w.since(r.Executor) != r.Given && !mutant.On(mutant.ActorReturned):
			r.Evidence = append(r.Evidence, fmt.Sprintf("node %d, which was to act, left and came back", r.Executor))
			out = append(out, s.advance(w, r, now)...)
		}
	}
	return out
}

// Expire ends a request that nobody answers any more; the coordinator asks for it.
func (s *State) Expire(w *World, c *wire.FenceDone) []Effect {
	r := s.find(c.ID)
	if r == nil || !r.Open {
		return nil
	}
	if r.Verdict != None {
		return s.close(r)
	}
	r.Evidence = append(r.Evidence, c.Text)
	return s.finish(r, Failed, c.Time)
}

// Confirm applies a person's word that a target is off: open requests about it
// end, and its life with them.
func (s *State) Confirm(w *World, from crm.NodeID, c *wire.Confirm, life wire.Incarnation) []Effect {
	var out []Effect
	if open := s.OpenFor(c.Target); open != nil {
		open.Evidence = append(open.Evidence, fmt.Sprintf("confirmed by %s on %s", c.Client, c.Origin))
		out = append(out, s.finish(open, Confirmed, c.Time)...)
	}
	r := &Request{Fence: wire.Fence{ID: fmt.Sprintf("manual-%d-%d", from, c.Request), Target: c.Target, Action: "off", Life: life,
		Client: c.Client, Origin: c.Origin, Time: c.Time, Request: c.Request}, From: from, By: "a human", Open: true}
	s.Requests = append(s.Requests, r)
	s.trim()
	return append(out, s.finish(r, Confirmed, c.Time)...)
}

// returned reports whether the target of a request is a member in another life
// than the one that was asked about. A target that nobody had seen, and that now is
// a member, was about to join.
func (w *World) returned(c *wire.Fence) bool {
	for _, m := range w.Members {
		if m.Name == c.Target {
			return m.Life.Boot != c.Life.Boot && !mutant.On(mutant.FencedByName)
		}
	}
	return false
}

// since is the view in which a member came.
func (w *World) since(id crm.NodeID) uint64 {
	for _, m := range w.Members {
		if m.ID == id {
			return m.Since
		}
	}
	return 0
}

func (w *World) name(id crm.NodeID) crm.NodeName {
	for _, m := range w.Members {
		if m.ID == id {
			return m.Name
		}
	}
	return ""
}
