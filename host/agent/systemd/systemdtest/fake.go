// Package systemdtest is a small systemd for tests: units that start and stop as
// told, behind the same D-Bus interface. There is no bus; each connection is
// a pipe to the fake.
package systemdtest

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	managerPath      = dbus.ObjectPath("/org/freedesktop/systemd1")
	managerInterface = "org.freedesktop.systemd1.Manager"
)

// A Unit is one that the fake knows.
type Unit struct {
	Description string
	State       string        // ActiveState
	Delay       time.Duration // how long a job stays under way
	Result      string        // how jobs end; "" means done
	After       string        // the state that a start leads to; "" means active
	Slow        time.Duration // how long an answer about it takes
}

// Fake is the systemd. Set its fields before the first connection.
type Fake struct {
	Units map[string]*Unit // by full name

	mu      sync.Mutex
	conns   []*dbus.Conn
	jobs    uint32
	reloads int
}

// Reloads counts how often the unit files were read again.
func (f *Fake) Reloads() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.reloads
}

// State gives a unit's state.
func (f *Fake) State(unit string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.Units[unit].State
}

// SetState changes a unit's state behind everybody's back.
func (f *Fake) SetState(unit, state string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.Units[unit].State = state
}

// Drop cuts all connections, as systemd does when it executes itself anew.
func (f *Fake) Drop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.conns {
		c.Close()
	}
	f.conns = nil
}

// Dial connects to the fake; it is a systemd.Dial.
func (f *Fake) Dial(context.Context) (*dbus.Conn, error) {
	client, clientEnd := net.Pipe()
	server, serverEnd := net.Pipe()
	go introduce(clientEnd, serverEnd)

	ours, err := dbus.NewConn(server)
	if err != nil {
		return nil, err
	}
	theirs, err := dbus.NewConn(client)
	if err != nil {
		return nil, err
	}
	if err := f.export(ours); err != nil {
		return nil, err
	}
	failed := make(chan error, 1)
	go func() { failed <- ours.Auth([]dbus.Auth{dbus.AuthAnonymous()}) }()
	if err := theirs.Auth([]dbus.Auth{dbus.AuthAnonymous()}); err != nil {
		return nil, err
	}
	if err := <-failed; err != nil {
		return nil, err
	}
	f.mu.Lock()
	f.conns = append(f.conns, ours)
	f.mu.Unlock()
	return theirs, nil
}

// introduce plays the server to two clients that want to talk to each other, and then
// passes on what each says.
func introduce(a, b net.Conn) {
	var wg sync.WaitGroup
	readers := [2]*bufio.Reader{bufio.NewReader(a), bufio.NewReader(b)}
	for i, c := range []net.Conn{a, b} {
		wg.Go(func() { greet(readers[i], c) })
	}
	wg.Wait()
	go pass(readers[0], a, b)
	pass(readers[1], b, a)
}

func greet(r *bufio.Reader, c net.Conn) {
	r.ReadByte() // the leading NUL
	for {
		line, err := r.ReadString('\n')
		switch {
		case err != nil || strings.HasPrefix(line, "BEGIN"):
			return
		case strings.HasPrefix(line, "AUTH ANONYMOUS"):
			fmt.Fprint(c, "OK 0123456789abcdef0123456789abcdef\r\n")
		case strings.HasPrefix(line, "AUTH"):
			fmt.Fprint(c, "REJECTED ANONYMOUS\r\n")
		default:
			fmt.Fprint(c, "ERROR\r\n")
		}
	}
}

func pass(r *bufio.Reader, from, to net.Conn) {
	defer from.Close()
	defer to.Close()
	r.WriteTo(to)
}

func (f *Fake) export(c *dbus.Conn) error {
	if err := c.Export(bus{}, "/org/freedesktop/DBus", "org.freedesktop.DBus"); err != nil {
		return err
	}
	if err := c.Export(manager{f}, managerPath, managerInterface); err != nil {
		return err
	}
	return c.ExportSubtree(properties{f}, managerPath+"/unit", "org.freedesktop.DBus.Properties")
}

type bus struct{}

func (bus) AddMatch(string) *dbus.Error { return nil }

type manager struct{ fake *Fake }

func (m manager) Reload() *dbus.Error {
	m.fake.mu.Lock()
	defer m.fake.mu.Unlock()
	m.fake.reloads++
	return nil
}

// A UnitFile is one line of ListUnitFiles.
type UnitFile struct{ Path, State string }

func (m manager) ListUnitFiles() ([]UnitFile, *dbus.Error) {
	var files []UnitFile
	for name := range m.fake.Units {
		files = append(files, UnitFile{"/lib/systemd/system/" + name, "enabled"})
	}
	return files, nil
}

func (m manager) StartUnit(name, mode string) (dbus.ObjectPath, *dbus.Error) {
	return m.fake.job(name, "activating", "active")
}

func (m manager) StopUnit(name, mode string) (dbus.ObjectPath, *dbus.Error) {
	return m.fake.job(name, "deactivating", "inactive")
}

func (m manager) RestartUnit(name, mode string) (dbus.ObjectPath, *dbus.Error) {
	return m.fake.job(name, "activating", "active")
}

// job brings a unit on its way and, after its delay, to the end.
func (f *Fake) job(name, meanwhile, end string) (dbus.ObjectPath, *dbus.Error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	u := f.Units[name]
	if u == nil {
		return "", dbus.NewError("org.freedesktop.systemd1.NoSuchUnit", []any{"Unit " + name + " not found."})
	}
	f.jobs++
	id, path := f.jobs, dbus.ObjectPath(fmt.Sprintf("%s/job/%d", managerPath, f.jobs))
	u.State = meanwhile
	go func() {
		time.Sleep(u.Delay)
		f.finish(id, path, name, u, end)
	}()
	return path, nil
}

func (f *Fake) finish(id uint32, path dbus.ObjectPath, name string, u *Unit, end string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	result := u.Result
	switch {
	case result == "":
		result = "done"
		u.State = end
		if end == "active" && u.After != "" {
			u.State = u.After
		}
	default:
		u.State = "failed"
	}
	for _, c := range f.conns {
		c.Emit(managerPath, managerInterface+".JobRemoved", id, path, name, result)
	}
}

type properties struct{ fake *Fake }

func (p properties) Get(msg dbus.Message, iface, name string) (dbus.Variant, *dbus.Error) {
	f := p.fake
	path, _ := msg.Headers[dbus.FieldPath].Value().(dbus.ObjectPath)
	u, known := f.Units[unitName(string(path))]
	if !known {
		u = &Unit{State: "inactive"}
	}
	time.Sleep(u.Slow)
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case name == "ActiveState":
		return dbus.MakeVariant(u.State), nil
	case name == "Description":
		return dbus.MakeVariant(u.Description), nil
	case name == "LoadState" && known:
		return dbus.MakeVariant("loaded"), nil
	case name == "LoadState":
		return dbus.MakeVariant("not-found"), nil
	}
	return dbus.Variant{}, dbus.NewError("org.freedesktop.DBus.Error.UnknownProperty", nil)
}

// unitName undoes the escaping of a unit's object path: _XX is the byte XX.
func unitName(path string) string {
	path = path[strings.LastIndexByte(path, '/')+1:]
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		var c byte
		if path[i] == '_' && i+2 < len(path) {
			if _, err := fmt.Sscanf(path[i+1:i+3], "%02x", &c); err == nil {
				b.WriteByte(c)
				i += 2
				continue
			}
		}
		b.WriteByte(path[i])
	}
	return b.String()
}
