package crmsimulate

import (
	"io"
	"runtime/debug"
	"strconv"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/scheduler"
	"holdfast/scheduler/graph"
	"holdfast/scheduler/model"
	"holdfast/status"
	"holdfast/tool"
	"holdfast/tool/access"
)

// A simulation is one run of the tool on one CIB.
type simulation struct {
	*options
	call    *tool.Call
	out     *output.Output
	paper   *paper // the CIB on which everything happens
	now     time.Time
	printed bool // something was shown that the next part must stand apart from
}

func newSimulation(c *tool.Call, o *options) *simulation {
	return &simulation{options: o, call: c, out: c.Out}
}

// run goes through the parts in order: the state, the user's events, the
// decisions, their execution, the state afterwards.
func (s *simulation) run() error {
	doc, err := s.read()
	if err != nil {
		return err
	}
	c, err := s.begin(doc)
	if err != nil {
		return err
	}
	s.showState(c)
	if s.inject.any() {
		if c, err = s.injectAll(c); err != nil {
			return err
		}
	}
	if s.saveInput != "" {
		if err := s.call.Env.WriteFile(s.saveInput, s.paper.root); err != nil {
			return err
		}
	}
	var failed error
	if s.process {
		if err := s.decide(c); err != nil {
			return err
		}
		if s.simulate {
			if failed, err = s.carryOut(c); err != nil {
				return err
			}
		}
	}
	if err := s.save(); err != nil {
		return err
	}
	return failed
}

// read gets the input.
func (s *simulation) read() (doc *xml.Node, err error) {
	if !s.live {
		return s.call.Env.ReadFile(s.source)
	}
	if doc, err = access.Look(s.call); err == nil {
		s.warn(access.Warn(doc))
	} else if s.call.Env.Source().Where != tool.Live {
		return nil, tool.Fail(tool.CodeOf(err), "") // it was told
	}
	return doc, err
}

// begin makes sure that the input can be worked on, and reads the state in it.
// Nearly every input can be taken as it is: while its schema is looked at, the
// state is read already.
func (s *simulation) begin(doc *xml.Node) (*model.Cluster, error) {
	// A run keeps nearly all that it makes until its end: collecting garbage on the
	// way takes a quarter of the time and spares a tenth of the memory.
	debug.SetGCPercent(-1)
	verdict := inspect(doc)
	guess := asNewest(doc)
	s.take(guess)
	early, earlyErr := s.early()
	doc, err := verdict()
	if err != nil {
		return nil, err
	}
	if earlyErr == nil && same(doc, guess) {
		if err := s.setDate(true); err != nil {
			return nil, err
		}
		return s.logged(early), nil
	}
	s.take(doc)
	return s.schedule(scheduler.Input{Purpose: model.StatusOnly})
}

// take makes a document the one on which everything happens.
func (s *simulation) take(doc *xml.Node) {
	s.paper = newPaper(doc)
	s.paper.newNodes = s.simulateNewNodes
}

// early reads the state and says nothing.
func (s *simulation) early() (*scheduler.Result, error) {
	if err := s.setDate(false); err != nil {
		return nil, err
	}
	return s.runScheduler(scheduler.Input{Purpose: model.StatusOnly})
}

// warn tells of something odd in the cluster's configuration.
func (s *simulation) warn(text string) {
	if text != "" {
		s.out.Err("%s", text)
	}
}

// save stores the CIB as it is in the end, where the user wants it. A shadow
// copy or CIB_file that was the source is changed by the simulation, but never a
// running cluster.
func (s *simulation) save() error {
	path := s.saveOutput
	if s.store && !s.live {
		path = s.source
	}
	if source := s.call.Env.Source(); s.live && source.Where == tool.Shadow || s.live && s.store && source.Where == tool.File {
		path = source.Path
	}
	if path == "" || path == "-" && s.store {
		return nil
	}
	return s.call.Env.WriteFile(path, s.paper.root)
}

// schedule runs the scheduler on the CIB as it now is, at the time that the user
// or the CIB chose.
func (s *simulation) schedule(in scheduler.Input) (*model.Cluster, error) {
	if err := s.setDate(in.Purpose == model.StatusOnly); err != nil {
		return nil, err
	}
	result, err := s.runScheduler(in)
	if err != nil {
		return nil, err
	}
	if in.Purpose == model.StatusOnly {
		return s.logged(result), nil
	}
	return result.Cluster, nil
}

func (s *simulation) runScheduler(in scheduler.Input) (*scheduler.Result, error) {
	in.CIB, in.Now, in.Sanitized = s.paper.root, s.now, !s.live
	result, err := scheduler.Run(in)
	if err != nil {
		return nil, tool.Fail(crm.ExitConfig, "%v", err)
	}
	return result, nil
}

// logged logs, if that is wanted, what was noticed while the state was read.
func (s *simulation) logged(state *scheduler.Result) *model.Cluster {
	if s.call.Env.LogsToStderr() {
		status.Log(s.call.Env.Stderr, state.Cluster.Notices)
	}
	return state.Cluster
}

// setDate decides on the effective time and, if tell is set, says so.
func (s *simulation) setDate(tell bool) error {
	s.now = s.call.Env.Now()
	if s.date != "" {
		t, err := crm.ParseDate(s.date, s.now)
		if err != nil {
			return tool.Fail(crm.ExitUsage, "Invalid --set-datetime: %v", err)
		}
		s.now = t
		if tell {
			s.out.Info("Setting effective cluster time: %s", s.date)
		}
		return nil
	}
	if seconds, err := strconv.ParseInt(s.paper.root.Attr("execution-date"), 10, 64); err == nil {
		s.now = time.Unix(seconds, 0)
		if tell {
			s.out.Info("Using the original execution date of: %s", crm.FormatDate(s.now, crm.ShowDate|crm.ShowTime))
		}
	}
	return nil
}

// gap separates the next part from what was shown before.
func (s *simulation) gap() {
	if s.printed {
		s.out.Lines().Blank()
	}
	s.printed = true
}

// showState shows the cluster as the input has it.
func (s *simulation) showState(c *model.Cluster) {
	if s.quiet {
		return
	}
	if c.Options.Maintenance {
		s.out.Info("\n%s", status.MaintenanceText(c))
		s.printed = true
	}
	if c.DisabledCount > 0 || c.BlockedCount > 0 {
		s.gap()
		s.out.Info("%d of %d resource instances DISABLED and %d BLOCKED from further action due to failure",
			c.DisabledCount, c.InstanceCount, c.BlockedCount)
	}
	s.showStatus(c, "Current cluster status", "cluster_status", true)
}

// showStatus shows the status of a cluster under a title.
func (s *simulation) showStatus(c *model.Cluster, title, element string, pending bool) {
	s.gap()
	v := &status.View{Cluster: c, Show: status.Show{Inactive: true, FailedDetail: true, Pending: pending}}
	sections := status.Sections{v.NodeList(), v.Resources(true)}
	if s.attributes {
		sections = append(sections, v.Attributes())
	}
	if s.failCounts {
		sections = append(sections, v.FailCounts(), v.Failures())
	}
	s.part(title, element, sections)
}

// part shows a message as a list with a title, and as an element in XML.
func (s *simulation) part(title, element string, m output.Message) {
	s.out.Lines().Begin("%s", title)
	s.out.Tree().Open(element)
	s.out.Show(m)
	s.out.Tree().Close()
	s.out.Lines().End()
}

// decide schedules from a state that was read, and shows and saves what was decided.
func (s *simulation) decide(c *model.Cluster) error {
	scheduler.Decide(c, scheduler.Input{WantScores: s.scores, WantUtilization: s.utilization})
	if s.scores || s.utilization {
		s.gap()
		s.part(s.scoresTitle(), s.scoresElement(), results{remarks: c.Remarks, scores: c.Scores, quiet: s.quiet})
	}
	if s.graph != "" {
		if err := s.call.Env.WriteWith(s.graph, func(w io.Writer) error { return graph.Write(w, c) }); err != nil {
			return err
		}
	}
	if s.dot != "" {
		if err := writeDot(s.dot, c, s.allActions, s.call.Verbose > 0); err != nil {
			return err
		}
	}
	if !s.quiet {
		s.gap()
		s.out.Show(status.TransitionSummary(c))
	}
	return nil
}

func (s *simulation) scoresTitle() string {
	switch {
	case s.scores && s.utilization:
		return "Assignment Scores and Utilization Information"
	case s.scores:
		return "Assignment Scores"
	}
	return "Utilization Information"
}

func (s *simulation) scoresElement() string {
	switch {
	case s.scores && s.utilization:
		return "allocations_utilizations"
	case s.scores:
		return "allocations"
	}
	return "utilizations"
}

// A transition of many actions leaves many times as much history as there was CIB,
// and a plan that nobody needs any more: then memory is dearer than time after all.
const (
	manyActions = 10000
	frugal      = 80
)

// carryOut executes the transition on paper and shows the state it leads to. The
// first error is that the transition did not complete.
func (s *simulation) carryOut(plan *model.Cluster) (failed, err error) {
	s.gap()
	s.paper.begin()
	if len(plan.Graph.Synapses) > manyActions {
		debug.SetGCPercent(frugal)
	}
	if !s.quiet {
		s.out.Lines().Begin("Executing Cluster Transition")
		s.out.Tree().Open("transition")
	}
	e := &execution{paper: s.paper, known: plan, failures: s.inject.opFail, now: s.call.Env.Now(), show: s.event, out: s.out}
	if !e.run(plan) {
		s.out.Err("Transition failed: terminated")
		s.out.Err("An invalid transition was produced")
		failed = tool.Fail(crm.ExitError, "")
	}
	if s.quiet {
		return failed, nil
	}
	s.out.Tree().Close()
	s.out.Lines().End()
	after, err := s.schedule(scheduler.Input{Purpose: model.StatusOnly})
	if err != nil {
		return failed, err
	}
	s.showStatus(after, "Revised Cluster Status", "revised_cluster_status", false)
	return failed, nil
}

// event shows one thing that happens.
func (s *simulation) event(m output.Message) {
	if !s.quiet {
		s.out.Show(m)
	}
}
