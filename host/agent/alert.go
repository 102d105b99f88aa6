package agent

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"holdfast/cib/alert"
	"holdfast/crm"
)

// DefaultAlertUser is whom alert agents run as, with the rights of nobody else.
const DefaultAlertUser = "hacluster"

// An AlertRun is one run of an alert agent: one event for one recipient.
type AlertRun struct {
	ID         string // of the alert or recipient element
	Path       string // the agent, as configured
	Recipient  string
	TimeFormat string // timestamp-format; see FormatTimestamp
	Timeout    time.Duration
	Extra      []Param // the instance attributes, as they are
	Event      AlertEvent
}

// An AlertEvent is what an alert tells. Which fields matter depends on Kind:
// node, fencing, resource or attribute.
type AlertEvent struct {
	Kind     string
	At       time.Time
	Version  string // of the software that sends it
	Node     string
	NodeID   crm.NodeID // node, attribute
	Desc     string     // node: member or lost; fencing, resource: a summary
	Task     string     // fencing, resource
	RC       int        // fencing, resource
	Resource string     // resource, and the following
	Interval time.Duration
	TargetRC crm.OCF
	Status   crm.OpStatus
	ExecTime time.Duration
	Name     string // attribute, and the following
	Value    string
}

// alertSequence numbers the alerts of this life (CRM_alert_node_sequence).
var alertSequence atomic.Int64

// AlertFor makes the run of a configured alert for an event that it wants.
func AlertFor(a *alert.Alert, ev AlertEvent) AlertRun {
	run := AlertRun{ID: a.ID, Path: a.Path, Recipient: a.Recipient, TimeFormat: a.TimeFormat, Timeout: a.Timeout, Event: ev}
	for _, v := range a.Variables {
		run.Extra = append(run.Extra, Param(v))
	}
	return run
}

// StartAlert runs an alert agent. It returns at once. Alerts are numbered in the
// order of these calls.
func (h *Host) StartAlert(a AlertRun) Running {
	sequence := alertSequence.Add(1)
	return launched(func() Running { return h.startAlert(a, sequence) })
}

func (h *Host) startAlert(a AlertRun, sequence int64) Running {
	if !filepath.IsAbs(a.Path) {
		return finished(failed(crm.OpErrorHard, crm.OCFNotConfigured, fmt.Sprintf("Path of alert %s is not absolute: %s", a.ID, a.Path)))
	}
	if err := checkProgram(a.Path); err != nil {
		return finished(cannotRun(a.Path, err))
	}
	who, err := h.alertUser()
	if err != nil {
		return finished(failed(crm.OpError, crm.OCFInsufficientPriv, err.Error()))
	}
	timeout := a.Timeout
	if timeout == 0 {
		timeout = alert.DefaultTimeout
	}
	e := newEnvironment(h.env)
	for _, p := range a.variables(sequence) {
		e.set(p.Name, p.Value)
	}
	req := Request{ID: a.ID, Class: Alert, Type: a.Path, Resource: a.ID, Action: a.Event.Kind, Timeout: timeout}
	return h.spawn(req, program{kind: "Alert agent", path: a.Path, env: e.vars, judge: judgePlain, user: who})
}

// alertUser gives the credentials for alert agents; nil when the daemon itself is
// not root and could not change to another user.
func (h *Host) alertUser() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup(h.opt.AlertUser)
	if err != nil {
		return nil, fmt.Errorf("alert agents run as user %s, who is missing here: %w", h.opt.AlertUser, err)
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	if err := errors.Join(err1, err2); err != nil {
		return nil, fmt.Errorf("look up user %s: %w", u.Username, err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// variables makes the environment of an alert (Pacemaker_Administration, "Writing an
// Alert Agent"). The configuration's own come last and win.
func (a *AlertRun) variables(sequence int64) []Param {
	ev := &a.Event
	at := ev.At
	if at.IsZero() {
		at = time.Now()
	}
	vars := []Param{
		{"kind", ev.Kind},
		{"version", ev.Version},
		{"node", ev.Node},
		{"node_sequence", strconv.FormatInt(sequence, 10)},
		{"recipient", a.Recipient},
		{"timestamp_epoch", strconv.FormatInt(at.Unix(), 10)},
		{"timestamp_usec", fmt.Sprintf("%06d", at.Nanosecond()/1000)},
	}
	if text := FormatTimestamp(a.TimeFormat, at); text != "" {
		vars = append(vars, Param{"timestamp", text})
	}
	vars = append(vars, ev.ownVariables()...)
	for i := range vars {
		vars[i].Name = "CRM_alert_" + vars[i].Name
	}
	return append(vars, a.Extra...)
}

// ownVariables are those of the event's kind.
func (ev *AlertEvent) ownVariables() []Param {
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	switch ev.Kind {
	case "node":
		return []Param{{"nodeid", number(int64(ev.NodeID))}, {"desc", ev.Desc}}
	case "fencing":
		return []Param{{"task", ev.Task}, {"desc", ev.Desc}, {"rc", number(int64(ev.RC))}}
	case "resource":
		return []Param{
			{"rsc", ev.Resource}, {"task", ev.Task}, {"desc", ev.Desc},
			{"interval", number(ev.Interval.Milliseconds())},
			{"target_rc", number(int64(ev.TargetRC))},
			{"status", number(int64(ev.Status.Number()))},
			{"rc", number(int64(ev.RC))},
			{"exec_time", number(ev.ExecTime.Milliseconds())},
		}
	case "attribute":
		return []Param{
			{"nodeid", number(int64(ev.NodeID))},
			{"attribute_name", ev.Name}, {"attribute_value", ev.Value},
		}
	}
	return nil
}
