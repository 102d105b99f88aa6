package history

import (
	"strings"
	"time"

	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/config"
	"holdfast/scheduler/model"
)

// expired tells whether an operation, if it failed, is too old to count. It also
// schedules the clearing of fail counts that have expired with it.
func (r *reader) expired(e *entry) bool {
	if e.status == crm.OpNotInstalled {
		return false // has to be cleared by a person
	}
	lastFailure := strings.HasSuffix(e.id, "_last_failure_0")
	expired, unexpired := r.old(e)
	clear := ""
	if expired {
		switch failures, _ := failCount(r.c, e.node, e.rsc, 0, e.xml); {
		case failures > 0 && unexpired == 0:
			clear = "it expired"
		case failures > 0:
			expired = false // fail-safe: the count says that it is not over
		case lastFailure && e.rsc.ReconnectEvery > 0:
			clear = "reconnect interval is set"
		}
	}
	if !expired && lastFailure && r.parametersChanged(e) {
		clear = "resource parameters have changed"
	}
	if clear != "" {
		r.clearFailures(e, clear)
	}
	return expired && !probeResult(e)
}

// old compares an operation's age with the resource's failure-timeout, and
// counts the failures that are not over yet.
func (r *reader) old(e *entry) (expired bool, unexpired int) {
	timeout := wholeSeconds(e.rsc.FailureTimeout)
	at, known := Changed(e.xml)
	if timeout <= 0 || !known {
		return false, 0
	}
	expired = r.c.Now.Unix() >= at.Add(timeout).Unix() && !r.waitsForFencing(e)
	unexpired, last := failCount(r.c, e.node, e.rsc, Effective, e.xml)
	switch over := last.Add(timeout + time.Second); {
	case unexpired > 0 && r.c.Now.Before(over):
		r.c.Recheck(over)
	case unexpired == 0 && !expired && at.Add(timeout).After(r.c.Now):
		// Where the count is over and the operation is not, as after a probe that found
		// more than was expected, the count is cleared with the operation.
		if failures, _ := failCount(r.c, e.node, e.rsc, 0, e.xml); failures > 0 {
			r.c.RecheckQuietly(at.Add(timeout))
		}
	}
	return expired, unexpired
}

func wholeSeconds(d time.Duration) time.Duration {
	return (d + 500*time.Millisecond).Truncate(time.Second)
}

// waitsForFencing tells whether an operation is the failed monitor of a remote
// connection whose node has not been fenced yet: it does not expire before that.
func (r *reader) waitsForFencing(e *entry) bool {
	if e.rsc.ReconnectEvery <= 0 || !r.c.Options.FencingEnabled || e.interval == 0 || e.task != crm.TaskMonitor {
		return false
	}
	n := r.c.NodeNamed(e.rsc.ID)
	return n != nil && !n.RemoteFenced
}

// parametersChanged tells whether a start or monitor failed with parameters
// that have been changed since.
func (r *reader) parametersChanged(e *entry) bool {
	if e.task != crm.TaskStart && e.task != crm.TaskMonitor {
		return false
	}
	if NeedsBundleHost(r.c, e.rsc) {
		// The address is not known before containers are placed.
		r.c.Checks = append(r.c.Checks, model.ParamCheck{
			Op: e.xml, Resource: e.rsc, Node: e.node, Kind: model.CheckLastFailure,
		})
		return false
	}
	change := action.CompareDigest(r.c, e.rsc, e.xml, e.node).Change
	return change == model.DigestMismatch || change == model.DigestRestart
}

// NeedsBundleHost tells whether a resource is the connection to a replica
// without an address of its own.
func NeedsBundleHost(c *model.Cluster, rsc *model.Resource) bool {
	return rsc.Is(model.RemoteConnection) && strings.EqualFold(config.Params(c, rsc, nil).Get("addr"), "#uname")
}

// clearFailures schedules the clearing of a resource's failures on a node. A
// connection that waits to be tried again waits for its node's fencing as well.
func (r *reader) clearFailures(e *entry, why string) {
	a := action.ClearFailcount(r.c, e.rsc, e.node, why)
	if !r.c.Options.FencingEnabled || e.rsc.ReconnectEvery <= 0 {
		return
	}
	if n := r.c.NodeNamed(e.rsc.ID); n != nil {
		fence := action.Fence(r.c, n, "", true, "", false)
		action.Order(fence, a, model.FirstImpliesThen)
	}
}

// probeResult tells whether an operation is a probe that found out a state, which
// does not become less true with time.
func probeResult(e *entry) bool {
	if !e.probe {
		return false
	}
	switch e.code {
	case crm.OCFOK, crm.OCFNotRunning, crm.OCFPromoted, crm.OCFDegraded, crm.OCFDegradedPromoted:
		return true
	}
	return false
}
