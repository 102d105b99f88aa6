package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"os/user"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"holdfast/crm"
	"holdfast/tool"
)

type options struct {
	script, loopback bool
	pause            int
}

// Tool returns "holdfast demo".
func Tool() *tool.Tool {
	o := &options{pause: 8}
	return &tool.Tool{
		Name:    "holdfast demo",
		Summary: "Show a cluster of three nodes on this machine that survives the death of a service and of a node",
		Groups: []tool.Group{{Options: []tool.Option{
			{Long: "script", Set: tool.Switch(&o.script), Help: "Without a terminal: tell the steps and their times, and fail if a recovery does"},
			{Long: "loopback", Set: tool.Switch(&o.loopback), Help: "Use the loopback interface even if network namespaces can be had"},
			{Long: "pause", Arg: "SECONDS", Set: tool.Int(&o.pause), Help: "How long to wait for a key before going on (default 8)"},
		}}},
		Do: o.run,
	}
}

// args are the options again, for the process inside the namespaces.
func (o *options) args() []string {
	args := []string{"--pause=" + strconv.Itoa(o.pause)}
	if o.script {
		args = append(args, "--script")
	}
	return args
}

func (o *options) run(c *tool.Call) error {
	if dir := c.Env.Getenv(insideMark); dir != "" {
		if err := setUpNamespaces(); err != nil {
			fmt.Fprintf(c.Env.Stderr, "Network namespaces cannot be used here (%v); the nodes share the loopback interface.\n", err)
			return tool.Fail(noNamespaces, "")
		}
		return o.show(c, dir, true)
	}
	dir, err := os.MkdirTemp("", "holdfast-demo-")
	if err != nil {
		return tool.Fail(crm.ExitCantCreate, "%v", err)
	}
	defer os.RemoveAll(dir)
	if o.namespaces() {
		if code, done := inNamespaces(dir, o.args()); done {
			return endOf(code)
		}
	}
	return o.show(c, dir, false)
}

// namespaces reports whether namespaces are worth a try.
func (o *options) namespaces() bool {
	_, err := exec.LookPath("ip")
	return os.Geteuid() == 0 && err == nil && !o.loopback
}

// endOf passes on how the inner process ended; it has said why.
func endOf(code crm.ExitCode) error {
	if code == crm.ExitOK {
		return nil
	}
	return tool.Fail(code, "")
}

// show runs the demonstration in a directory.
func (o *options) show(c *tool.Call, dir string, cabled bool) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	f := newFace(c.Env.Stdout, o.script)
	program, runAs, err := o.program(dir, cabled)
	if err != nil {
		return tool.Fail(crm.ExitOSErr, "%v", err)
	}
	l, err := newLab(dir, program, cabled, runAs, f.say)
	if err != nil {
		return tool.Fail(crm.ExitCantCreate, "%v", err)
	}
	place, err := where(cabled)
	if err != nil {
		return tool.Fail(crm.ExitOSErr, "%v", err)
	}
	d := &director{lab: l, place: place, reader: newReader(place), say: f.say}
	if o.script {
		err = d.script(ctx)
	} else {
		err = d.live(ctx, f, time.Duration(o.pause)*time.Second)
	}
	d.reader.close()
	if err != nil && ctx.Err() == nil {
		l.lastWords(c.Env.Stderr)
	}
	err = errors.Join(err, l.close())
	d.sum(c.Env.Stdout)
	switch {
	case ctx.Err() != nil:
		return tool.Fail(crm.ExitError, "interrupted; everything has been removed")
	case err != nil:
		return tool.Fail(crm.ExitError, "%v", err)
	}
	return nil
}

// program is the program that the nodes run, and as whom. Root's nodes that share
// the loopback interface run as nobody: as root each would see the others' addresses.
func (o *options) program(dir string, cabled bool) (string, *syscall.Credential, error) {
	self, err := os.Executable()
	if err != nil || cabled || os.Geteuid() != 0 {
		return self, nil, err
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		return "", nil, fmt.Errorf("find a user to run the nodes as: %w", err)
	}
	uid, _ := strconv.Atoi(nobody.Uid)
	gid, _ := strconv.Atoi(nobody.Gid)
	data, err := os.ReadFile(self)
	if err != nil {
		return "", nil, err
	}
	copied := dir + "/holdfast"
	if err := os.WriteFile(copied, data, 0o755); err != nil {
		return "", nil, err
	}
	return copied, &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chmod(dir, 0o711)
}

// where decides where the page is to be had.
func where(cabled bool) (endpoint, error) {
	if cabled {
		return endpoint{address: virtualAddress, nic: "eth0", port: 80}, nil
	}
	e := endpoint{address: "127.0.77.100", nic: "lo"}
	for _, port := range []string{"8080", "0"} {
		if l, err := net.Listen("tcp", e.address+":"+port); err == nil {
			e.port = l.Addr().(*net.TCPAddr).Port
			return e, l.Close()
		}
	}
	return e, fmt.Errorf("no TCP port can be had on %s", e.address)
}

// script carries all steps out, one after the other.
func (d *director) script(ctx context.Context) error {
	for _, step := range []func(context.Context) error{d.begin, d.killService, d.killDaemon, d.killNode} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// sum lists what was measured.
func (d *director) sum(w io.Writer) {
	if len(d.times) == 0 {
		return
	}
	fmt.Fprintln(w)
	for _, m := range d.times {
		fmt.Fprintf(w, "%-52s %10s\n", m.what, show(m.took))
	}
}

// lastWords shows the end of what the nodes said, for whoever looks for a fault.
func (l *lab) lastWords(w io.Writer) {
	const most = 25
	for _, m := range l.machines {
		text, _ := os.ReadFile(m.path("console"))
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		lines = lines[max(0, len(lines)-most):]
		fmt.Fprintf(w, "\nThe last words of %s:\n%s\n", m.name, strings.Join(lines, "\n"))
	}
}

// isTerminal reports whether a file is a terminal.
func isTerminal(f *os.File) bool {
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}
