package lab

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"holdfast/host/netns"
)

// initRole is the first argument of a machine's first process.
const initRole = "lab-init"

// bootOrder is the first line that the first process of a machine reads: all that it
// needs to come up.
type bootOrder struct {
	Name      string
	Addresses []string // of its network cards
	Disk      string   // directory that survives
	Shared    string   // directory that all machines see, at sharedPlace
	Env       []string
	Units     []unit
	Start     []string // units to start at boot
}

// sharedPlace is where machines find what they share: programs, agents and the
// power switch.
const sharedPlace = "/run/lab"

// unit is a service as an init system knows it.
type unit struct {
	Name    string
	Command []string
	Restart bool // if it fails, as systemd's Restart=on-failure
}

// unitOrder starts a unit, stops one and has it stay stopped, or leaves one alone:
// when it fails it stays as it is until it is started.
type unitOrder struct {
	Unit  string
	Stop  bool
	Leave bool
}

// restartPause is between the failure of a unit and its next start.
const restartPause = 100 * time.Millisecond

// fatalStatus is the exit status after which a unit is not started again.
const fatalStatus = 100

// runInit is the first process of a machine. It ends when it is killed, and all of
// the machine with it.
func runInit() int {
	in := bufio.NewReader(os.Stdin)
	var order bootOrder
	line, err := in.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &order)
	}
	if err == nil {
		err = order.setUp()
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "init: %v\n", err)
		return 1
	}
	i := &initProcess{order: order, running: map[int]*unit{}, stopped: map[string]bool{}, again: map[string]bool{}}
	for _, name := range order.Start {
		i.start(name)
	}
	go i.obey(in)
	i.reap()
	return 0
}

// setUp makes the machine's own places and network.
func (o *bootOrder) setUp() error {
	unix.Setsid()
	if err := unix.Sethostname([]byte(o.Name)); err != nil {
		return fmt.Errorf("set the host name: %w", err)
	}
	if err := unix.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return fmt.Errorf("mount /proc: %w", err)
	}
	shared, err := unix.Open(o.Shared, unix.O_PATH, 0)
	if err != nil {
		return fmt.Errorf("open %s: %w", o.Shared, err)
	}
	for _, place := range keptPlaces {
		if err := unix.Mount(filepath.Join(o.Disk, place), "/"+place, "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("mount the disk on /%s: %w", place, err)
		}
	}
	for _, place := range []string{"/run", "/dev/shm", "/tmp"} {
		if err := unix.Mount("tmpfs", place, "tmpfs", 0, "mode=1777"); err != nil {
			return fmt.Errorf("mount memory on %s: %w", place, err)
		}
	}
	for _, dir := range []string{"/run/lock", "/run/resource-agents", sharedPlace} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	if err := unix.Mount(fmt.Sprintf("/proc/self/fd/%d", shared), sharedPlace, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("mount what machines share: %w", err)
	}
	os.Chdir("/")
	os.Clearenv()
	for _, pair := range o.Env {
		name, value, _ := strings.Cut(pair, "=")
		os.Setenv(name, value)
	}
	lines := []string{"link set lo up"}
	for link, address := range o.Addresses {
		lines = append(lines, "addr add "+address+" dev "+nic(link), "link set "+nic(link)+" up")
	}
	return netns.IP(lines...)
}

// initProcess is what the first process knows of its units.
type initProcess struct {
	order   bootOrder
	mu      sync.Mutex
	running map[int]*unit
	stopped map[string]bool // units that were asked to end
	again   map[string]bool // units to start once they have
}

// obey carries orders out until there are no more.
func (i *initProcess) obey(in *bufio.Reader) {
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			os.Exit(0) // nobody holds the power cable any more
		}
		var o unitOrder
		if json.Unmarshal(line, &o) != nil {
			continue
		}
		switch {
		case o.Stop:
			i.stop(o.Unit)
		case o.Leave:
			i.leave(o.Unit)
		default:
			i.start(o.Unit)
		}
	}
}

func (i *initProcess) say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%s init: %s\n", time.Now().Format("15:04:05.000"), fmt.Sprintf(format, args...))
}

// start starts a unit that is not running.
func (i *initProcess) start(name string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, u := range i.running {
		if u.Name == name {
			i.again[name] = i.stopped[name] // it is still ending
			return
		}
	}
	i.stopped[name], i.again[name] = false, false
	for n := range i.order.Units {
		if u := &i.order.Units[n]; u.Name == name {
			pid, err := launch(u.Command)
			if err != nil {
				i.say("cannot start %s: %v", name, err)
				return
			}
			i.say("started %s, process %d", name, pid)
			i.running[pid] = u
		}
	}
}

func launch(argv []string) (int, error) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		return 0, err
	}
	defer null.Close()
	program := argv[0]
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		if path := filepath.Join(dir, argv[0]); !filepath.IsAbs(argv[0]) && unix.Access(path, unix.X_OK) == nil {
			program = path
			break
		}
	}
	return syscall.ForkExec(program, argv, &syscall.ProcAttr{
		Env: os.Environ(), Files: []uintptr{null.Fd(), 2, 2}, Sys: &syscall.SysProcAttr{Setsid: true},
	})
}

// stop asks a unit to end.
func (i *initProcess) stop(name string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.stopped[name], i.again[name] = true, false
	for pid, u := range i.running {
		if u.Name == name {
			i.say("stopping %s, process %d", name, pid)
			unix.Kill(pid, unix.SIGTERM)
		}
	}
}

// leave has a unit that fails stay as it is.
func (i *initProcess) leave(name string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.stopped[name] = true
}

// reap takes the ends of all processes of the machine, and starts failed units again.
func (i *initProcess) reap() {
	for {
		var status unix.WaitStatus
		pid, err := unix.Wait4(-1, &status, 0, nil)
		if err != nil {
			time.Sleep(10 * time.Millisecond) // no children at the moment
			continue
		}
		i.ended(pid, status)
	}
}

func (i *initProcess) ended(pid int, status unix.WaitStatus) {
	i.mu.Lock()
	defer i.mu.Unlock()
	u := i.running[pid]
	if u == nil {
		return
	}
	delete(i.running, pid)
	i.say("%s, process %d, ended: exit status %d, signal %d", u.Name, pid, status.ExitStatus(), status.Signal())
	failed := status.Signaled() || status.ExitStatus() != 0 && status.ExitStatus() != fatalStatus
	if i.again[u.Name] || u.Restart && failed && !i.stopped[u.Name] {
		time.AfterFunc(restartPause, func() {
			i.mu.Lock()
			wanted := i.again[u.Name] || !i.stopped[u.Name]
			i.mu.Unlock()
			if wanted {
				i.start(u.Name)
			}
		})
	}
}
