package wire

import (
	"fmt"
	"time"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/crm"
)

// CIB is one request to change the configuration or status.
type CIB struct {
	Request uint64 `json:"request"` // the sender's number, for its reply
	Change  Change `json:"change"`
}

// Change is a cib.Request as it travels.
type Change struct {
	Op          string   `json:"op"`
	Section     string   `json:"section,omitempty"`
	XPath       string   `json:"xpath,omitempty"`
	Data        string   `json:"data,omitempty"`
	AllowCreate bool     `json:"allow_create,omitempty"`
	Score       bool     `json:"score,omitempty"`
	All         bool     `json:"all,omitempty"`
	NoChildren  bool     `json:"no_children,omitempty"`
	Requests    []Change `json:"requests,omitempty"`
	User        string   `json:"user,omitempty"`
	Groups      []string `json:"groups,omitempty"` // of the user
	Origin      string   `json:"origin,omitempty"`
	Client      string   `json:"client,omitempty"`
	Time        int64    `json:"time,omitempty"` // Unix seconds
	MaxSchema   string   `json:"max_schema,omitempty"`
}

// NewChange puts a request in the form that travels.
func NewChange(r cib.Request) Change {
	c := Change{
		Op: r.Op.String(), Section: r.Section, XPath: r.XPath,
		AllowCreate: r.AllowCreate, Score: r.Score, All: r.All, NoChildren: r.NoChildren,
		User: r.User, Groups: r.Groups, Origin: r.Origin, Client: r.Client, MaxSchema: r.MaxSchema,
	}
	if !r.Time.IsZero() {
		c.Time = r.Time.Unix()
	}
	if r.Data != nil {
		c.Data = r.Data.String()
	}
	for _, sub := range r.Requests {
		c.Requests = append(c.Requests, NewChange(sub))
	}
	return c
}

// Parse is the inverse of NewChange. Errors: an operation that this software does
// not know, data that is not XML.
func (c Change) Parse() (cib.Request, error) {
	op, ok := cib.ParseOp(c.Op)
	if !ok {
		return cib.Request{}, fmt.Errorf("CIB operation %q is not known", c.Op)
	}
	r := cib.Request{
		Op: op, Section: c.Section, XPath: c.XPath,
		AllowCreate: c.AllowCreate, Score: c.Score, All: c.All, NoChildren: c.NoChildren,
		User: c.User, Groups: c.Groups, Origin: c.Origin, Client: c.Client, MaxSchema: c.MaxSchema,
	}
	if c.Time != 0 {
		r.Time = time.Unix(c.Time, 0).UTC()
	}
	if c.Data != "" {
		data, err := xml.Parse([]byte(c.Data))
		if err != nil {
			return cib.Request{}, fmt.Errorf("data of CIB operation %s: %w", c.Op, err)
		}
		r.Data = data
	}
	for _, sub := range c.Requests {
		p, err := sub.Parse()
		if err != nil {
			return cib.Request{}, err
		}
		r.Requests = append(r.Requests, p)
	}
	return r, nil
}

// Attribute changes transient node attributes (attrd_updater).
type Attribute struct {
	Request uint64       `json:"request"`
	Task    string       `json:"task"`           // update, delay, update-both, delete, refresh, clear-failure, peer-remove
	Node    crm.NodeName `json:"node"`           // "" means all nodes
	Name    string       `json:"name,omitempty"` // attribute name, or
	Pattern string       `json:"pattern,omitempty"`
	Value   string       `json:"value,omitempty"` // a value, or an expression such as value++
	Set     string       `json:"set,omitempty"`   // id of the attribute set, "" for the default
	Util    bool         `json:"utilization,omitempty"`
	Private bool         `json:"private,omitempty"`
	Dampen  int64        `json:"dampen,omitempty"` // milliseconds; -1 keeps what is set
	// clear-failure: which failures
	Resource  string `json:"resource,omitempty"`
	Operation string `json:"operation,omitempty"`
	Interval  int64  `json:"interval,omitempty"` // milliseconds, -1 for any
	// Wait says when the client is answered.
	Wait Wait `json:"wait,omitempty"`
	// Serial counts what the sender's process has accepted, about its own node and about
	// others each; 0 is not counted. Members apply what comes in its turn: what is said
	// again is applied once, and nothing before what was lost. Since is the first about
	// others that the sender has not found in the log yet: what is missing before it was
	// applied on another side. It is 0 for those about the sender.
	Serial uint64 `json:"serial,omitempty"`
	Since  uint64 `json:"since,omitempty"`
}

// Wait is what a client wants to wait for (attrd_updater --wait).
type Wait string

// The waits. The zero value is WaitLocal.
const (
	WaitNo      Wait = "no"      // the node has accepted the update and says it to the others
	WaitLocal   Wait = "local"   // it is applied on this node
	WaitCluster Wait = "cluster" // it is applied on every member
)

// Applied tells a member that the sender has applied an update whose client waits
// for the whole cluster.
type Applied struct {
	Node    crm.NodeID  `json:"node"`
	Life    Incarnation `json:"life"`
	Request uint64      `json:"request"`
	Met     Sync        `json:"met"` // the view in which the members last said hello: in another history it may not be applied
}

// Held is one node's value of an attribute, with what the attribute is like.
type Held struct {
	Name    string  `json:"name"`
	Set     string  `json:"set,omitempty"`
	Util    bool    `json:"utilization,omitempty"`
	Private bool    `json:"private,omitempty"`
	Dampen  int64   `json:"dampen,omitempty"` // milliseconds
	Value   *string `json:"value"`            // nil: deleted
	Dirty   bool    `json:"dirty,omitempty"`  // the CIB does not have it yet
}

// Flush writes the dampened values of an attribute to the status section.
type Flush struct {
	Name   string `json:"name"`
	Serial uint64 `json:"serial"` // of the change that began the wait
}

// Param is one name and value given to an agent.
type Param struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Operation is what an executor is asked to run.
type Operation struct {
	Resource string      `json:"resource"`
	Class    string      `json:"class"`
	Provider string      `json:"provider,omitempty"`
	Type     string      `json:"type"`
	LongID   string      `json:"long_id,omitempty"` // set where Resource is a clone instance's history name
	Task     string      `json:"task"`
	Interval int64       `json:"interval,omitempty"` // milliseconds
	Timeout  int64       `json:"timeout,omitempty"`  // milliseconds
	Delay    int64       `json:"delay,omitempty"`    // start-delay, milliseconds
	Key      string      `json:"key"`                // transition key: action:graph:target-rc:uuid
	Params   []Param     `json:"params,omitempty"`
	Meta     []Param     `json:"meta,omitempty"`   // CRM_meta_ values, without the prefix
	Cancel   string      `json:"cancel,omitempty"` // cancel: the task whose recurrence ends
	Target   crm.OCF     `json:"target"`           // the expected result
	Fails    string      `json:"fails,omitempty"`  // what a failure makes of the fail count; "" adds one
	Life     Incarnation `json:"life"`             // of the node that is to run it
}

// Execute asks one node to run one operation of the running transition.
type Execute struct {
	Sync            // the view in which the coordinator decided
	Node crm.NodeID `json:"node"`
	Op   Operation  `json:"op"`
}

// Result is how an operation ended on the sender.
type Result struct {
	Op       Operation    `json:"op"`
	CallID   int          `json:"call_id"`
	Status   crm.OpStatus `json:"status"`
	Code     crm.OCF      `json:"code"`
	Reason   string       `json:"reason,omitempty"`
	Changed  int64        `json:"changed"` // last-rc-change, Unix seconds
	Exec     int64        `json:"exec"`    // milliseconds
	Queue    int64        `json:"queue"`   // milliseconds
	Digest   string       `json:"digest,omitempty"`
	Restart  string       `json:"restart,omitempty"` // op-force-restart: names of parameters
	RDigest  string       `json:"restart_digest,omitempty"`
	Secure   string       `json:"secure,omitempty"` // op-secure-params
	SDigest  string       `json:"secure_digest,omitempty"`
	Again    bool         `json:"again,omitempty"` // it was said before, and perhaps not heard
	Recorded bool         `json:"recorded"`        // false: the result matters to the transition only
}

// Forget erases the history of a resource on a node, so that it is probed anew.
type Forget struct {
	Request  uint64       `json:"request"`
	Node     crm.NodeName `json:"node"`
	Resource string       `json:"resource"`
	Failures bool         `json:"failures,omitempty"` // fail counts too
	Key      string       `json:"key,omitempty"`      // transition key, if a transition asked
}

// Fail has the cluster take a resource as failed on a node, as a person says.
type Fail struct {
	Request  uint64       `json:"request"`
	Node     crm.NodeName `json:"node"`
	Resource string       `json:"resource"` // as in the history
	Class    string       `json:"class"`
	Provider string       `json:"provider,omitempty"`
	Type     string       `json:"type"`
	Time     int64        `json:"time"` // Unix seconds
}

// Overdue says that a node has not told in time how an operation ended; only the
// coordinator sends it.
type Overdue struct {
	Node crm.NodeID `json:"node"`
	Op   Operation  `json:"op"`
	Time int64      `json:"time"` // Unix seconds
}

// Shutdown asks to let the sender's node leave in peace.
type Shutdown struct {
	Time int64 `json:"time"` // Unix seconds
}

func (*CIB) kind() string       { return "cib" }
func (*Attribute) kind() string { return "attribute" }
func (*Applied) kind() string   { return "applied" }
func (*Flush) kind() string     { return "flush" }
func (*Execute) kind() string   { return "execute" }
func (*Result) kind() string    { return "result" }
func (*Forget) kind() string    { return "forget" }
func (*Fail) kind() string      { return "fail" }
func (*Overdue) kind() string   { return "overdue" }
func (*Shutdown) kind() string  { return "shutdown" }
