package lab

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"holdfast/host/netns"
)

// Lab is a switch, a power switch and the machines that are connected to both.
type Lab struct {
	Machines []*Machine
	Power    *Power
	dir      string
	token    time.Duration
	links    int

	repeaters []*repeater
}

// Options say what a lab is to be like.
type Options struct {
	Machines int
	Links    int           // between the machines, 1 if zero
	Token    time.Duration // of Corosync: how long a silent machine counts as there
	Dir      string        // for disks and logs; made by New
	Stage    *Stage
}

// New lays everything out and switches nothing on. There is one lab in a world.
func New(o Options) (*Lab, error) {
	l := &Lab{dir: o.Dir, token: o.Token, links: max(1, o.Links)}
	for i := 1; i <= o.Machines; i++ {
		m := &Machine{Name: fmt.Sprint("n", i), Number: i, lab: l}
		for link := range l.links {
			m.ports = append(m.ports, bridge(link, 0))
		}
		l.Machines = append(l.Machines, m)
	}
	if err := o.Stage.layOut(l.shared()); err != nil {
		return nil, err
	}
	for _, m := range l.Machines {
		if err := m.makeDisk(); err != nil {
			return nil, err
		}
	}
	if err := l.buildSwitches(); err != nil {
		return nil, err
	}
	return l, l.servePower()
}

// shared is the directory that all machines see.
func (l *Lab) shared() string { return filepath.Join(l.dir, "shared") }

// Close switches everything off and takes the network away.
func (l *Lab) Close() error {
	l.Power.listener.Close() // nobody is switched on any more
	for _, m := range l.Machines {
		if err := m.Off(); err != nil {
			return err
		}
	}
	if err := l.Heal(); err != nil { // bad cables go
		return err
	}
	for _, name := range l.bridges() {
		if err := netns.IP("link del " + name); err != nil {
			return err
		}
	}
	return nil
}

// Names are the names of the machines.
func (l *Lab) Names() []string {
	var names []string
	for _, m := range l.Machines {
		names = append(names, m.Name)
	}
	return names
}

// Machine returns the machine with a name, nil if there is none.
func (l *Lab) Machine(name string) *Machine {
	for _, m := range l.Machines {
		if m.Name == name {
			return m
		}
	}
	return nil
}

// SaveLogs copies the logs and the state of all machines to a directory, with what
// those that are on say of themselves at this moment.
func (l *Lab) SaveLogs(to string) error {
	for _, m := range l.Machines {
		for _, place := range []string{"var/log", "var/lib/pacemaker"} {
			if err := os.CopyFS(filepath.Join(to, m.Name, place), os.DirFS(m.Path(place))); err != nil {
				return err
			}
		}
		var now strings.Builder
		for _, p := range m.Processes() {
			fmt.Fprintln(&now, p)
		}
		for _, ask := range []string{"corosync-cpgtool", "corosync-quorumtool", "ip addr", "crmadmin -D", "crm_mon -1rfA"} {
			out, err := m.Run(saveBound, strings.Fields(ask)...)
			fmt.Fprintf(&now, "\n# %s (%v)\n%s", ask, err, out)
		}
		if err := os.WriteFile(filepath.Join(to, m.Name, "now"), []byte(now.String()), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// saveBound is how long a machine may take to answer a question for the logs.
const saveBound = 5 * time.Second

// bootOrder is what the first process of a machine is told.
func (l *Lab) bootOrder(m *Machine) bootOrder {
	return bootOrder{
		Name: m.Name, Addresses: m.addresses(), Disk: m.disk(), Shared: l.shared(), Env: l.environment(),
		Units: []unit{
			{Name: Corosync, Command: []string{"corosync", "-f"}},
			{Name: Holdfast, Restart: true, Command: []string{
				stagePath("usr/sbin/holdfast"), "daemon", "--ocf-root=" + stagePath("usr/lib/ocf"), "--fence-dir=" + sharedPlace + "/fence"}},
		},
		Start: []string{Corosync, Holdfast},
	}
}

// environment is that of everything on a machine.
func (l *Lab) environment() []string {
	return []string{
		"PATH=" + stagePath("usr/sbin") + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"HOME=/root", "LANG=C.UTF-8", "HA_SBIN_DIR=" + stagePath("usr/sbin"), "OCF_ROOT=" + stagePath("usr/lib/ocf"),
		"PCMK_logfacility=none",
	}
}

func (l *Lab) corosyncConf() string {
	var b strings.Builder
	ms := l.token.Milliseconds()
	fmt.Fprintf(&b, "totem {\n version: 2\n cluster_name: lab\n transport: knet\n token: %d\n token_coefficient: 100\n", ms)
	fmt.Fprint(&b, " crypto_cipher: none\n crypto_hash: none\n")
	for link := range l.links {
		fmt.Fprintf(&b, " interface {\n  linknumber: %d\n  knet_ping_interval: %d\n  knet_ping_timeout: %d\n }\n", link, ms/8, ms/2)
	}
	fmt.Fprint(&b, "}\n")
	// Many Corosyncs share few processors here. In real time each of them that is busy keeps the others
	// waiting for a slice of 100 ms, so that a few of them lose the token, and then all of them do.
	fmt.Fprint(&b, "system {\n move_to_root_cgroup: no\n allow_knet_handle_fallback: yes\n sched_rr: no\n priority: -10\n}\n")
	fmt.Fprint(&b, "logging {\n to_syslog: no\n to_stderr: no\n to_logfile: yes\n logfile: /var/log/corosync/corosync.log\n timestamp: hires\n}\n")
	fmt.Fprint(&b, "quorum {\n provider: corosync_votequorum\n")
	if len(l.Machines) == 2 {
		fmt.Fprint(&b, " two_node: 1\n")
	}
	fmt.Fprint(&b, "}\nnodelist {\n")
	for _, m := range l.Machines {
		fmt.Fprintf(&b, " node {\n  nodeid: %d\n  name: %s\n", m.Number, m.Name)
		for link := range m.ports {
			fmt.Fprintf(&b, "  ring%d_addr: %s\n", link, m.Address(link))
		}
		fmt.Fprint(&b, " }\n")
	}
	fmt.Fprint(&b, "}\n")
	return b.String()
}
