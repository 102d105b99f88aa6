// Package scheduler decides what a cluster should do: a pure function from a CIB
// and a time to the transition that leads to the state the configuration asks
// for. It opens nothing, reads no clock and logs nothing; what it has to tell is
// in the result. Its stages are the packages below it; scheduler/model, the
// working state, says who writes what.
package scheduler

import (
	"errors"
	"slices"
	"time"

	"holdfast/cib/xml"
	"holdfast/scheduler/assign"
	"holdfast/scheduler/config"
	"holdfast/scheduler/constraint"
	"holdfast/scheduler/graph"
	"holdfast/scheduler/history"
	"holdfast/scheduler/model"
	"holdfast/scheduler/order"
	"holdfast/scheduler/plan"
)

// Input is what a run decides from.
type Input struct {
	CIB *xml.Node // a <cib>; never changed
	Now time.Time // the effective time, for rules and expiry

	LocalNode string        // the node the run is for, "" if none
	Purpose   model.Purpose // how much of the run is wanted

	WantScores      bool // record scores as they are computed
	WantUtilization bool // record capacities and what takes them
	WantCauses      bool // record the reasons of decisions
	Sanitized       bool // secrets are missing from the CIB
}

// Result is what a run decided: the working state with placement, actions,
// notices and, unless the purpose is less, the transition in Cluster.Graph.
type Result struct {
	Cluster *model.Cluster
}

// Run decides. An error means that the input is no CIB at all; anything wrong in
// a CIB is a notice in the result, and the run goes on as well as it can.
func Run(in Input) (*Result, error) {
	if in.CIB == nil || in.CIB.Name != "cib" {
		return nil, errors.New("schedule: the input is not a <cib> element")
	}
	c := newCluster(in)
	Through(c, lastStage(in.Purpose))
	return &Result{c}, nil
}

// Through passes a new state through the stages up to the one of that name (see
// stages) and panics if there is none. It is for who wants to see what stands
// between two stages; Run knows where to end.
func Through(c *model.Cluster, last string) { pass(c, stages, last) }

// Decide takes a run that was made for the status only to its end: the result is
// that of a run for another purpose from the start. It works on a state once.
func Decide(c *model.Cluster, in Input) {
	c.Purpose = in.Purpose
	c.WantScores, c.WantUtilization, c.WantCauses = in.WantScores, in.WantUtilization, in.WantCauses
	done := slices.IndexFunc(stages, func(s stage) bool { return s.name == lastStage(model.StatusOnly) })
	pass(c, stages[done+1:], lastStage(in.Purpose))
}

// A stage is a step of a run: it adds to the working state what it makes of that
// which the stages before it wrote.
type stage struct {
	name string
	run  func(*model.Cluster)
}

// stages are all of them in their order.
var stages = []stage{
	{"config", func(c *model.Cluster) { config.Read(c, c.CIB) }},
	{"history", readHistory},
	{"constraint", constraint.Read},
	{"criteria", assign.Criteria},
	{"implicit constraints", constraint.Implicit},
	{"implicit orders", order.Implicit},
	{"changes", plan.ConfigChanges},
	{"assign", assign.Run},
	{"plan", plan.Run},
	{"remote connections", order.RemoteConnections},
	{"fencing", plan.FencingAndShutdown},
	{"order", order.Run},
	{"graph", graph.Build},
}

// lastStage is where a run for that purpose ends.
func lastStage(p model.Purpose) string {
	switch p {
	case model.StatusOnly:
		return "history"
	case model.ValidateOnly:
		return "constraint"
	case model.LocationOnly:
		return "criteria"
	}
	return "graph"
}

func pass(c *model.Cluster, stages []stage, last string) {
	for _, s := range stages {
		s.run(c)
		if s.name == last {
			return
		}
	}
	panic("scheduler: no stage " + last)
}

func readHistory(c *model.Cluster) {
	if c.Purpose != model.LocationOnly {
		history.Read(c)
	}
}

func newCluster(in Input) *model.Cluster {
	c := model.New(in.CIB, in.Now)
	c.LocalNode, c.Purpose, c.Sanitized = in.LocalNode, in.Purpose, in.Sanitized
	c.WantScores, c.WantUtilization, c.WantCauses = in.WantScores, in.WantUtilization, in.WantCauses
	return c
}
