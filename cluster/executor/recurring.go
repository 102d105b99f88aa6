package executor

import (
	"slices"
	"time"

	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/internal/mutant"
)

// recur begins a recurring operation, or gives a running one new parameters.
func (x *Executor) recur(now time.Time, r *resource, op wire.Operation) []Effect {
	if old := r.find(op.Task, op.Interval); old != nil {
		old.ended = true
		r.recurring = slices.DeleteFunc(r.recurring, func(c *recurring) bool { return c == old })
	}
	rec := &recurring{op: op}
	r.recurring = append(r.recurring, rec)
	j := x.job(now, r, op, rec)
	rec.callID = j.callID
	if op.Delay > 0 {
		return []Effect{x.timer(time.Duration(op.Delay)*time.Millisecond, &timed{rsc: r, job: j})}
	}
	return x.enqueue(now, j)
}

func (r *resource) find(task string, interval int64) *recurring {
	for _, c := range r.recurring {
		if c.op.Task == task && c.op.Interval == interval {
			return c
		}
	}
	return nil
}

// Tick is a timer's end. One whose operation was cancelled is ignored.
func (x *Executor) Tick(now time.Time, serial uint64) []Effect {
	t := x.ticks[serial]
	delete(x.ticks, serial)
	switch {
	case t == nil:
		return nil
	case t.job != nil:
		if t.job.dropped || t.job.of != nil && t.job.of.ended {
			return nil
		}
		t.job.asked = now
		return x.enqueue(now, t.job)
	case t.rec.ended:
		return nil
	}
	j := &job{callID: t.rec.callID, op: t.rec.op, rsc: t.rsc, of: t.rec, asked: now}
	return x.enqueue(now, j)
}

// recurred reports a recurring operation's outcome if it is news, and sets the
// clock for the next run.
func (x *Executor) recurred(now time.Time, j *job, o Outcome) []Effect {
	rec := j.of
	if rec.ended {
		return nil
	}
	out := []Effect{x.timer(time.Duration(rec.op.Interval)*time.Millisecond, &timed{rsc: j.rsc, rec: rec})}
	if rec.reported && mutant.On(mutant.SilentMonitor) || rec.reported && rec.status == o.Status && rec.code == o.Code {
		return out
	}
	rec.reported, rec.status, rec.code = true, o.Status, o.Code
	rec.since = now.Unix()
	return append(out, Report{x.result(now, j, o)})
}

// endRecurring forgets the recurring operations of a resource, and has those
// killed that run.
func (x *Executor) endRecurring(r *resource) []Effect {
	for _, c := range r.recurring {
		c.ended = true
	}
	r.recurring, r.resting = nil, nil
	r.queue = slices.DeleteFunc(r.queue, func(j *job) bool { return j.of != nil })
	if r.running != nil && r.running.of != nil {
		return []Effect{Kill{r.running.callID}}
	}
	return nil
}

// changed sees to the recurring operations that rest since a change of the resource's state
// was asked for. If it failed, the service may run on, and is recorded as watched: they go on, unless
// another change waits. The scheduler would not order them anew once the failure has expired.
func (x *Executor) changed(j *job, o Outcome) []Effect {
	r := j.rsc
	if !changes(j.op.Task) || slices.ContainsFunc(r.queue, func(next *job) bool { return next.of == nil && changes(next.op.Task) }) {
		return nil
	}
	resting := r.resting
	r.resting = nil
	if o.Status == crm.OpDone && o.Code == j.op.Target {
		return nil
	}
	var out []Effect
	for _, c := range resting {
		if r.find(c.op.Task, c.op.Interval) == nil {
			again := *c
			again.ended = false
			r.recurring = append(r.recurring, &again)
			out = append(out, x.timer(time.Duration(c.op.Interval)*time.Millisecond, &timed{rsc: r, rec: &again}))
		}
	}
	return out
}

// cancel ends one recurring operation; it always succeeds.
func (x *Executor) cancel(now time.Time, r *resource, op wire.Operation) []Effect {
	if c := r.find(op.Cancel, op.Interval); c != nil {
		c.ended = true
		r.recurring = slices.DeleteFunc(r.recurring, func(o *recurring) bool { return o == c })
		r.queue = slices.DeleteFunc(r.queue, func(j *job) bool { return j.of == c })
	}
	return []Effect{Report{confirm(op, now)}}
}

// forget drops a resource that the cluster no longer has.
func (x *Executor) forget(now time.Time, r *resource, op wire.Operation) []Effect {
	out := x.endRecurring(r)
	if r.running == nil && len(r.queue) == 0 {
		delete(x.resources, r.name)
	}
	return append(out, Report{confirm(op, now)})
}

// confirm is the result of what needed no agent.
func confirm(op wire.Operation, now time.Time) wire.Result {
	return wire.Result{Op: op, Status: crm.OpDone, Code: crm.OCFOK, Changed: now.Unix()}
}

// Drop makes the executor forget a resource's recurring operations, because the
// cluster forgot its history.
func (x *Executor) Drop(name string) []Effect {
	if r := x.resources[name]; r != nil {
		return x.endRecurring(r)
	}
	return nil
}
