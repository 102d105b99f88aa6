package scenario

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"holdfast/test/lab"
)

// A Scenario is something that happens to a cluster, and what must come of it.
type Scenario struct {
	Name  string
	About string
	Nodes int            // how many it needs at least, 0 for any number
	Fits  func(int) bool // whether it makes sense with so many, nil for yes
	Links int            // between the machines, how many it needs at least
	Do    func(t *Trial)
}

// A Trial is one run of a scenario. Its verbs act on the cluster, and end the trial
// if something does not come about.
type Trial struct {
	*Cluster
	began    time.Time
	mayFence map[string]bool
	mustBe   map[string]bool // fenced
	expected []*regexp.Regexp
	lives    map[string]int // how often a machine may be fenced, 1 if not here
	mayTwice time.Duration  // how long something may run twice
	story    []string
}

// failure ends a trial.
type failure struct{ err error }

// Run carries a scenario out on the cluster and audits it afterwards. The story
// tells what was done.
func (c *Cluster) Run(s Scenario) (story string, err error) {
	t := &Trial{Cluster: c, began: time.Now(), mayFence: map[string]bool{}, mustBe: map[string]bool{}, lives: map[string]int{}}
	defer func() {
		story = strings.Join(t.story, "; ")
		switch f := recover().(type) {
		case nil:
		case failure:
			err = f.err
		default:
			panic(f)
		}
	}()
	s.Do(t)
	t.settle("the cluster is whole again", c.all())
	t.check(t.close())
	return
}

// Fits reports whether a scenario is for a cluster of this size.
func (c *Cluster) Fits(s Scenario) bool {
	n := len(c.Lab.Machines)
	return n >= s.Nodes && max(1, c.opt.Links) >= s.Links && (s.Fits == nil || s.Fits(n))
}

// close is the audit of what has happened meanwhile.
func (t *Trial) close() error {
	return errors.Join(t.auditFencing(), t.auditTwice(), t.logs.take(t.expected), await(momentBound, t.auditProcesses))
}

func (t *Trial) say(format string, args ...any) {
	t.story = append(t.story, fmt.Sprintf(format, args...))
}

// fail ends the trial.
func (t *Trial) fail(format string, args ...any) { panic(failure{fmt.Errorf(format, args...)}) }

func (t *Trial) check(err error) {
	if err != nil {
		panic(failure{err})
	}
}

// within waits for something to come about.
func (t *Trial) within(limit time.Duration, what string, ask func() error) {
	if err := await(limit, ask); err != nil {
		t.fail("%s: %w", what, err)
	}
}

// settle waits until the cluster is at rest and as wished.
func (t *Trial) settle(what string, w wish) {
	t.within(bound, what, func() error {
		if err := t.audit(w); err != nil {
			return err
		}
		time.Sleep(restPause)
		return t.audit(w)
	})
}

// restPause is how long a cluster must stay at rest to count as settled: what has just
// been done to it may not have been noticed yet.
const restPause = 300 * time.Millisecond

// tool runs a command line tool on a machine, as an administrator does.
func (t *Trial) tool(m *lab.Machine, argv ...string) string {
	out, err := m.Run(time.Minute, argv...)
	t.check(err)
	return out
}

// expectFence says that the cluster must fence these machines; allowFence that it may.
func (t *Trial) expectFence(list ...*lab.Machine) {
	for _, m := range list {
		t.mustBe[m.Name], t.mayFence[m.Name] = true, true
	}
}

func (t *Trial) allowFence(list ...*lab.Machine) {
	for _, m := range list {
		t.mayFence[m.Name] = true
	}
}

// mayFenceTwice says that a machine lives twice in this trial.
func (t *Trial) mayFenceTwice(m *lab.Machine) { t.lives[m.Name] = 2 }

// expectLog says that lines like this are no fault in this trial.
func (t *Trial) expectLog(pattern string) {
	t.expected = append(t.expected, regexp.MustCompile(pattern))
}

// auditFencing holds what the power switch did against what was to be expected.
func (t *Trial) auditFencing() error {
	var errs []error
	offs := map[string]int{}
	for _, s := range t.Lab.Power.Log(t.began) {
		if s.Action == "on" || s.Err != nil {
			continue
		}
		offs[s.Target]++
		if !t.mayFence[s.Target] {
			errs = append(errs, fmt.Errorf("%s was fenced without a fault, by %s at %s", s.Target, s.By, s.When.Format("15:04:05.000")))
		}
	}
	for _, m := range t.Lab.Machines {
		if t.mustBe[m.Name] && offs[m.Name] == 0 {
			errs = append(errs, fmt.Errorf("%s was not fenced", m.Name))
		}
		if offs[m.Name] > 0 && !t.mustBe[m.Name] {
			t.say("%s was fenced", m.Name)
		}
		if offs[m.Name] > max(1, t.lives[m.Name]) {
			errs = append(errs, fmt.Errorf("%s was fenced %d times", m.Name, offs[m.Name]))
		}
	}
	return errors.Join(errs...)
}

func (t *Trial) auditTwice() error {
	var errs []error
	for id, o := range t.twin.take() {
		if o.total > t.mayTwice {
			errs = append(errs, fmt.Errorf("%s ran twice, %s", id, o))
		} else {
			t.say("%s ran twice, %s", id, o)
		}
	}
	return errors.Join(errs...)
}

// momentBound is how long something may be seen that is gone in a moment: a process
// that starts another one is there twice until that has become itself.
const momentBound = 5 * time.Second

// oldest is how old a process may be that is neither part of the stack nor a service:
// agents end sooner.
const oldest = 45 * time.Second

// most a node process may hold; it uses a tenth of it.
const (
	mostMemory = 300 << 20
	mostFiles  = 300
)

// auditProcesses finds what was left running, and a node process that grows.
func (t *Trial) auditProcesses() error {
	for _, m := range t.Lab.Machines {
		counts := map[string]int{}
		for _, p := range m.Processes() {
			kind := kindOf(p)
			counts[kind]++
			if kind == "" && p.Age() > oldest {
				return fmt.Errorf("%s has a process that was left behind: %s", m.Name, p)
			}
		}
		for _, kind := range []string{"corosync", "supervisor", "node"} {
			if counts[kind] != 1 {
				return fmt.Errorf("%s has %d processes that are %s", m.Name, counts[kind], kind)
			}
		}
		node, ok := m.Node()
		if memory, files := node.Memory(), node.Files(); ok && (memory > mostMemory || files > mostFiles) {
			return fmt.Errorf("the node process of %s has %d MB and %d files open", m.Name, memory>>20, files)
		}
	}
	return nil
}

// kindOf sorts the processes of a machine; it is "" for those that should not stay.
func kindOf(p lab.Process) string {
	switch {
	case p.State == 'Z':
		return ""
	case p.Name == "corosync":
		return "corosync"
	case p.Name == "holdfast-node":
		return "node"
	case p.Name == "holdfast" && len(p.Args) > 1 && p.Args[1] == "daemon":
		return "supervisor"
	case p.Name == "nginx" || len(p.Args) > 2 && p.Args[1] == "demo-web" && p.Args[2] == "--serve":
		return "service"
	}
	return ""
}

// any draws one of some machines.
func (t *Trial) any(list []*lab.Machine) *lab.Machine { return list[t.rand.IntN(len(list))] }

// some draws n of the cluster's machines; rest are the others, in order.
func (t *Trial) some(n int) (drawn, rest []*lab.Machine) {
	for i, at := range t.rand.Perm(len(t.Lab.Machines)) {
		if i < n {
			drawn = append(drawn, t.Lab.Machines[at])
		} else {
			rest = append(rest, t.Lab.Machines[at])
		}
	}
	byNumber := func(a, b *lab.Machine) int { return a.Number - b.Number }
	slices.SortFunc(drawn, byNumber)
	slices.SortFunc(rest, byNumber)
	return drawn, rest
}

// without returns the cluster's machines but for some.
func (t *Trial) without(gone ...*lab.Machine) []*lab.Machine {
	var list []*lab.Machine
	for _, m := range t.Lab.Machines {
		if !slices.Contains(gone, m) {
			list = append(list, m)
		}
	}
	return list
}

// dc is the machine that coordinates.
func (t *Trial) dc() *lab.Machine {
	n, _, err := look(t.Lab.Machines[0])
	t.check(err)
	m := t.Lab.Machine(string(n.DC))
	if m == nil {
		t.fail("%s names %q as DC", t.Lab.Machines[0].Name, n.DC)
	}
	return m
}

// home is a machine on which an exclusive service runs.
func (t *Trial) home(id string) *lab.Machine {
	for _, s := range t.services {
		for _, m := range t.Lab.Machines {
			if s.id == id {
				if yes, _ := s.active(m); yes {
					return m
				}
			}
		}
	}
	t.fail("%s runs nowhere", id)
	return nil
}

// pause waits for a random time.
func (t *Trial) pause(most time.Duration) {
	time.Sleep(time.Duration(t.rand.Int64N(int64(most))))
}
