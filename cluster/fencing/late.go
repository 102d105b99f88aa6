package fencing

import (
	"slices"

	"holdfast/cluster/wire"
)

// late applies the outcome of a call that its request did not wait for any more: it
// ended, or went on with another member. Such a call proves nothing, but if it has
// switched off a target that was to be rebooted, nobody else would switch it on
// again: the target may be in a new life by now, and not yet a member.
func (s *State) late(w *World, r *Request, c *wire.FenceStep) []Effect {
	level := slices.IndexFunc(r.Levels, func(l []string) bool { return slices.Contains(l, c.Device) })
	if !c.OK || c.Action != "off" || r.Action != "reboot" || level < 0 || s.switchesOff(r) {
		return nil
	}
	r.Open, r.Phase, r.Level, r.Device, r.Tried = true, "on", level, 0, nil
	return s.advance(w, r, c.Time)
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
