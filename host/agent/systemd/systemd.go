// Package systemd asks systemd, over D-Bus, to start and stop units and tells how
// they are. It maps nothing to the cluster's words; host/agent does that.
package systemd

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-systemd/v22/dbus"
	godbus "github.com/godbus/dbus/v5"
)

// Dial connects to the bus on which systemd listens, authenticated and greeted.
type Dial func(context.Context) (*godbus.Conn, error)

// dialPatience bounds the connection to the bus, and questions without a deadline of their own.
const dialPatience = 10 * time.Second

// systemBus is the Dial of a real machine.
func systemBus(ctx context.Context) (*godbus.Conn, error) {
	return godbus.ConnectSystemBus(godbus.WithContext(ctx))
}

// Kinds of failures that a caller decides on.
var (
	// ErrNoBus means that systemd cannot be reached.
	ErrNoBus = errors.New("no connection to systemd")
	// ErrRestarting means that the connection was lost while systemd was asked, as it
	// is when systemd executes itself anew; asking again helps.
	ErrRestarting = errors.New("systemd is restarting")
	// ErrNoUnit means that systemd does not know the unit.
	ErrNoUnit = errors.New("systemd unit not found")
)

// Manager is a connection to systemd, made when it is first needed and again
// after it was lost. Its methods may be called from anywhere.
type Manager struct {
	dial Dial

	mu   sync.Mutex
	conn *dbus.Conn
}

// New makes a Manager; a nil dial means the system bus.
func New(dial Dial) *Manager {
	if dial == nil {
		dial = systemBus
	}
	return &Manager{dial: dial}
}

// Close ends the connection.
func (m *Manager) Close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.conn != nil {
		m.conn.Close()
		m.conn = nil
	}
}

func (m *Manager) connect() (*dbus.Conn, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.conn != nil && m.conn.Connected() {
		return m.conn, nil
	}
	if m.conn != nil {
		m.conn.Close()
		m.conn = nil
	}
	// The context of a connection ends with it, so it must not be a caller's.
	conn, err := dbus.NewConnection(func() (*godbus.Conn, error) { return m.dial(context.Background()) })
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrNoBus, err)
	}
	m.conn = conn
	return conn, nil
}

// The kinds of units that can be resources.
var extensions = []string{".service", ".socket", ".mount", ".timer", ".path"}

// UnitName completes the name of a resource to that of a unit: a name without
// one of the extensions is a service.
func UnitName(name string) string {
	if slices.Contains(extensions, path.Ext(name)) {
		return name
	}
	return name + ".service"
}

// sampleName is UnitName for looking a unit up only: a template without an
// instance gets one.
func sampleName(name string) string {
	unit := UnitName(name)
	ext := path.Ext(unit)
	if base := strings.TrimSuffix(unit, ext); strings.HasSuffix(base, "@") {
		return base + "pacemaker" + ext
	}
	return unit
}

// Exists reports whether systemd has a unit for the name.
func (m *Manager) Exists(name string) (bool, error) {
	ctx, cancel := context.WithTimeout(context.Background(), dialPatience)
	defer cancel()
	state, err := m.property(ctx, sampleName(name), "LoadState")
	if errors.Is(err, ErrNoUnit) {
		return false, nil
	}
	return state == "loaded" || state == "masked", err
}

// Description gives the unit's own description of itself.
func (m *Manager) Description(ctx context.Context, name string) (string, error) {
	return m.property(ctx, sampleName(name), "Description")
}

// ActiveState gives the state of a unit: active, reloading, inactive, failed,
// activating or deactivating. A unit that does not exist is inactive.
func (m *Manager) ActiveState(ctx context.Context, name string) (string, error) {
	return m.property(ctx, UnitName(name), "ActiveState")
}

func (m *Manager) property(ctx context.Context, unit, name string) (string, error) {
	conn, err := m.connect()
	if err != nil {
		return "", err
	}
	p, err := conn.GetUnitPropertyContext(ctx, unit, name)
	if err != nil {
		return "", explain(unit, err)
	}
	text, ok := p.Value.Value().(string)
	if !ok {
		return "", fmt.Errorf("ask systemd for %s of %s: the answer is not text", name, unit)
	}
	return text, nil
}

// Start starts a unit and waits for the job to end. The result is "done" if it
// succeeded, else systemd's word for what happened.
func (m *Manager) Start(ctx context.Context, name string) (result string, err error) {
	return m.job(ctx, name, (*dbus.Conn).StartUnitContext)
}

// Stop stops a unit and waits likewise.
func (m *Manager) Stop(ctx context.Context, name string) (result string, err error) {
	return m.job(ctx, name, (*dbus.Conn).StopUnitContext)
}

// Restart restarts a unit and waits likewise.
func (m *Manager) Restart(ctx context.Context, name string) (result string, err error) {
	return m.job(ctx, name, (*dbus.Conn).RestartUnitContext)
}

type jobMethod func(c *dbus.Conn, ctx context.Context, name, mode string, ch chan<- string) (int, error)

func (m *Manager) job(ctx context.Context, name string, method jobMethod) (string, error) {
	conn, err := m.connect()
	if err != nil {
		return "", err
	}
	unit := UnitName(name)
	ended := make(chan string, 1)
	if _, err := method(conn, ctx, unit, "replace", ended); err != nil {
		return "", explain(unit, err)
	}
	for {
		select {
		case result := <-ended:
			return result, nil
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(lookEvery):
			if !conn.Connected() { // then nobody will tell us of the end of the job
				return "", fmt.Errorf("%w: the connection was lost during a job of %s", ErrRestarting, unit)
			}
		}
	}
}

// lookEvery is how often a wait for a job looks whether the connection is still there.
const lookEvery = 100 * time.Millisecond

// Reload makes systemd read its unit files again.
func (m *Manager) Reload(ctx context.Context) error {
	conn, err := m.connect()
	if err != nil {
		return err
	}
	return conn.ReloadContext(ctx)
}

// List names the units that could be resources, services without their extension,
// sorted without regard to case.
func (m *Manager) List(ctx context.Context) ([]string, error) {
	conn, err := m.connect()
	if err != nil {
		return nil, err
	}
	files, err := conn.ListUnitFilesContext(ctx)
	if err != nil {
		return nil, fmt.Errorf("list systemd units: %w", err)
	}
	var names []string
	for _, f := range files {
		name := path.Base(f.Path)
		if slices.Contains(extensions, path.Ext(name)) {
			names = append(names, strings.TrimSuffix(name, ".service"))
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		if c := strings.Compare(strings.ToLower(a), strings.ToLower(b)); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	return names, nil
}

// explain recognises the errors by which systemd says that there is no such unit,
// and those that mean the connection was lost. What is neither systemd's word nor
// the caller's comes from the socket, and has many forms: a question under way when
// it was cut ends with io.EOF, one that was just being written with EPIPE or worse.
func explain(unit string, err error) error {
	var de godbus.Error
	if !errors.As(err, &de) {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		return fmt.Errorf("%w: %v", ErrRestarting, err)
	}
	switch de.Name {
	case "org.freedesktop.systemd1.InvalidName",
		"org.freedesktop.systemd1.LoadFailed",
		"org.freedesktop.systemd1.NoSuchUnit":
		return fmt.Errorf("%w: %s", ErrNoUnit, unit)
	case "org.freedesktop.DBus.Error.NoReply":
		return fmt.Errorf("%w: %v", ErrRestarting, err)
	}
	return fmt.Errorf("ask systemd about %s: %w", unit, err)
}
