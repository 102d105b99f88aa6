package lab

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// The units of a machine.
const (
	Corosync = "corosync"
	Holdfast = "holdfast"
)

// keptPlaces are what a machine has on its disk, relative to the root.
var keptPlaces = []string{"etc/corosync", "var/lib", "var/log"}

// offBound is how long a machine may take to be off.
const offBound = 15 * time.Second

// A Machine is one node's computer. Its methods may be called from anywhere.
type Machine struct {
	Name   string
	Number int // from 1
	lab    *Lab

	mu    sync.Mutex // held while the power is being switched
	cmd   *exec.Cmd  // nil while it is off
	plug  io.WriteCloser
	ended chan struct{}
	ports []string // for each link, the bridge that the machine's cable leads to
}

// Address is the machine's own address at a link.
func (m *Machine) Address(link int) string { return fmt.Sprintf("10.%d.0.%d", 77+link, m.Number) }

// addresses are those at all links, with the length of the networks' prefix.
func (m *Machine) addresses() (list []string) {
	for link := range m.ports {
		list = append(list, m.Address(link)+"/24")
	}
	return list
}

// Path is a file of the machine's disk, named as the machine names it.
func (m *Machine) Path(path string) string { return filepath.Join(m.disk(), path) }

func (m *Machine) disk() string { return filepath.Join(m.lab.dir, m.Name) }

// Init is the machine's first process as this world numbers it, 0 if it is off.
func (m *Machine) Init() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.running() {
		return 0
	}
	return m.cmd.Process.Pid
}

// IsOn reports whether the power is on.
func (m *Machine) IsOn() bool { return m.Init() != 0 }

// Root is the running machine's whole file system as seen from here, "" if it is off.
func (m *Machine) Root() string {
	if pid := m.Init(); pid != 0 {
		return fmt.Sprintf("/proc/%d/root", pid)
	}
	return ""
}

func (m *Machine) running() bool {
	if m.cmd == nil {
		return false
	}
	select {
	case <-m.ended:
		return false
	default:
		return true
	}
}

// makeDisk gives a machine an empty disk with its Corosync's configuration.
func (m *Machine) makeDisk() error {
	for _, place := range append([]string{"var/lib/corosync", "var/lib/pacemaker", "var/log/corosync", "var/log/pacemaker", "var/lib/nginx", "var/log/nginx"}, keptPlaces...) {
		if err := os.MkdirAll(m.Path(place), 0o755); err != nil {
			return err
		}
	}
	return os.WriteFile(m.Path("etc/corosync/corosync.conf"), []byte(m.lab.corosyncConf()), 0o644)
}

// On boots the machine if it is off: what was in memory is empty, the disk is as
// it was. Its Corosync and its Holdfast start with it.
func (m *Machine) On() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.running() {
		return nil
	}
	console, err := os.OpenFile(m.Path("var/log/console.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer console.Close()
	cmd := exec.Command("/proc/self/exe", initRole)
	cmd.Stdout, cmd.Stderr = console, console
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWIPC | syscall.CLONE_NEWUTS,
	}
	plug, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("boot %s: %w", m.Name, err)
	}
	m.cmd, m.plug, m.ended = cmd, plug, make(chan struct{})
	go func(ended chan struct{}) {
		cmd.Wait()
		close(ended)
	}(m.ended)
	if err := m.plugIn(cmd.Process.Pid); err != nil {
		return err
	}
	return m.tell(m.lab.bootOrder(m))
}

func (m *Machine) tell(order any) error {
	line, err := json.Marshal(order)
	if err != nil {
		return err
	}
	if _, err := m.plug.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("the first process of %s: %w", m.Name, err)
	}
	return nil
}

// Off cuts the power. When it returns, nothing of the machine runs any more.
func (m *Machine) Off() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.running() {
		return nil
	}
	m.pullOut()
	m.cmd.Process.Kill()
	select {
	case <-m.ended:
		m.plug.Close()
		return nil
	case <-time.After(offBound):
		return fmt.Errorf("machine %s is still running %v after its power was cut", m.Name, offBound)
	}
}

// Start has the machine's init start a unit; one that runs is left alone.
func (m *Machine) Start(unit string) error { return m.order(unitOrder{Unit: unit}) }

// Stop has the machine's init ask a unit to end.
func (m *Machine) Stop(unit string) error { return m.order(unitOrder{Unit: unit, Stop: true}) }

// Leave has the machine's init not restart a unit that fails, until it is started.
func (m *Machine) Leave(unit string) error { return m.order(unitOrder{Unit: unit, Leave: true}) }

func (m *Machine) order(o unitOrder) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.running() {
		return fmt.Errorf("%s is switched off", m.Name)
	}
	return m.tell(o)
}

// Command is a command to be run on the machine. Errors: it is off.
func (m *Machine) Command(argv ...string) (*exec.Cmd, error) {
	pid := m.Init()
	if pid == 0 {
		return nil, fmt.Errorf("%s is switched off", m.Name)
	}
	args := append([]string{"-t", fmt.Sprint(pid), "-m", "-u", "-i", "-n", "-p", "env", "-i"}, m.lab.environment()...)
	return exec.Command("nsenter", append(args, argv...)...), nil
}

// Run runs a command on the machine and returns what it printed. It is ended when it
// takes longer than limit.
func (m *Machine) Run(limit time.Duration, argv ...string) (string, error) {
	cmd, err := m.Command(argv...)
	if err != nil {
		return "", err
	}
	out, err := bounded(cmd, limit)
	if err != nil {
		return out, fmt.Errorf("%s: %s: %w: %s", m.Name, strings.Join(argv, " "), err, lastLine(out))
	}
	return out, nil
}

var errTooLong = errors.New("it takes too long")

// bounded runs a command with all its children in a process group, within a limit.
func bounded(cmd *exec.Cmd, limit time.Duration) (string, error) {
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		return "", err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		return out.String(), err
	case <-time.After(limit):
		// Its child in the machine, if nsenter made one, dies with its connection.
		cmd.Process.Kill()
		<-ended
		return out.String(), fmt.Errorf("%w (%v)", errTooLong, limit)
	}
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}
