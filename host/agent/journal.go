package agent

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"holdfast/crm"
)

const recordSuffix = ".op"

// A record is the journal's note of one run: a file whose first line says what
// was to be run and whose second, once it runs, which process it is.
// Parameters are not in it; they may be secret.
type record struct {
	path string // without suffix

	ID       string        `json:"id"`
	Class    string        `json:"class"`
	Provider string        `json:"provider,omitempty"`
	Type     string        `json:"type"`
	Resource string        `json:"resource"`
	Action   string        `json:"action"`
	Timeout  time.Duration `json:"timeout"`
	Durable  bool          `json:"durable,omitempty"`
	Note     []byte        `json:"note,omitempty"`
	Started  time.Time     `json:"started"`
	Boot     string        `json:"boot"`
}

// serial makes the names of records unique within a process; the process's own
// number and start make them unique among lives.
var serial atomic.Int64

var lifePrefix = sync.OnceValue(func() string {
	return fmt.Sprintf("%d-%d-", startTime(os.Getpid()), os.Getpid())
})

func (r *record) file(suffix string) string { return r.path + suffix }

func (h *Host) newRecord(req Request, started time.Time) (*record, error) {
	r := &record{
		path: filepath.Join(h.opt.RunDir, lifePrefix()+strconv.FormatInt(serial.Add(1), 10)),
		ID:   req.ID, Class: req.Class, Provider: req.Provider, Type: req.Type, Resource: req.Resource,
		Action: req.Action, Timeout: req.Timeout, Durable: req.Durable, Note: req.Note,
		Started: started, Boot: bootID(),
	}
	line, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	err = os.WriteFile(r.file(recordSuffix), append(line, '\n'), 0o600)
	if os.IsNotExist(err) {
		if err = os.MkdirAll(h.opt.RunDir, 0o700); err == nil {
			err = os.WriteFile(r.file(recordSuffix), append(line, '\n'), 0o600)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("write the journal of running agents: %w", err)
	}
	return r, nil
}

// running notes the process. Recover can do without it, so that a full disk
// does not end what already runs.
func (r *record) running(p Process) error {
	line, err := json.Marshal(p)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(r.file(recordSuffix), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return nil
	}
	defer f.Close()
	f.Write(append(line, '\n'))
	return nil
}

// ended keeps the result of a durable run until it is released.
func (r *record) ended(res *Result) {
	data, err := json.Marshal(res)
	if err != nil {
		return
	}
	tmp := r.file(".tmp")
	if os.WriteFile(tmp, data, 0o600) == nil {
		os.Rename(tmp, r.file(doneSuffix))
	}
}

// remove forgets the run.
func (r *record) remove() {
	if r == nil {
		return
	}
	for _, suffix := range []string{recordSuffix, exitSuffix, doneSuffix} {
		os.Remove(r.file(suffix))
	}
}

// A Recovered is a run that the daemon's former life left behind.
type Recovered struct {
	Request // without Params and Meta
	Running
	Started time.Time
}

// Recover finds what a former life of the daemon left running or unreleased,
// oldest first, and attaches to it: each Result comes as if nothing had happened.
// What a former life of the machine left is forgotten.
func (h *Host) Recover() ([]Recovered, error) {
	if err := os.MkdirAll(h.opt.RunDir, 0o700); err != nil {
		return nil, fmt.Errorf("make the run directory of agents: %w", err)
	}
	os.MkdirAll(h.opt.ScratchDir, 0o755) // some systems have it made at boot; agents complain if it is missing
	paths, err := filepath.Glob(filepath.Join(h.opt.RunDir, "*"+recordSuffix))
	if err != nil {
		return nil, err
	}
	var found []Recovered
	for _, path := range paths {
		r, proc, err := readRecord(path)
		if err != nil || r.Boot != bootID() {
			(&record{path: strings.TrimSuffix(path, recordSuffix)}).remove()
			continue
		}
		found = append(found, h.reattach(r, proc))
	}
	slices.SortFunc(found, func(a, b Recovered) int { return a.Started.Compare(b.Started) })
	h.adoptOutputs(found)
	return found, nil
}

func readRecord(path string) (*record, Process, error) {
	var (
		r    = &record{path: strings.TrimSuffix(path, recordSuffix)}
		proc Process
	)
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, proc, err
	}
	first, second, _ := bytes.Cut(data, []byte{'\n'})
	if err := json.Unmarshal(first, r); err != nil {
		return nil, proc, fmt.Errorf("read journal record %s: %w", path, err)
	}
	if len(bytes.TrimSpace(second)) > 0 {
		if err := json.Unmarshal(second, &proc); err != nil {
			return nil, proc, fmt.Errorf("read journal record %s: %w", path, err)
		}
	}
	return r, proc, nil
}

// reattach turns a record into a Running.
func (h *Host) reattach(r *record, proc Process) Recovered {
	rec := Recovered{Started: r.Started, Request: Request{
		ID: r.ID, Class: r.Class, Provider: r.Provider, Type: r.Type, Resource: r.Resource,
		Action: r.Action, Timeout: r.Timeout, Durable: r.Durable, Note: r.Note,
	}}
	if res, ok := r.result(); ok {
		rec.Running = &settled{record: r, result: finished(res)}
		return rec
	}
	if proc.Pid == 0 {
		proc, _ = groupLeaderWith(r.file(outSuffix))
	}
	c := &child{
		host: h, prog: h.reinterpret(rec.Request), timeout: r.Timeout, started: r.Started, proc: proc, record: r,
		out:    reopenOutput(r.file(outSuffix), h.opt.Output),
		errout: reopenOutput(r.file(errSuffix), h.opt.Output),
	}
	c.prepare()
	go func() { c.ended <- c.awaitStranger() }()
	go c.watch()
	rec.Running = c
	return rec
}

// reinterpret gives the judgement for a program that was started in a former life.
func (h *Host) reinterpret(req Request) program {
	switch req.Class {
	case LSB:
		action := req.Action
		if action == "monitor" {
			action = "status"
		}
		return program{kind: "Resource agent", judge: func(exit int, r *Result) { r.Code = lsbCode(action, exit) }}
	case Stonith:
		return program{kind: "Fence agent", judge: judgeFence}
	case Alert:
		return program{kind: "Alert agent", judge: judgePlain}
	}
	return program{kind: "Resource agent", judge: judgeOCF}
}

// strangerEvery is how often a process that is not our child is looked at.
const strangerEvery = 20 * time.Millisecond

// awaitStranger waits for a process of a former life, which cannot be waited
// for as a child, and learns its exit status from the keeper.
func (c *child) awaitStranger() ending {
	for c.proc.Alive() {
		time.Sleep(strangerEvery)
	}
	if exit, ok := c.record.exit(); ok {
		return ending{exit: exit}
	}
	return ending{exit: -1, lost: true}
}

// exit reads the status that the keeper noted.
func (r *record) exit() (int, bool) {
	data, err := os.ReadFile(r.file(exitSuffix))
	if err != nil {
		return 0, false
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(data)))
	return n, err == nil
}

// result reads what ended left.
func (r *record) result() (Result, bool) {
	var res Result
	data, err := os.ReadFile(r.file(doneSuffix))
	if err != nil || json.Unmarshal(data, &res) != nil {
		return Result{}, false
	}
	return res, res.Status != crm.OpUnknown
}

// settled is a run that had ended before it was recovered.
type settled struct {
	record *record
	result Running
}

func (s *settled) Process() (Process, bool) { return Process{}, false }
func (s *settled) Done() <-chan Result      { return s.result.Done() }
func (s *settled) Cancel()                  {}
func (s *settled) Release()                 { s.record.remove() }

// adoptOutputs takes over output files that services still hold from a former
// life, and removes the rest.
func (h *Host) adoptOutputs(known []Recovered) {
	attached := map[string]bool{}
	for _, r := range known {
		if c, ok := r.Running.(*child); ok {
			attached[c.record.path] = true
		}
	}
	for _, suffix := range []string{outSuffix, errSuffix} {
		paths, _ := filepath.Glob(filepath.Join(h.opt.RunDir, "*"+suffix))
		for _, path := range paths {
			if !attached[strings.TrimSuffix(path, suffix)] {
				h.retire(reopenOutput(path, h.opt.Output))
			}
		}
	}
}
