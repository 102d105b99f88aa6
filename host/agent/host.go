package agent

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"holdfast/crm"
	"holdfast/host/agent/systemd"
)

// Options say where agents lie and what they get. Empty fields take the
// customary places.
type Options struct {
	OCFRoot    string   // $OCF_ROOT of agents
	OCFPath    []string // directories with one folder per provider
	LSBDir     string
	FenceDir   string
	RunDir     string       // journal and output files; a memory file system is best
	ScratchDir string       // where agents keep files until the next boot ($HA_RSCTMP)
	SecretsDir string       // values of parameters that the CIB keeps as lrm://
	AlertUser  string       // whom alert agents run as
	Env        []string     // added to the daemon's own environment, as NAME=value
	Output     int64        // how much of each of an agent's outputs is kept
	DropInDir  string       // overrides of systemd units
	Systemd    systemd.Dial // how to reach systemd; nil means the system bus
}

// The customary places.
const (
	DefaultOCFRoot    = "/usr/lib/ocf"
	DefaultLSBDir     = "/etc/init.d"
	DefaultFenceDir   = "/usr/sbin"
	DefaultRunDir     = "/run/holdfast/agents"
	DefaultScratchDir = "/run/resource-agents"
	DefaultSecretsDir = "/var/lib/pacemaker/lrm/secrets"

	// DefaultOutput is room for the longest metadata many times over.
	DefaultOutput = 1 << 20
)

// Host runs agents on this machine.
type Host struct {
	opt   Options
	env   []string
	units *systemd.Manager

	mu       sync.Mutex
	metadata map[string]cachedMetadata
	leftover []*output
	closed   chan struct{}

	removeOnClose bool // the run directory
}

var _ Runner = (*Host)(nil)

// NewForTool makes a Host for a tool, which any user may run: it has a run
// directory of its own, which Close removes, and leaves nothing to recover.
func NewForTool(opt Options) (*Host, error) {
	dir, err := os.MkdirTemp("", "holdfast-")
	if err != nil {
		return nil, fmt.Errorf("make a directory for the output of agents: %w", err)
	}
	opt.RunDir = dir
	h := New(opt)
	h.removeOnClose = true
	return h, nil
}

// New makes a Host. It touches nothing; Recover prepares the run directory.
func New(opt Options) *Host {
	opt = withDefaults(opt)
	return &Host{
		opt:      opt,
		env:      baseEnvironment(os.Environ(), opt.Env),
		units:    systemd.New(opt.Systemd),
		metadata: map[string]cachedMetadata{},
		closed:   make(chan struct{}),
	}
}

func withDefaults(opt Options) Options {
	or := func(value *string, fallback string) {
		if *value == "" {
			*value = fallback
		}
	}
	or(&opt.OCFRoot, DefaultOCFRoot)
	or(&opt.LSBDir, DefaultLSBDir)
	or(&opt.FenceDir, DefaultFenceDir)
	or(&opt.RunDir, DefaultRunDir)
	or(&opt.ScratchDir, DefaultScratchDir)
	or(&opt.SecretsDir, DefaultSecretsDir)
	or(&opt.AlertUser, DefaultAlertUser)
	or(&opt.DropInDir, systemd.DefaultDropInDir)
	if len(opt.OCFPath) == 0 {
		opt.OCFPath = []string{filepath.Join(opt.OCFRoot, "resource.d")}
	}
	if opt.Output == 0 {
		opt.Output = DefaultOutput
	}
	return opt
}

// Close ends the Host's own upkeep. Running agents go on.
func (h *Host) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	select {
	case <-h.closed:
	default:
		close(h.closed)
		h.units.Close()
		if h.removeOnClose {
			os.RemoveAll(h.opt.RunDir)
		}
	}
}

// Start begins an operation. It returns at once: to find the agent and to start it
// takes a few milliseconds, more if systemd has to be asked, and a daemon that has
// hundreds to start must go on listening meanwhile.
func (h *Host) Start(req Request) Running {
	return launched(func() Running { return h.start(req) })
}

// start finds the standard's way to run an agent.
func (h *Host) start(req Request) Running {
	if req.Class == Service {
		req.Class = h.resolveService(req.Type)
	}
	switch req.Class {
	case OCF:
		return h.startOCF(req)
	case LSB:
		return h.startLSB(req)
	case Systemd:
		return h.startUnit(req)
	case Stonith:
		return h.startFence(req)
	}
	return finished(failed(crm.OpNotInstalled, crm.OCFNotInstalled,
		fmt.Sprintf("Unknown resource standard: %s", req.Class)))
}

// Run starts an operation and waits for its end.
func (h *Host) Run(req Request) Result {
	run := h.Start(req)
	defer run.Release()
	return <-run.Done()
}

// resolveService finds which standard a service belongs to. A script wins over a
// unit of the same name; a service that is neither counts as a script.
func (h *Host) resolveService(name string) string {
	if _, err := h.lsbPath(name); err == nil {
		return LSB
	}
	if exists, err := h.units.Exists(name); err == nil && exists {
		return Systemd
	}
	return LSB
}

// checkProgram reports why the file at path cannot be an agent.
func checkProgram(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return &fs.PathError{Op: "run", Path: path, Err: errors.New("not a regular file")}
	}
	if info.Mode().Perm()&0o111 == 0 {
		return &fs.PathError{Op: "run", Path: path, Err: fs.ErrPermission}
	}
	return nil
}

// cannotRun is the result of an agent that is missing or may not be run.
func cannotRun(path string, err error) Result {
	cause := err
	var pe *fs.PathError
	if errors.As(err, &pe) {
		cause = pe.Err
	}
	reason := path + ": " + capitalized(cause.Error())
	if errors.Is(err, fs.ErrPermission) {
		return failed(crm.OpError, crm.OCFInsufficientPriv, reason)
	}
	return failed(crm.OpNotInstalled, crm.OCFNotInstalled, reason)
}

// capitalized gives an error of the operating system the look it has in C.
func capitalized(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// param looks a parameter up.
func param(params []Param, name string) (string, bool) {
	i := slices.IndexFunc(params, func(p Param) bool { return p.Name == name })
	if i < 0 {
		return "", false
	}
	return params[i].Value, true
}
