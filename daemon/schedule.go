package daemon

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/cluster"
	"holdfast/cluster/transition"
	"holdfast/scheduler"
	"holdfast/scheduler/graph"
)

// planner runs the scheduler and keeps its inputs for later questions
// (crm_simulate, crm report).
type planner struct {
	dir  string
	next int
	post func(cluster.Input)
	log  *logger
	done chan decision // to the one that keeps inputs

	closing  chan struct{} // closed when no more inputs are to be kept
	archived chan struct{} // closed when what there was has been kept

	modern cib.Modernizer // what the scheduler reads is of the newest schema
}

// decision is an input of the scheduler, to be kept.
type decision struct {
	name    string
	number  int
	root    *xml.Node
	nothing bool // there was nothing to do
}

// keptInputs is how many inputs of the scheduler are kept (pe-input-series-max).
const keptInputs = 4000

func newPlanner(dir string, post func(cluster.Input), log *logger) *planner {
	os.MkdirAll(dir, 0o750)
	p := &planner{
		dir: dir, post: post, log: log, done: make(chan decision, 64),
		closing: make(chan struct{}), archived: make(chan struct{}),
	}
	go p.archive()
	if text, err := os.ReadFile(filepath.Join(dir, "pe-input.last")); err == nil {
		p.next, _ = strconv.Atoi(strings.TrimSpace(string(text)))
	}
	return p
}

// schedule computes a transition in the background.
func (p *planner) schedule(s cluster.Schedule) {
	number := p.next
	p.next = (p.next + 1) % keptInputs
	name := filepath.Join(p.dir, fmt.Sprintf("pe-input-%d.bz2", number))
	go func() {
		in := cluster.Scheduled{Serial: s.Serial, Input: name}
		in.Graph, in.Recheck, in.Err = p.compute(s.CIB, time.Now())
		p.post(in)
		select {
		case p.done <- decision{name, number, s.CIB, in.Graph != nil && len(in.Graph.Synapses) == 0}:
		case <-p.closing:
		}
	}()
}

// archiveBound is how long the end of the process waits for inputs to be kept.
const archiveBound = 5 * time.Second

// close waits, within a bound, until what was decided so far is kept. Decisions that
// are still being made are of no use to anybody any more.
func (p *planner) close() {
	close(p.closing)
	select {
	case <-p.archived:
	case <-time.After(archiveBound):
	}
}

// archive keeps inputs one after the other: it must not take the processors from
// what it tells of. While decisions come one upon the other, those that had nothing
// to do are left out, but for the last.
func (p *planner) archive() {
	defer close(p.archived)
	for d, ok := p.decided(); ok; d, ok = p.decided() {
		d = p.settled(d)
		if err := p.keep(d.name, d.number, d.root); err != nil {
			p.log.printf(cluster.Warning, "cannot keep the scheduler's input: %v", err)
		}
	}
}

// decided waits for a decision; there is none when all are kept and no more come.
func (p *planner) decided() (decision, bool) {
	select {
	case d := <-p.done:
		return d, true
	default:
	}
	select {
	case d := <-p.done:
		return d, true
	case <-p.closing:
		return decision{}, false
	}
}

// archiveQuiet is how long a decision to do nothing waits for a newer one that
// takes its place in the archive.
const archiveQuiet = 250 * time.Millisecond

// settled returns the decision, or the newest of those that follow it closely, as
// long as there was nothing to do.
func (p *planner) settled(d decision) decision {
	for d.nothing {
		select {
		case d = <-p.done:
		case <-time.After(archiveQuiet):
			return d
		case <-p.closing:
			return d
		}
	}
	return d
}

// compute runs the scheduler. A panic in it is a bug of ours that must not end
// the daemon, because the services would be left alone.
func (p *planner) compute(root *xml.Node, now time.Time) (g *transition.Graph, recheck time.Time, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the scheduler failed: %v", r)
		}
	}()
	modern, err := p.modern.Modern(root)
	if err != nil {
		p.log.printf(cluster.Warning, "the configuration is scheduled as it stands, because it cannot be brought to the newest schema: %v", err)
	}
	result, err := scheduler.Run(scheduler.Input{CIB: modern, Now: now})
	if err != nil {
		return nil, time.Time{}, err
	}
	g, err = transition.Read(graph.XML(result.Cluster))
	return g, result.Cluster.NextLook(), err
}

// keep writes an input in the customary form, compressed where bzip2 is there.
func (p *planner) keep(name string, number int, root *xml.Node) error {
	text := []byte(root.Indented())
	if bzip, err := exec.LookPath("bzip2"); err == nil {
		out, err := os.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o640)
		if err != nil {
			return err
		}
		defer out.Close()
		cmd := exec.Command(bzip, "-c")
		cmd.Stdin, cmd.Stdout = strings.NewReader(string(text)), out
		if err := cmd.Run(); err != nil {
			return err
		}
	} else if err := os.WriteFile(strings.TrimSuffix(name, ".bz2"), text, 0o640); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(p.dir, "pe-input.last"), []byte(strconv.Itoa(number+1)+"\n"), 0o640)
}
