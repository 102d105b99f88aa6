package simulate

import (
	"slices"
	"time"

	"holdfast/cluster"
	"holdfast/cluster/fencing"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/internal/mutant"
)

// device is a fence device with an outlet for every machine.
type device struct {
	name   string
	faults map[Kind]int
	far    map[crm.NodeName]int // nodes that cannot reach it

	heedless bool          // it cannot be stopped once it was told something
	takes    time.Duration // by any call, if not zero

	victims []*machine // hit instead of others
}

func newDevice(name string) *device {
	return &device{name: name, faults: map[Kind]int{}, far: map[crm.NodeName]int{}}
}

func (w *world) device(name string) *device {
	for _, d := range w.devices {
		if d.name == name {
			return d
		}
	}
	return nil
}

// fenceCall is a fence agent under way.
type fenceCall struct {
	by      *process
	boot    int // the life of the machine that it runs on
	run     fencing.Run
	dropped bool
	late    bool          // if it is given up, the device does what it was told all the same
	look    time.Duration // how long it takes to read the status back
	step    wire.FenceStep
	told    bool // how it ended
}

// runFence calls a fence agent, out of band: the device switches, then the driver
// reads the status back. That it does as well when the call is given up.
func (p *process) runFence(run fencing.Run) {
	w, d := p.m.w, p.m.w.device(run.Device.ID)
	call := &fenceCall{by: p, boot: p.m.boot, run: run, late: d.heedless}
	if w.plan.draws > 1 {
		call.late, call.look = w.more.IntN(2) == 0, w.later(0, 200*time.Millisecond)
	}
	w.tell("%s: fence agent %s %s for %s begins", p.m.name, d.name, run.Action, run.Target)
	w.truth.fences(p, run, w.named(run.Target))
	p.calls[run.ID] = call
	w.after(w.fenceDelay(run)+w.fenceTime(d), func() { p.m.whenAwake(call.act) })
}

// alive reports whether the agent still runs: it outlives its process.
func (c *fenceCall) alive() bool { return c.by.m.boot == c.boot && c.by.m.w.net.Up(c.by.m.id) }

// act is the moment at which the device does what it is told.
func (c *fenceCall) act() {
	m, w, run := c.by.m, c.by.m.w, c.run
	if !c.alive() || c.dropped && !c.late {
		return
	}
	d := w.device(run.Device.ID)
	c.step = wire.FenceStep{ID: run.ID, Step: run.Step, Device: d.name, Action: run.Action, Time: m.now().Unix(), Target: run.Target, Reboot: run.Reboot}
	c.step.OK, c.step.Verified, c.step.Text = w.switchOutlet(m, d, run.Action, w.named(run.Target))
	w.tell("%s: fence agent %s %s for %s ends: ok %v %s", m.name, d.name, run.Action, run.Target, c.step.OK, c.step.Text)
	if w.calm && c.by.dead && w.plan.draws > 1 {
		// It was asked by a process that is no more, and nobody else knows to switch on again.
		w.repaired(w.named(run.Target), 5*time.Second, 10*time.Second)
	}
	if c.look == 0 {
		c.tell()
		return
	}
	w.after(c.look, func() { m.whenAwake(c.tell) })
}

func (c *fenceCall) tell() {
	c.told = true
	if c.alive() && (!c.dropped || c.step.OK && c.step.Action == "off") {
		c.by.step(cluster.FenceEnded{Step: c.step})
	}
}

func (w *world) fenceDelay(run fencing.Run) time.Duration {
	if !run.First || run.Delay < 0 {
		return 0
	}
	base, random := run.Device.Delay(run.Target)
	delay := base + time.Duration(run.Delay)*time.Millisecond
	if random > 0 {
		delay += w.between(0, random)
	}
	return delay
}

func (w *world) fenceTime(d *device) time.Duration {
	if d.takes > 0 {
		return d.takes
	}
	if d.faults[DeviceSlow] > 0 {
		return w.between(3*time.Second, 15*time.Second)
	}
	return w.between(30*time.Millisecond, 300*time.Millisecond)
}

// offBefore is reached when a device does not do what it is asked for. If its target was off
// before, its status says so, and that is as good a proof.
func (w *world) offBefore(by *machine, action string, target *machine) {
	if action == "off" && target.switchedOff() {
		w.truth.fencedBy(by, target)
	}
}

// switchOutlet is what a device does, and what the driver makes of it after it has
// read the status back.
func (w *world) switchOutlet(by *machine, d *device, action string, target *machine) (ok, verified bool, text string) {
	switch {
	case d.far[by.name] > 0:
		return false, false, "cannot connect"
	case d.faults[DeviceFails] > 0:
		return false, false, "internal error"
	case action == "status":
		return target.outlets[d.name], true, ""
	case d.faults[DeviceLies] > 0:
		w.offBefore(by, action, target)
		return w.believe(target.outlets[d.name] == (action == "off"))
	}
	if d.faults[DeviceWrong] > 0 && action == "off" && len(w.machines) > 1 {
		w.hitAnother(d, target)
		w.offBefore(by, action, target)
		return w.believe(target.outlets[d.name])
	}
	target.outlets[d.name] = action == "off"
	if action == "off" && target.switchedOff() {
		w.report.Fencings++
		w.truth.fencedBy(by, target)
		target.powerOff()
		w.comesBack(d, target)
	}
	if action == "on" {
		target.powerOn()
	}
	return true, true, ""
}

// believe is the driver's judgement of a device that says it has done it.
func (w *world) believe(agrees bool) (ok, verified bool, text string) {
	if !agrees && !mutant.On(mutant.ExitCodeTrusted) {
		return false, false, "the device says it is done, and its status disagrees"
	}
	return true, true, ""
}

// comesBack has a machine come on by itself after it was switched off, or, if the
// cluster is configured to leave it off, by a person once all faults are over.
func (w *world) comesBack(d *device, target *machine) {
	low, high := time.Duration(0), time.Second
	switch {
	case w.calm && w.plan.leavesOff:
		low, high = 5*time.Second, 10*time.Second
	case d.faults[DeviceBounces] == 0:
		return
	}
	w.repaired(target, low, high)
}

// repaired has a person switch a machine on that is found off. One that is up keeps its
// outlets: a fence device that is half-way would be told a lie.
func (w *world) repaired(target *machine, low, high time.Duration) {
	w.after(w.later(low, high), func() {
		if target.switchedOff() {
			clear(target.outlets)
			target.powerOn()
		}
	})
}

// hitAnother switches off a machine that nobody asked for.
func (w *world) hitAnother(d *device, target *machine) {
	i := w.more.IntN(len(w.machines) - 1)
	if w.machines[i] == target {
		i = len(w.machines) - 1
	}
	victim := w.machines[i]
	w.tell("%s: %s hits it instead of %s", victim.name, d.name, target.name)
	d.victims = append(d.victims, victim)
	victim.outlets[d.name] = true
	if victim.switchedOff() {
		w.disturbed = w.now()
		victim.powerOff()
	}
}

// miswire has a device switch off another machine than it is asked to, until
// somebody notices and switches those on again.
func (w *world) miswire(d *device) func() {
	end := count(d.faults, DeviceWrong)
	return func() {
		end()
		for _, victim := range d.victims {
			victim.outlets[d.name] = false
			victim.powerOn()
		}
		d.victims = nil
	}
}

// island has only one side reach a device.
func (w *world) island(d *device, side []int) func() {
	var ends []func()
	for i, m := range w.machines {
		if !slices.Contains(side, i) {
			ends = append(ends, count(d.far, m.name))
		}
	}
	return all(ends)
}
