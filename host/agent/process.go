package agent

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"holdfast/crm"
)

// killPatience is how long a killed process group may take to die. One that
// hangs in the kernel must not hold up the executor.
const killPatience = 5 * time.Second

// trimEvery is how often the output of a running agent is cut to its limit.
const trimEvery = time.Second

// A Process names the process group of an agent so that it cannot be
// mistaken for another that got the same number later.
type Process struct {
	Pid   int   `json:"pid"`
	Start int64 `json:"start"` // in ticks since boot, as /proc/PID/stat has it
}

// A program is what a standard makes of a request.
type program struct {
	kind  string // what messages call it: Resource agent, Fence agent
	path  string
	args  []string
	env   []string
	stdin [][]byte            // nil for none
	gate  <-chan struct{}     // before the last part of stdin; nil for none
	user  *syscall.Credential // whom to run as; nil for the daemon's own user
	// judge fills in the Code (and ExitReason) of a program that exited.
	judge func(exit int, r *Result)
}

// child is a program under way, of this daemon's life or the one before.
type child struct {
	host    *Host
	prog    program
	timeout time.Duration
	started time.Time
	proc    Process
	record  *record
	out     *output
	errout  *output

	ended  chan ending
	result chan Result
	cancel chan struct{}
	once   sync.Once
}

// An ending is how a process ended.
type ending struct {
	exit   int            // -1 unless it exited
	signal syscall.Signal // 0 unless it was killed
	lost   bool           // nobody knows
}

// spawn starts a program for a request.
func (h *Host) spawn(req Request, prog program) Running {
	c := &child{host: h, prog: prog, timeout: req.Timeout, started: time.Now()}
	c.prepare()
	if err := c.begin(req); err != nil {
		c.discard()
		r := startFailure(prog.path, err)
		r.Started = c.started
		return finished(r)
	}
	go c.watch()
	return c
}

// prepare makes the channels on which a child is watched.
func (c *child) prepare() {
	c.result = make(chan Result, 1)
	c.cancel = make(chan struct{})
	c.ended = make(chan ending, 1)
}

// begin writes the journal, opens the files and starts the process.
func (c *child) begin(req Request) error {
	var err error
	if c.record, err = c.host.newRecord(req, c.started); err != nil {
		return err
	}
	if c.out, err = createOutput(c.record.file(outSuffix), c.host.opt.Output); err != nil {
		return err
	}
	if c.errout, err = createOutput(c.record.file(errSuffix), c.host.opt.Output); err != nil {
		return err
	}
	stdin, feed, err := openInput(c.prog.stdin)
	if err != nil {
		return err
	}
	files := []*os.File{stdin}
	defer func() { closeAll(files) }()
	for _, o := range []*output{c.out, c.errout} {
		w, err := o.writer()
		if err != nil {
			return err
		}
		files = append(files, w)
	}
	path, argv := c.commandLine(req.Durable)
	p, err := os.StartProcess(path, argv, &os.ProcAttr{
		Dir:   "/",
		Env:   c.prog.env,
		Files: files,
		Sys:   &syscall.SysProcAttr{Setpgid: true, Credential: c.prog.user},
	})
	if err != nil {
		if feed != nil {
			feed.Close()
		}
		return err
	}
	if feed != nil {
		go c.writeInput(feed)
	}
	c.proc = Process{Pid: p.Pid, Start: startTime(p.Pid)}
	calm(p.Pid)
	go func() { c.ended <- await(p) }()
	return c.record.running(c.proc)
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

// keeper is the shell that outlives the daemon to note an agent's exit status
// in the file $0. It runs no text but this; agent and action are arguments.
const keeper = `"$@"; e=$?; echo $e >"$0"; exit $e`

// commandLine gives the program and its arguments, behind a keeper if the exit
// status must not be lost.
func (c *child) commandLine(durable bool) (string, []string) {
	argv := append([]string{c.prog.path}, c.prog.args...)
	if !durable {
		return c.prog.path, argv
	}
	return "/bin/sh", append([]string{"/bin/sh", "-c", keeper, c.record.file(exitSuffix)}, argv...)
}

// openInput gives a program's standard input: /dev/null, or a pipe to be fed.
func openInput(data [][]byte) (stdin, feed *os.File, err error) {
	if data == nil {
		stdin, err = os.Open(os.DevNull)
		return stdin, nil, err
	}
	return os.Pipe()
}

// writeInput feeds the program, the last part when its gate is open. One that does
// not read its input is no error.
func (c *child) writeInput(feed *os.File) {
	defer feed.Close()
	last := len(c.prog.stdin) - 1
	for i, part := range c.prog.stdin {
		if i == last && c.prog.gate != nil {
			select {
			case <-c.prog.gate:
			case <-c.cancel:
				return
			}
		}
		feed.Write(part)
	}
}

func await(p *os.Process) ending {
	state, err := p.Wait()
	if err != nil {
		return ending{exit: -1, lost: true}
	}
	ws := state.Sys().(syscall.WaitStatus)
	if ws.Signaled() {
		return ending{exit: -1, signal: ws.Signal()}
	}
	return ending{exit: ws.ExitStatus()}
}

// watch waits for the end, one way or another, and delivers the result.
func (c *child) watch() {
	var deadline <-chan time.Time
	limit := func() {
		if c.timeout > 0 {
			deadline = time.After(time.Until(c.started.Add(c.timeout)))
		}
	}
	gate := c.prog.gate
	if gate == nil {
		limit()
	}
	trim := time.NewTicker(trimEvery)
	defer trim.Stop()
	for {
		select {
		case e := <-c.ended:
			c.finish(c.outcome(e))
			return
		case <-gate:
			gate, c.started = nil, time.Now()
			limit()
		case <-deadline:
			c.kill()
			reason := fmt.Sprintf("%s did not complete within %s", c.prog.kind, crm.FormatInterval(c.timeout))
			c.finish(failed(crm.OpTimeout, crm.OCFError, reason))
			return
		case <-c.cancel:
			c.kill()
			c.finish(failed(crm.OpCancelled, crm.OCFOK, ""))
			return
		case <-trim.C:
			c.out.trim()
			c.errout.trim()
		}
	}
}

// kill ends the whole process group at once, as agents may expect no warning,
// and waits a while for it to be gone.
func (c *child) kill() {
	if !c.proc.killGroup() {
		return
	}
	select {
	case <-c.ended:
	case <-time.After(killPatience):
	}
}

// outcome makes a result of a process that ended by itself.
func (c *child) outcome(e ending) Result {
	if c.record.Durable && e.signal == 0 && e.exit > 128 && e.exit <= 128+lastSignal {
		e = ending{exit: -1, signal: syscall.Signal(e.exit - 128)} // the keeper's way to say it
	}
	switch {
	case e.lost:
		r := failed(crm.OpError, crm.OCFError, c.prog.kind+" ended while its result could not be received")
		r.Lost = true
		return r
	case e.signal != 0:
		reason := fmt.Sprintf("%s interrupted by %s signal", c.prog.kind, capitalized(e.signal.String()))
		return failed(crm.OpError, crm.OCFError, reason)
	}
	return Result{Status: crm.OpDone, Exit: e.exit}
}

// lastSignal is the highest signal that a shell's status 128+N is taken for.
const lastSignal = 31

// finish adds what the program wrote, and delivers.
func (c *child) finish(r Result) {
	r.Started, r.Duration = c.started, time.Since(c.started)
	var cutOut, cutErr bool
	r.Stdout, cutOut = c.out.read()
	r.Stderr, cutErr = c.errout.read()
	r.Truncated = cutOut || cutErr
	if r.Status == crm.OpDone {
		c.prog.judge(r.Exit, &r)
	}
	c.close(&r)
	c.result <- r
}

// close leaves behind only what a durable run needs.
func (c *child) close(r *Result) {
	c.host.retire(c.out)
	c.host.retire(c.errout)
	if c.record.Durable {
		c.record.ended(r)
		return
	}
	c.record.remove()
}

// discard cleans up after a failed start.
func (c *child) discard() {
	c.out.discard()
	c.errout.discard()
	if c.record != nil {
		c.record.remove()
	}
}

func (c *child) Process() (Process, bool) { return c.proc, c.proc.Pid != 0 }
func (c *child) Done() <-chan Result      { return c.result }
func (c *child) Cancel()                  { c.once.Do(func() { close(c.cancel) }) }
func (c *child) Release()                 { c.record.remove() }

// startFailure is the result of a program that the system would not start.
func startFailure(path string, err error) Result {
	for _, missing := range []error{syscall.ENOENT, syscall.ENOEXEC, syscall.ENOTDIR, syscall.EISDIR} {
		if errors.Is(err, missing) {
			return cannotRun(path, err)
		}
	}
	if errors.Is(err, os.ErrPermission) {
		return cannotRun(path, err)
	}
	return failed(crm.OpError, crm.OCFError, capitalized(err.Error()))
}
