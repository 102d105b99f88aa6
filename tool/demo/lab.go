package demo

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"holdfast/agents"
	"holdfast/client"
	"holdfast/client/protocol"
)

// A lab is the machines of the demonstration and what they share: a directory,
// agents, a power switch and, as root, a network.
type lab struct {
	dir     string
	program string // holdfast itself
	cabled  bool   // machines have network namespaces of their own
	user    *syscall.Credential
	say     func(format string, args ...any)

	machines []*machine
	power    net.Listener
}

// A machine is on while its process lives.
type machine struct {
	lab     *lab
	number  int
	name    string
	address string // of its network card, "" if it has none

	mu    sync.Mutex
	cmd   *exec.Cmd
	plug  io.Closer     // closing it cuts the power
	ended chan struct{} // closed when the process has ended
}

// newLab lays everything out and switches nothing on.
func newLab(dir, program string, cabled bool, user *syscall.Credential, say func(string, ...any)) (*lab, error) {
	l := &lab{dir: dir, program: program, cabled: cabled, user: user, say: say}
	for i, name := range []string{"n1", "n2", "n3"} {
		m := &machine{lab: l, number: i, name: name}
		if cabled {
			m.address = machineAddress(i)
		}
		l.machines = append(l.machines, m)
	}
	if err := os.Mkdir(l.path("hub"), 0o700); err != nil {
		return nil, err
	}
	if err := l.giveAway(l.path("hub")); err != nil {
		return nil, err
	}
	for _, f := range agents.Files() {
		if rest, ok := strings.CutPrefix(f.Path, "lib/ocf/"); ok {
			if err := writeFile(l.path("ocf", rest), f.Data); err != nil {
				return nil, err
			}
		}
	}
	script := fmt.Sprintf(fenceAgent, program, l.path("power"))
	if err := writeFile(l.path("fence", "fence_demo"), []byte(script)); err != nil {
		return nil, err
	}
	return l, l.servePower()
}

func writeFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o755)
}

func (l *lab) path(parts ...string) string {
	return filepath.Join(append([]string{l.dir}, parts...)...)
}

func (l *lab) names() []string {
	var names []string
	for _, m := range l.machines {
		names = append(names, m.name)
	}
	return names
}

func (l *lab) machine(name string) *machine {
	for _, m := range l.machines {
		if m.name == name {
			return m
		}
	}
	return nil
}

// close switches everything off.
func (l *lab) close() error {
	var errs []error
	if l.power != nil {
		l.power.Close() // nobody is switched on any more
	}
	for _, m := range l.machines {
		errs = append(errs, m.Off())
	}
	return errors.Join(errs...)
}

// reach connects to the daemon of a machine.
func (l *lab) reach(m *machine) (*client.Client, error) {
	return client.Dial("demo", func(name string) string {
		if name == protocol.SocketEnv {
			return m.path("run", "socket")
		}
		return os.Getenv(name)
	})
}

// reachAny connects to a daemon that is in the cluster, if there is one.
func (l *lab) reachAny() (*client.Client, error) { return l.reachOne(l.machines) }

// reachOne does so among some machines.
func (l *lab) reachOne(among []*machine) (*client.Client, error) {
	for _, m := range among {
		if !m.IsOn() {
			continue
		}
		c, err := l.reach(m)
		if err != nil {
			continue
		}
		if s, err := c.Status(); err == nil && s.InSync && s.DC != "" {
			return c, nil
		}
		c.Close()
	}
	return nil, client.ErrNoDaemon
}

func (m *machine) path(parts ...string) string {
	return m.lab.path(append([]string{m.name}, parts...)...)
}

func (m *machine) IsOn() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.running()
}

func (m *machine) running() bool {
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

// On boots the machine: what lives in memory is empty, the disk is as it was.
func (m *machine) On() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.running() {
		return nil
	}
	for _, memory := range []string{"run", "var"} {
		if err := os.RemoveAll(m.path(memory)); err != nil {
			return err
		}
	}
	for _, d := range []string{"run", "var", "cib", "inputs"} {
		if err := os.MkdirAll(m.path(d), 0o755); err != nil {
			return err
		}
	}
	if err := m.lab.giveAway(m.path()); err != nil {
		return err
	}
	return m.start()
}

// giveAway lets the user that the nodes run as own a directory.
func (l *lab) giveAway(dir string) error {
	if l.user == nil {
		return nil
	}
	return filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, int(l.user.Uid), int(l.user.Gid))
	})
}

// start starts the machine's process.
func (m *machine) start() error {
	l := m.lab
	args := []string{machineName}
	if m.address != "" {
		args = append(args, "--address="+m.address)
	}
	cmd := exec.Command(l.program, append(args, "--",
		"--hub="+l.path("hub", "socket"), "--node="+m.name, "--nodes="+strings.Join(l.names(), ","),
		"--state-dir="+m.path("cib"), "--input-dir="+m.path("inputs"), "--run-dir="+m.path("run"), "--log-file=none",
		"--ocf-root="+l.path("ocf"), "--fence-dir="+l.path("fence"))...)
	console, err := os.OpenFile(m.path("console"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer console.Close()
	cmd.Stdout, cmd.Stderr = console, console
	cmd.Env = append(os.Environ(), "HA_VARRUN="+m.path("var"), "HA_RSCTMP="+m.path("var"), "HA_SBIN_DIR="+filepath.Dir(l.program))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: l.user}
	if l.cabled {
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWNET
	}
	plug, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start machine %s: %w", m.name, err)
	}
	m.cmd, m.plug, m.ended = cmd, plug, make(chan struct{})
	go func(ended chan struct{}) {
		cmd.Wait()
		close(ended)
	}(m.ended)
	if !l.cabled {
		return nil
	}
	if err := plugIn(m.cable(), cmd.Process.Pid); err != nil {
		return err
	}
	_, err = io.WriteString(plug, "cabled\n")
	return err
}

func (m *machine) cable() string { return "to-" + m.name }

// Off cuts the power. When it returns, nothing of the machine runs any more.
func (m *machine) Off() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.running() {
		return nil
	}
	if m.lab.cabled {
		pullOut(m.cable()) // the machine may not have got it
	}
	m.plug.Close()
	select {
	case <-m.ended:
		return nil
	case <-time.After(powerBound):
		return fmt.Errorf("machine %s is still running %v after its power was cut", m.name, powerBound)
	}
}
