package fencing

import (
	"fmt"
	"slices"

	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/internal/mutant"
)

// look is the phase in which the devices of a level are asked again whether they
// are off. A target with several power supplies is off when all of them are off at
// one moment, and each was seen off at a moment of its own: the first may have been
// switched on again, by a person or by a call that came late, before the last was
// switched off. The last one is off since it was seen; whoever is still off after that
// was off together with it. A level of one device needs no look.
const look = "status"

// anewLimit is how often a level is begun anew because a device that was off was found on.
const anewLimit = 2

// looks goes to the first look of a level whose devices have all been switched off, and
// reports whether there is one.
func (r *Request) looks() bool {
	if mutant.On(mutant.OneDeviceEnough) || mutant.On(mutant.OffInTurn) {
		return false
	}
	r.Phase, r.Device = look, -1
	return r.next()
}

// next goes to the next device of the level for the current phase, and reports whether
// there is one. The last one is not asked again, nor one that cannot be asked.
func (r *Request) next() bool {
	level := r.Levels[r.Level]
	if r.Phase == "off" && mutant.On(mutant.OneDeviceEnough) {
		return false
	}
	r.Device++
	if r.Phase != look {
		return r.Device < len(level)
	}
	for slices.Contains(r.Mute, r.Device) {
		r.Device++
	}
	return r.Device < len(level)-1
}

// looked applies what a device said that was asked again. One that does not answer, to
// anybody, leaves the weaker verdict: it may have lost its own power with what the others
// switched off. Of one that says on nothing is proven, and the level begins anew.
func (s *State) looked(w *World, r *Request, from crm.NodeID, c *wire.FenceStep) []Effect {
	by := w.name(from)
	switch {
	case c.OK:
		r.Evidence = append(r.Evidence, fmt.Sprintf("%s on %s: still off when asked again", c.Device, by))
		return s.onward(w, r, c.Time)
	case !c.Verified:
		r.Evidence = append(r.Evidence, fmt.Sprintf("%s on %s: no answer when asked again: %s", c.Device, by, c.Text))
		r.Tried = append(r.Tried, from)
		return s.advance(w, r, c.Time)
	}
	r.Evidence = append(r.Evidence, fmt.Sprintf("%s on %s: on again, after it was off; somebody else switches this target", c.Device, by))
	r.Phase, r.Device, r.Tried, r.Mute, r.Again = "off", 0, nil, nil, r.Again+1
	if r.Again > anewLimit {
		r.nextLevel()
	}
	return s.advance(w, r, c.Time)
}

// supersede ends what earlier requests still do to switch the target on: a new one is
// about to switch it off.
func (s *State) supersede(r *Request) {
	for _, o := range s.Requests {
		if o != r && o.Open && o.Verdict != None && o.Target == r.Target && r.Phase == "off" {
			s.close(o)
		}
	}
}
