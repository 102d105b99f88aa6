package lab

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"holdfast/host/powerswitch"
)

// A Switched is what the power switch did on demand of a fence agent.
type Switched struct {
	When   time.Time // asked
	Action string    // on, off or reboot
	Target string
	By     string // the machine that asked
	Err    error
}

// Power is the power switch of the machines as fence agents reach it: out of band,
// so cutting cables does not touch it.
type Power struct {
	lab      *Lab
	listener net.Listener

	mu     sync.Mutex
	log    []Switched
	delay  time.Duration
	broken bool
}

// powerSocket is the switch's address in sharedPlace.
const powerSocket = "power"

func (l *Lab) servePower() error {
	listener, err := powerswitch.Listen(filepath.Join(l.shared(), powerSocket))
	if err != nil {
		return err
	}
	l.Power = &Power{lab: l, listener: listener}
	go powerswitch.Serve(listener, l.Power.carryOut)
	return nil
}

// FenceAgent is the name of the fence agent of the machines.
const FenceAgent = "fence_lab"

// fenceRole is the first argument of the program behind the agent.
const fenceRole = "lab-fence"

// fenceScript calls us from a machine, where what is shared is at sharedPlace.
const fenceScript = "#!/bin/sh\nexec " + sharedPlace + "/lab " + fenceRole + "\n"

// runFence is the fence agent.
func runFence() int {
	status, err := powerswitch.Agent(FenceAgent, filepath.Join(sharedPlace, powerSocket), os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	return int(status)
}

// SetDelay has every order wait before it is carried out, as slow devices do.
func (p *Power) SetDelay(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = d
}

// SetBroken has every order fail, or work again.
func (p *Power) SetBroken(broken bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.broken = broken
}

// Log returns what was switched since a moment.
func (p *Power) Log(since time.Time) []Switched {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []Switched
	for _, s := range p.log {
		if !s.When.Before(since) {
			list = append(list, s)
		}
	}
	return list
}

func (p *Power) carryOut(o powerswitch.Order) (string, error) {
	p.mu.Lock()
	delay, broken := p.delay, p.broken
	p.mu.Unlock()
	m := p.lab.Machine(o.Target)
	switch {
	case broken:
		return "", errors.New("the power switch is broken")
	case m == nil:
		return o.CarryOut(p.lab.Names(), nil)
	case !o.Switches():
		return o.CarryOut(p.lab.Names(), m)
	}
	asked := time.Now()
	if o.Action != "on" {
		time.Sleep(delay)
	}
	answer, err := o.CarryOut(p.lab.Names(), m)
	p.mu.Lock()
	p.log = append(p.log, Switched{When: asked, Action: o.Action, Target: o.Target, By: o.By, Err: err})
	p.mu.Unlock()
	return answer, err
}
