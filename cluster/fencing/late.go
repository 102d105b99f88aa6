package fencing

import (
	"slices"

	"holdfast/cluster/wire"
	"holdfast/internal/mutant"
)

// late applies the outcome of a call that its request did not wait for any more: it
// ended, or went on with another member. Such a call proves nothing, but if it has
// switched off a target that was to be rebooted, nobody else would switch it on
// again: the target may be in a new life by now, and not yet a member.
func (s *State) late(w *World, r *Request, c *wire.FenceStep) []Effect {
	level := r.levelOf(c.Device)
	if !c.OK || c.Action != "off" || r.Action != "reboot" || level < 0 || s.switchesOff(r) || !s.Heeds(w, c) {
		return nil
	}
	r.Open, r.Phase, r.Level, r.Device, r.Tried = true, "on", level, 0, nil
	return s.advance(w, r, c.Time)
}

// stray applies the outcome of a call for a request that nobody here knows: it was asked for in a history
// that does not go on. If it has switched off a target that was to be rebooted, that is made
// good as for other late calls, unless a request that is open here is about to switch it off.
func (s *State) stray(w *World, c *wire.FenceStep) []Effect {
	if !c.OK || c.Action != "off" || !c.Reboot || c.Target == "" || !s.Heeds(w, c) {
		return nil
	}
	r := w.unknown(c)
	at := slices.IndexFunc(s.Requests, func(o *Request) bool { return o.Open })
	if at < 0 {
		at = len(s.Requests)
	}
	s.Requests = slices.Insert(s.Requests, at, r)
	out := s.late(w, r, c)
	s.trim()
	return out
}

// unknown is the request that a call must have been for.
func (w *World) unknown(c *wire.FenceStep) *Request {
	r := &Request{
		Fence:  wire.Fence{ID: c.ID, Target: c.Target, Action: "reboot", Time: c.Time},
		Levels: w.Levels(c.Target), Step: c.Step, Verdict: Failed, Done: c.Time,
		Evidence: []string{"it was asked for in a history that does not go on; " + c.Device + " has switched the target off"},
	}
	if r.levelOf(c.Device) < 0 {
		r.Levels = [][]string{{c.Device}}
	}
	return r
}

// Heeds reports whether this side may do something about the end of a call that no request
// waits for. A side that may not fence does so only if the device is all that holds the
// target's power. Of several devices that must all be off those with quorum
// may be at another one, and count on this being off.
func (s *State) Heeds(w *World, c *wire.FenceStep) bool {
	r := s.find(c.ID)
	if r == nil {
		r = w.unknown(c)
	}
	return mutant.On(mutant.OldFencing) || !r.shares(c.Device) || !w.Unsettled && (w.Forbids == nil || !w.Forbids(r.Target))
}

// levelOf is the first level of the plan that has a device, -1 if none has.
func (r *Request) levelOf(device string) int {
	return slices.IndexFunc(r.Levels, func(l []string) bool { return slices.Contains(l, device) })
}

// shares reports whether a device is one of several in a level.
func (r *Request) shares(device string) bool {
	return slices.ContainsFunc(r.Levels, func(l []string) bool { return len(l) > 1 && slices.Contains(l, device) })
}

// switchesOff reports whether a target is about to be switched off, by this
// request or one that came after it, or is meant to be off.
func (s *State) switchesOff(r *Request) bool {
	for _, o := range s.Requests[slices.Index(s.Requests, r):] {
		if o.Target == r.Target && (o.Open && o.Verdict == None && o.Phase != "on" || o.Action == "off" && o.Verdict.Good()) {
			return true
		}
	}
	return false
}
