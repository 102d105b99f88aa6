package agent

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/host/agent/systemd"
)

// unitRun is an operation on a systemd unit. There is no process of ours: the
// job goes on in systemd whatever becomes of the daemon, and can be asked for
// again.
type unitRun struct {
	host   *Host
	req    Request
	result chan Result
	stop   context.CancelFunc
	once   sync.Once
}

func (u *unitRun) Process() (Process, bool) { return Process{}, false }
func (u *unitRun) Done() <-chan Result      { return u.result }
func (u *unitRun) Cancel()                  { u.once.Do(u.stop) }
func (u *unitRun) Release()                 {}

func (h *Host) startUnit(req Request) Running {
	ctx, cancel := context.WithCancel(context.Background())
	if req.Timeout > 0 {
		ctx, cancel = context.WithTimeout(context.Background(), req.Timeout)
	}
	u := &unitRun{host: h, req: req, result: make(chan Result, 1), stop: cancel}
	go u.run(ctx)
	return u
}

func (u *unitRun) run(ctx context.Context) {
	defer u.stop()
	started := time.Now()
	r := u.act(ctx)
	if ctx.Err() != nil && !r.OK() {
		r = u.gaveUp(ctx)
	}
	r.Started, r.Duration = started, time.Since(started)
	u.result <- r
}

// gaveUp is the result when the context ended first.
func (u *unitRun) gaveUp(ctx context.Context) Result {
	if errors.Is(ctx.Err(), context.Canceled) {
		return failed(crm.OpCancelled, crm.OCFOK, "")
	}
	return failed(crm.OpTimeout, crm.OCFError, fmt.Sprintf("%s action for systemd unit %s did not complete in time",
		u.req.Action, u.req.Type))
}

func (u *unitRun) act(ctx context.Context) Result {
	units := u.host.units
	switch u.req.Action {
	case "monitor", "status":
		return u.settle(ctx, "")
	case "start":
		if err := units.Override(ctx, u.host.opt.DropInDir, u.req.Type); err != nil {
			return u.failure(err)
		}
		return u.job(ctx, units.Start, "active")
	case "stop":
		if err := units.Release(ctx, u.host.opt.DropInDir, u.req.Type); err != nil {
			return u.failure(err)
		}
		return u.job(ctx, units.Stop, "inactive")
	case "restart":
		return u.job(ctx, units.Restart, "active")
	case "meta-data":
		return u.metadata(ctx)
	}
	return failed(crm.OpError, crm.OCFUnimplemented, fmt.Sprintf("Action %s not implemented for systemd resources", u.req.Action))
}

// job runs a job of systemd and then sees what state it led to. A job that systemd
// lost sight of is asked for again: where it has been done that changes nothing.
func (u *unitRun) job(ctx context.Context, start func(context.Context, string) (string, error), want string) Result {
	result, err := start(ctx, u.req.Type)
	for errors.Is(err, systemd.ErrRestarting) && pause(ctx) {
		result, err = start(ctx, u.req.Type)
	}
	switch {
	case err != nil:
		return u.failure(err)
	case result == "timeout":
		return failed(crm.OpTimeout, crm.OCFError, fmt.Sprintf("systemd %s job for %s timed out", u.req.Action, u.req.Type))
	case result != "done":
		return failed(crm.OpError, crm.OCFError,
			fmt.Sprintf("systemd %s job for %s failed with result '%s'", u.req.Action, u.req.Type, result))
	}
	return u.settle(ctx, want)
}

// unitEvery is how often a unit that is on its way is asked where it is.
const unitEvery = 100 * time.Millisecond

// settle waits until a unit is neither activating nor deactivating and
// translates its state. Where a job wanted it inactive, that is success.
func (u *unitRun) settle(ctx context.Context, want string) Result {
	for {
		state, err := u.host.units.ActiveState(ctx, u.req.Type)
		if err != nil && !errors.Is(err, systemd.ErrRestarting) {
			return u.failure(err)
		}
		switch state {
		case "activating", "deactivating":
		case "": // no answer; ask again
		case "active", "reloading", "refreshing":
			if want == "inactive" {
				return failed(crm.OpError, crm.OCFError, fmt.Sprintf("systemd unit %s is still %s", u.req.Type, state))
			}
			return Result{Status: crm.OpDone, Code: crm.OCFOK}
		default:
			if want == "inactive" {
				return Result{Status: crm.OpDone, Code: crm.OCFOK}
			}
			return Result{Status: crm.OpDone, Code: crm.OCFNotRunning, ExitReason: state}
		}
		if !pause(ctx) {
			return u.gaveUp(ctx)
		}
	}
}

// pause waits until systemd may be asked again, and reports false if time is up.
func pause(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(unitEvery):
		return true
	}
}

// failure translates an error of systemd or of the way to it.
func (u *unitRun) failure(err error) Result {
	switch {
	case errors.Is(err, systemd.ErrNoUnit) && u.req.Action == "stop":
		return Result{Status: crm.OpDone, Code: crm.OCFOK} // what does not exist does not run
	case errors.Is(err, systemd.ErrNoUnit):
		return failed(crm.OpNotInstalled, crm.OCFNotInstalled, fmt.Sprintf("systemd unit %s not found", u.req.Type))
	case errors.Is(err, systemd.ErrNoBus):
		return failed(crm.OpError, crm.OCFError, "No DBus connection")
	}
	return failed(crm.OpError, crm.OCFError, "Unable to invoke systemd DBus method: "+err.Error())
}

// metadata describes a unit in the terms of OCF metadata, where there is systemd; it
// need not know the unit yet.
func (u *unitRun) metadata(ctx context.Context) Result {
	name := u.req.Type
	long, err := u.host.units.Description(ctx, name)
	if errors.Is(err, systemd.ErrNoBus) {
		return u.failure(err)
	}
	if err != nil || long == "" {
		long = "Systemd unit file for " + name
	}
	root := describe(name, long, "systemd unit file for "+name).Add(actionList(
		[]string{"start", "100s"},
		[]string{"stop", "100s"},
		[]string{"status", "100s"},
		[]string{"monitor", "100s", "60s"},
		[]string{"meta-data", "5s"},
	))
	root.Add(xml.New("special", "tag", "systemd"))
	return Result{Status: crm.OpDone, Code: crm.OCFOK, Stdout: xmlHeader + root.Indented()}
}
