package fencing

import (
	"slices"

	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/internal/mutant"
)

// late applies the outcome of a call that its request did not wait for any more: it
// ended, or went on with another member. Such a call proves nothing, but if it has
// switched off a target that was to be rebooted, nobody else would switch it on
// again: the target may be in a new life by now, and not yet a member. A side that may
// not fence leaves that to whoever has quorum, to be told later: they may be at
// the same request and count on the device being off.
func (s *State) late(w *World, r *Request, c *wire.FenceStep) []Effect {
	level := slices.IndexFunc(r.Levels, func(l []string) bool { return slices.Contains(l, c.Device) })
	if !c.OK || c.Action != "off" || r.Action != "reboot" || level < 0 || s.switchesOff(r) || !w.MaySwitch(r.Target) {
		return nil
	}
	r.Open, r.Phase, r.Level, r.Device, r.Tried = true, "on", level, 0, nil
	return s.advance(w, r, c.Time)
}

// MaySwitch reports whether this side may do something to a target that nobody else
// relies on: it is known that it has quorum, or that the target is on no other side.
func (w *World) MaySwitch(target crm.NodeName) bool {
	return mutant.On(mutant.OldFencing) || !w.Unsettled && (w.Forbids == nil || !w.Forbids(target))
}

// switchesOff reports whether a target is about to be switched off, by this
// request or one that came after it, or is meant to be off.
func (s *State) switchesOff(r *Request) bool {
	for _, o := range s.Requests[slices.Index(s.Requests, r):] {
		if o.Target == r.Target && (o.Open && o.Phase == "off" || o.Action == "off" && o.Verdict.Good()) {
			return true
		}
	}
	return false
}
