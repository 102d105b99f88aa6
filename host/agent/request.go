package agent

import (
	"strings"
	"time"

	"holdfast/crm"
)

// The standards (resource classes) that a Request may name.
const (
	OCF     = "ocf"
	LSB     = "lsb"
	Service = "service" // lsb if there is such a script, else systemd
	Systemd = "systemd"
	Stonith = "stonith"
	Alert   = "alert"
)

// A Param is one name and value. Order is kept so that runs are repeatable.
type Param struct{ Name, Value string }

// A Request describes one run of an agent.
type Request struct {
	ID       string // unique name of this run, such as the operation key and call id
	Class    string // the standard: ocf, lsb, service, systemd, stonith
	Provider string // ocf only
	Type     string // the agent's name in its directory
	Resource string // the instance, with ":N" for an instance of a unique clone
	Action   string
	Params   []Param       // instance attributes; names beginning with CRM_meta_ are meta-attributes
	Meta     []Param       // meta-attributes by their CIB names
	Timeout  time.Duration // none if zero

	// Gate starts a fence agent ahead of its need: of its parameters it is given the
	// action only, and the rest when Gate is closed. By then it has loaded its
	// interpreter and libraries, which is most of what it does. Timeout counts from then.
	Gate <-chan struct{}

	// Durable keeps the outcome across a crash of the daemon, until
	// Running.Release. Set it for all that changes the state of a service.
	Durable bool
	// Note is the caller's own, handed back by Recover.
	Note []byte
}

// name is how messages call the agent, such as ocf:heartbeat:IPaddr2.
func (r *Request) name() string {
	if r.Provider == "" {
		return r.Class + ":" + r.Type
	}
	return r.Class + ":" + r.Provider + ":" + r.Type
}

// Monitoring reports whether an action only looks and changes nothing.
func Monitoring(action string) bool {
	switch action {
	case "monitor", "status", "meta-data", "metadata", "validate-all", "list":
		return true
	}
	return false
}

// A Result tells how a run ended. Code counts only with status OpDone; with
// others it holds what the CIB records beside them.
type Result struct {
	Status     crm.OpStatus
	Code       crm.OCF
	Exit       int    // the program's own exit status, before it was mapped to Code; -1 without one
	ExitReason string // the agent's words, or ours when it had no say
	Stdout     string
	Stderr     string
	Truncated  bool // output was longer than the limit
	Started    time.Time
	Duration   time.Duration

	// Lost says that the program ended while no daemon watched and its exit
	// status is unknown. What it did must be found out by looking.
	Lost bool
}

// OK reports whether the agent ran and returned success.
func (r Result) OK() bool { return r.Status == crm.OpDone && r.Code == crm.OCFOK }

// failed makes the result of a run that did not come to an exit status.
func failed(status crm.OpStatus, code crm.OCF, reason string) Result {
	return Result{Status: status, Code: code, Exit: -1, ExitReason: reason}
}

// A Running is an operation under way. Its methods may be called from anywhere.
type Running interface {
	// Process is the agent's process group, ok false if it has none (a unit of
	// systemd, or nothing could be started).
	Process() (p Process, ok bool)
	// Done delivers the Result, once.
	Done() <-chan Result
	// Cancel kills the agent; the Result then has status OpCancelled.
	Cancel()
	// Release forgets a durable run. Call it when its Result is recorded.
	Release()
}

// A Runner starts agents. Host is the real one.
type Runner interface {
	Start(Request) Running
}

// done is a Running that was over before it began.
type done chan Result

func finished(r Result) Running {
	if r.Started.IsZero() {
		r.Started = time.Now()
	}
	c := make(done, 1)
	c <- r
	return c
}

func (d done) Process() (Process, bool) { return Process{}, false }
func (d done) Done() <-chan Result      { return d }
func (d done) Cancel()                  {}
func (d done) Release()                 {}

// plainName reports whether a provider or type names one file of its directory
// and nothing above or below it.
func plainName(name string) bool {
	return name != "" && name[0] != '.' && !strings.ContainsAny(name, "/\x00")
}
