package status

import (
	"slices"
	"time"

	"holdfast/cluster/fencing"
)

// FenceEvents turns the cluster's fencing requests, oldest first, into events,
// those under way first, then the newest first.
func FenceEvents(requests []fencing.Request) []FenceEvent {
	var pending, ended []FenceEvent
	for i := range slices.Backward(requests) {
		e := fenceEvent(&requests[i])
		if e.State == FencePending {
			pending = append(pending, e)
		} else {
			ended = append(ended, e)
		}
	}
	slices.SortStableFunc(ended, func(a, b FenceEvent) int { return b.Completed.Compare(a.Completed) })
	return append(pending, ended...)
}

func fenceEvent(r *fencing.Request) FenceEvent {
	e := FenceEvent{Action: r.Action, Target: string(r.Target), Client: r.Client, Origin: string(r.Origin), Delegate: string(r.By)}
	switch {
	case r.Verdict.Good():
		e.State = FenceDone
	case r.Verdict != fencing.None:
		e.State = FenceFailed
		if len(r.Evidence) > 0 {
			e.Reason = r.Evidence[len(r.Evidence)-1]
		}
	}
	if r.Done != 0 {
		e.Completed = time.Unix(r.Done, r.Nanos)
	}
	return e
}

// LaterSuccess returns who succeeded with the same action on the same target after
// an event, "" if nobody did. newer are the events before it in the list.
func LaterSuccess(e FenceEvent, newer []FenceEvent) string { return laterSuccess(e, newer) }
