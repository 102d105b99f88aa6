package lab

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
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

// agentBound is how long the switch may take, apart from a delay that was set.
const agentBound = 20 * time.Second

func (l *Lab) servePower() error {
	path := filepath.Join(l.shared(), powerSocket)
	listener, err := net.Listen("unix", path)
	if err != nil {
		return fmt.Errorf("listen for fence agents: %w", err)
	}
	os.Chmod(path, 0o666)
	l.Power = &Power{lab: l, listener: listener}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go l.Power.answer(conn)
		}
	}()
	return nil
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

// answer serves one order: a line of action, target and asker.
func (p *Power) answer(conn net.Conn) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(agentBound))
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return
	}
	words := append(strings.Fields(line), "", "", "")
	answer, err := p.carryOut(words[0], words[1], words[2])
	if err != nil {
		answer = "error: " + strings.ReplaceAll(err.Error(), "\n", " ")
	}
	conn.SetDeadline(time.Now().Add(time.Second))
	fmt.Fprintln(conn, answer)
}

func (p *Power) carryOut(action, target, by string) (string, error) {
	p.mu.Lock()
	delay, broken := p.delay, p.broken
	p.mu.Unlock()
	switch {
	case broken:
		return "", errors.New("the power switch is broken")
	case action == "list" || action == "monitor":
		return strings.Join(p.lab.Names(), " "), nil
	}
	m := p.lab.Machine(target)
	if m == nil {
		return "", fmt.Errorf("there is no machine %q; there are %s", target, strings.Join(p.lab.Names(), ", "))
	}
	if action == "status" {
		if m.IsOn() {
			return "on", nil
		}
		return "off", nil
	}
	asked := time.Now()
	if action != "on" {
		time.Sleep(delay)
	}
	err := switchPower(m, action)
	p.mu.Lock()
	p.log = append(p.log, Switched{When: asked, Action: action, Target: target, By: by, Err: err})
	p.mu.Unlock()
	return "ok", err
}

func switchPower(m *Machine, action string) error {
	switch action {
	case "off":
		return m.Off()
	case "on":
		return m.On()
	case "reboot":
		if err := m.Off(); err != nil {
			return err
		}
		return m.On()
	}
	return fmt.Errorf("action %q is not known", action)
}
