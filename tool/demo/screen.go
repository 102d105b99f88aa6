package demo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"holdfast/tool"
	"holdfast/tool/crmmon"
)

// Terminal sequences (ECMA-48, and the customary ones of xterm).
const (
	otherScreen = "\x1b[?1049h\x1b[?25l"
	firstScreen = "\x1b[?25h\x1b[?1049l"
	home        = "\x1b[H"
	restOfLine  = "\x1b[K"
	restBelow   = "\x1b[J"
	bold        = "\x1b[1m"
	red         = "\x1b[1;31m"
	green       = "\x1b[1;32m"
	dim         = "\x1b[2m"
	plain       = "\x1b[0m"
)

// refresh is between two pictures of the live screen.
const refresh = 150 * time.Millisecond

// A face tells people what happens: line by line, or on a screen that is drawn
// again and again.
type face struct {
	out   io.Writer
	began time.Time

	mu     sync.Mutex
	lines  bool     // print each event at once
	events []string // for the screen
	next   string   // what happens without a key press
	due    time.Time
}

func newFace(out io.Writer, lines bool) *face {
	return &face{out: out, began: time.Now(), lines: lines}
}

// say tells an event.
func (f *face) say(format string, args ...any) {
	line := fmt.Sprintf("%7.2f s  %s", time.Since(f.began).Seconds(), fmt.Sprintf(format, args...))
	f.mu.Lock()
	defer f.mu.Unlock()
	f.events = append(f.events, line)
	if f.lines {
		fmt.Fprintln(f.out, line)
	}
}

// announce says what will happen by itself, and when.
func (f *face) announce(next string, in time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.next, f.due = next, time.Now().Add(in)
}

// live shows the cluster while keys, or else time, make things happen.
func (d *director) live(ctx context.Context, f *face, pause time.Duration) error {
	out, ok := f.out.(*os.File)
	if !ok || !isTerminal(out) || !isTerminal(os.Stdin) {
		f.lines = true
		return d.script(ctx)
	}
	ctx, quit := context.WithCancel(ctx)
	defer quit()
	defer rawKeys(os.Stdin)()
	keys := make(chan byte)
	go readKeys(os.Stdin, keys, quit)
	drawn := d.keepDrawing(ctx, f)
	err := d.act(ctx, f, keys, pause)
	quitByUser := ctx.Err() != nil
	quit()
	<-drawn
	for _, line := range f.events {
		fmt.Fprintln(out, line)
	}
	if quitByUser {
		return nil
	}
	return err
}

// act does what keys ask for, and goes on by itself where none comes.
func (d *director) act(ctx context.Context, f *face, keys <-chan byte, pause time.Duration) error {
	if err := d.begin(ctx); err != nil {
		return err
	}
	steps := []struct {
		key  byte
		what string
		do   func(context.Context) error
	}{{'k', "the web server is killed", d.killService}, {'d', "Holdfast itself is killed on its node", d.killDaemon}, {'n', "the power of its node fails", d.killNode}}
	for next := 0; ; {
		what, wait := "the demonstration ends", 2*pause
		if next < len(steps) {
			what, wait = steps[next].what, pause
		}
		f.announce(what, wait)
		chosen := -1
		select {
		case <-ctx.Done():
			return ctx.Err()
		case k := <-keys:
			for i, s := range steps {
				if s.key == k {
					chosen = i
				}
			}
			if chosen < 0 {
				continue
			}
		case <-time.After(wait):
			if next == len(steps) {
				return nil
			}
			chosen = next
		}
		f.announce("", 0)
		next = max(next, chosen+1)
		if err := steps[chosen].do(ctx); err != nil {
			return err
		}
	}
}

// keepDrawing draws the screen until ctx ends, and then puts the terminal back.
func (d *director) keepDrawing(ctx context.Context, f *face) <-chan struct{} {
	done := make(chan struct{})
	io.WriteString(f.out, otherScreen)
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			d.draw(f)
			select {
			case <-ctx.Done():
			case <-time.After(refresh):
			}
		}
		io.WriteString(f.out, firstScreen)
	}()
	return done
}

// draw draws one picture, cut to the height of the terminal.
func (d *director) draw(f *face) {
	var top, bottom []string
	top = append(top, bold+"Holdfast: three nodes on this machine"+plain+d.network(), "", d.pageLine(), "")
	top = append(top, strings.Split(d.picture(), "\n")...)
	top = append(top, "")
	f.mu.Lock()
	events, next, due := f.events, f.next, f.due
	f.mu.Unlock()
	bottom = append(bottom, "", bold+"k"+plain+" kill the web server   "+bold+"d"+plain+" kill Holdfast on its node   "+bold+"n"+plain+" cut the power of its node   "+bold+"q"+plain+" quit")
	if next != "" {
		bottom = append(bottom, fmt.Sprintf("%sIn %.0f s, without a key, %s.%s", dim, max(0, time.Until(due).Seconds()), next, plain))
	}
	rows, columns := screenSize()
	room := max(0, rows-1-len(top)-len(bottom))
	all := append(top, events[max(0, len(events)-room):]...)
	all = append(all, bottom...)
	var b bytes.Buffer
	b.WriteString(home)
	for _, line := range all[:min(len(all), rows-1)] {
		b.WriteString(cut(line, columns) + restOfLine + "\r\n")
	}
	b.WriteString(restBelow)
	f.out.Write(b.Bytes())
}

// network tells where the nodes live.
func (d *director) network() string {
	if d.lab.cabled {
		return " in a network of their own"
	}
	return " on its loopback interface"
}

// cut shortens a line without terminal sequences to the screen's width.
func cut(line string, columns int) string {
	runes := []rune(line)
	if strings.Contains(line, "\x1b") || len(runes) <= columns {
		return line
	}
	return string(runes[:columns])
}

// pageLine tells how the page's readers fare.
func (d *director) pageLine() string {
	last, good := d.reader.latest()
	switch {
	case last.err == nil && last.node != "":
		return fmt.Sprintf("%s  %sserved by %s%s", d.place.url(), green, last.node, plain)
	case good.came.IsZero():
		return d.place.url() + "  is not there yet"
	}
	return fmt.Sprintf("%s  %sno answer for %s%s", d.place.url(), red, show(time.Since(good.came)), plain)
}

// picture is what crm_mon shows of nodes and resources.
func (d *director) picture() string {
	c, err := d.lab.reachAny()
	if err != nil {
		return "The nodes are looking for one another ..."
	}
	var b bytes.Buffer
	env := &tool.Env{
		Program: "crm_mon", Stdin: strings.NewReader(""), Stdout: &b, Stderr: &b, Getenv: func(string) string { return "" }, Now: time.Now,
		Connect: func() (tool.Cluster, error) { return c, nil },
	}
	crmmon.Tool().Run(env, []string{"-1", "--exclude=all", "--include=dc,nodes,resources,failures,fencing"})
	return strings.Trim(b.String(), "\n")
}

// rawKeys lets keys be read as they are pressed. The returned function puts the
// terminal back.
func rawKeys(f *os.File) func() {
	fd := int(f.Fd())
	old, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return func() {}
	}
	raw := *old
	raw.Lflag &^= unix.ICANON | unix.ECHO
	raw.Cc[unix.VMIN], raw.Cc[unix.VTIME] = 1, 0
	unix.IoctlSetTermios(fd, unix.TCSETS, &raw)
	return func() { unix.IoctlSetTermios(fd, unix.TCSETS, old) }
}

// readKeys hands keys on; q quits. A key that comes while a step is carried out
// waits for nobody.
func readKeys(r io.Reader, keys chan<- byte, quit func()) {
	var b [1]byte
	for {
		if n, err := r.Read(b[:]); err != nil || n == 0 {
			return
		}
		if b[0] == 'q' {
			quit()
			return
		}
		select {
		case keys <- b[0]:
		default:
		}
	}
}

func screenSize() (rows, columns int) {
	size, err := unix.IoctlGetWinsize(int(os.Stdout.Fd()), unix.TIOCGWINSZ)
	if err != nil || size.Row == 0 || size.Col == 0 {
		return 24, 80
	}
	return int(size.Row), int(size.Col)
}
