package daemon

import (
	"time"

	"holdfast/cib/alert"
	"holdfast/cib/xml"
	"holdfast/cluster"
	"holdfast/host/agent"
	"holdfast/output"
)

// alerts runs the programs that the configuration wants told of events. Nothing
// waits for them, and one that fails is not run again.
type alerts struct {
	host *agent.Host
	log  *logger
}

func (a *alerts) tell(e cluster.Alert, document *xml.Node) {
	now := time.Now()
	for _, configured := range alert.Read(document, now) {
		if !configured.Wants(e.Kind, e.Name) {
			continue
		}
		run := a.host.StartAlert(agent.AlertFor(&configured, event(e, now)))
		go a.end(configured.ID, run)
	}
}

func (a *alerts) end(id string, run agent.Running) {
	if r := <-run.Done(); !r.OK() {
		a.log.printf(cluster.Warning, "alert %s was not told: %s", id, describe(r))
	}
	run.Release()
}

func event(e cluster.Alert, now time.Time) agent.AlertEvent {
	return agent.AlertEvent{
		Kind: e.Kind, At: now, Version: output.Version, Node: string(e.Node), NodeID: e.NodeID, Desc: e.Desc,
		Task: e.Task, RC: e.RC, Resource: e.Resource, Interval: e.Interval, TargetRC: e.TargetRC,
		Status: e.Status, ExecTime: e.Exec, Name: e.Name, Value: e.Value,
	}
}
