// Package corolab runs real Corosyncs for tests: each node a network, mount, IPC
// and process name space of this machine, joined by a switch. Killing a node
// is a power-off. It needs root, util-linux, iproute2 and corosync.
package corolab

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"holdfast/host/netns"
)

// Missing says why no lab can run here, or nothing.
func Missing() string {
	if os.Geteuid() != 0 {
		return "real Corosyncs in name spaces need root"
	}
	for _, program := range []string{"corosync", "unshare", "ip"} {
		if _, err := exec.LookPath(program); err != nil {
			return "not installed: " + program
		}
	}
	return ""
}

// Lab is a switch and its nodes, numbered from 1.
type Lab struct {
	dir   string
	count int
	token time.Duration
	hub   *space
	nodes []*space // nil: switched off
}

// space is a process that holds name spaces, commanded by lines.
type space struct {
	unshare *exec.Cmd
	pid     int // of the first process inside
	in      io.WriteCloser
}

// Start builds the switch and powers on count nodes, each with its Corosync.
// dir keeps configuration and logs.
func Start(dir string, count int, token time.Duration) (*Lab, error) {
	l := &Lab{dir: dir, count: count, token: token, nodes: make([]*space, count+1)}
	var err error
	if l.hub, err = open(filepath.Join(dir, "switch.log"), "echo $$; while read line; do eval \"$line\"; done"); err != nil {
		return nil, err
	}
	if err := l.hub.ip("link set lo up", "link add br0 type bridge forward_delay 0 mcast_snooping 0", "link set br0 up"); err != nil {
		l.Stop()
		return nil, err
	}
	for i := 1; i <= count; i++ {
		if err := l.PowerOn(i); err != nil {
			l.Stop()
			return nil, err
		}
	}
	return l, nil
}

// Stop ends everything.
func (l *Lab) Stop() {
	for i := range l.nodes {
		l.PowerOff(i)
	}
	l.hub.kill()
}

// nodeInit is what the first process of a node runs: private places, then
// commands by line.
const nodeInit = `echo $$
mount -t proc proc /proc
for d in /dev/shm /run /var/lib/corosync; do mount -t tmpfs tmpfs $d || exit 1; done
mkdir -p /run/lock
mount --bind %[1]s /etc/corosync && mount --bind %[1]s /var/log/corosync || exit 1
while read line; do eval "$line"; done`

// PowerOn starts node i and its Corosync.
func (l *Lab) PowerOn(i int) error {
	dir := filepath.Join(l.dir, fmt.Sprint("n", i))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "corosync.conf"), []byte(l.config()), 0o644); err != nil {
		return err
	}
	s, err := open(filepath.Join(dir, "console.log"), fmt.Sprintf(nodeInit, dir))
	if err != nil {
		return err
	}
	l.nodes[i] = s
	port := fmt.Sprint("n", i)
	err = l.hub.ip(fmt.Sprintf("link add %s type veth peer name ring0 netns %d", port, s.pid), "link set "+port+" master br0 up")
	if err == nil {
		err = s.ip("link set lo up", fmt.Sprintf("addr add 10.78.0.%d/24 dev ring0", i), "link set ring0 up")
	}
	if err != nil {
		return err
	}
	return l.StartCorosync(i)
}

// PowerOff kills node i with all its processes and pulls its cable.
func (l *Lab) PowerOff(i int) {
	if s := l.nodes[i]; s != nil {
		l.nodes[i] = nil
		s.kill()
		_ = l.hub.ip(fmt.Sprint("link del n", i)) // gone with the name space, as a rule
	}
}

// On reports whether node i is powered on.
func (l *Lab) On(i int) bool { return l.nodes[i] != nil }

// StartCorosync starts Corosync on a node where it does not run.
func (l *Lab) StartCorosync(i int) error {
	return l.nodes[i].tell("corosync -f >>/etc/corosync/corosync.out 2>&1 &")
}

// Signal sends a signal to node i's Corosync.
func (l *Lab) Signal(i int, sig syscall.Signal) error {
	pid, err := l.corosync(i)
	if err != nil {
		return err
	}
	return syscall.Kill(pid, sig)
}

// corosync finds the process among the children of the node's first one.
func (l *Lab) corosync(i int) (int, error) {
	if l.nodes[i] == nil {
		return 0, fmt.Errorf("node %d is off", i)
	}
	for _, pid := range children(l.nodes[i].pid) {
		name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
		stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if strings.TrimSpace(string(name)) == "corosync" && !strings.Contains(string(stat), ") Z ") {
			return pid, nil
		}
	}
	return 0, fmt.Errorf("node %d: corosync does not run", i)
}

// Isolate takes node i's cable out of the switch; Heal puts all back.
func (l *Lab) Isolate(i int) error { return l.hub.ip(fmt.Sprintf("link set n%d nomaster", i)) }

// Heal undoes every Isolate.
func (l *Lab) Heal() error {
	for i, s := range l.nodes {
		if s == nil {
			continue
		}
		if err := l.hub.ip(fmt.Sprintf("link set n%d master br0", i)); err != nil {
			return err
		}
	}
	return nil
}

// Root is node i's file system as seen from here.
func (l *Lab) Root(i int) string { return fmt.Sprintf("/proc/%d/root", l.nodes[i].pid) }

// Enter runs f with node i's network as the current one.
func (l *Lab) Enter(i int) func(func() error) error {
	pid := l.nodes[i].pid
	return func(f func() error) error { return netns.Inside(pid, f) }
}

func (l *Lab) config() string {
	var b strings.Builder
	fmt.Fprintf(&b, "totem {\n version: 2\n cluster_name: corolab\n transport: knet\n token: %d\n crypto_cipher: none\n crypto_hash: none\n"+
		" interface {\n  linknumber: 0\n  knet_ping_interval: 100\n  knet_ping_timeout: 400\n }\n}\n", l.token.Milliseconds())
	fmt.Fprint(&b, "system {\n sched_rr: no\n allow_knet_handle_fallback: yes\n}\n")
	fmt.Fprint(&b, "logging {\n to_syslog: no\n to_stderr: no\n to_logfile: yes\n logfile: /var/log/corosync/corosync.log\n timestamp: hires\n}\n")
	fmt.Fprint(&b, "quorum {\n provider: corosync_votequorum\n")
	if l.count == 2 {
		fmt.Fprint(&b, " two_node: 1\n")
	}
	fmt.Fprint(&b, "}\nnodelist {\n")
	for i := 1; i <= l.count; i++ {
		fmt.Fprintf(&b, " node {\n  nodeid: %d\n  name: n%d\n  ring0_addr: 10.78.0.%d\n }\n", i, i, i)
	}
	fmt.Fprint(&b, "}\n")
	return b.String()
}

// open starts a shell in new name spaces. Its death is ours: the kernel kills it
// when the starting thread's process ends.
func open(log, script string) (*space, error) {
	out, err := os.OpenFile(log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	cmd := exec.Command("unshare", "--mount", "--net", "--ipc", "--pid", "--fork", "--kill-child", "sh", "-c", script)
	cmd.Stderr = out
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &space{unshare: cmd, in: in}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err == nil && strings.TrimSpace(line) == "1" {
		if inside := children(cmd.Process.Pid); len(inside) == 1 {
			s.pid = inside[0]
			return s, nil
		}
	}
	s.kill()
	return nil, fmt.Errorf("name spaces cannot be made; see %s", log)
}

func (s *space) tell(line string) error {
	_, err := io.WriteString(s.in, line+"\n")
	return err
}

// ip runs ip(8) with command lines in the space's network.
func (s *space) ip(lines ...string) error {
	return netns.Inside(s.pid, func() error { return netns.IP(lines...) })
}

// kill ends the space; everything inside dies with its first process.
func (s *space) kill() {
	if s == nil {
		return
	}
	s.in.Close()
	if s.pid > 0 {
		syscall.Kill(s.pid, syscall.SIGKILL)
	}
	s.unshare.Process.Kill()
	s.unshare.Wait()
}

func children(pid int) []int {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	var list []int
	for _, word := range strings.Fields(string(text)) {
		if n, err := strconv.Atoi(word); err == nil {
			list = append(list, n)
		}
	}
	return list
}

// Reload edits node i's corosync.conf and lets its Corosync read it again.
func (l *Lab) Reload(i int, edit func(string) string) error {
	path := filepath.Join(l.dir, fmt.Sprint("n", i), "corosync.conf")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, []byte(edit(string(text))), 0o644); err != nil {
		return err
	}
	return l.nodes[i].tell("corosync-cfgtool -R >>/etc/corosync/cfgtool.out 2>&1")
}
