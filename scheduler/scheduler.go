// Package scheduler decides what a cluster should do: a pure function from a CIB
// and a time to the transition that leads to the state the configuration asks
// for. It opens nothing, reads no clock and logs nothing; what it has to tell is
// in the result. Its stages are the packages below it; scheduler/model, the
// working state, says who writes what.
package scheduler

import (
	"errors"
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

	config.Read(c, in.CIB)
	if in.Purpose != model.LocationOnly {
		history.Read(c)
	}
	if in.Purpose == model.StatusOnly {
		return &Result{c}, nil
	}
	decide(c)
	return &Result{c}, nil
}

// Decide takes a run that was made for the status only to its end: the result is
// that of a run for another purpose from the start. It works on a state once.
func Decide(c *model.Cluster, in Input) {
	c.Purpose = in.Purpose
	c.WantScores, c.WantUtilization, c.WantCauses = in.WantScores, in.WantUtilization, in.WantCauses
	decide(c)
}

func decide(c *model.Cluster) {
	constraint.Read(c)
	if c.Purpose == model.ValidateOnly {
		return
	}
	assign.Criteria(c)
	if c.Purpose == model.LocationOnly {
		return
	}
	constraint.Implicit(c)
	order.Implicit(c)
	plan.ConfigChanges(c)
	assign.Run(c)
	plan.Run(c)
	order.RemoteConnections(c)
	plan.FencingAndShutdown(c)
	order.Run(c)
	graph.Build(c)
}

func newCluster(in Input) *model.Cluster {
	c := model.New(in.CIB, in.Now)
	c.LocalNode, c.Purpose, c.Sanitized = in.LocalNode, in.Purpose, in.Sanitized
	c.WantScores, c.WantUtilization, c.WantCauses = in.WantScores, in.WantUtilization, in.WantCauses
	return c
}
