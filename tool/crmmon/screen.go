package crmmon

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"holdfast/cib/xml"
	"holdfast/output"
	"holdfast/tool"
)

// isTerminal tells whether a writer is a screen.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}

// onScreen draws the picture on the terminal on every change, once per interval
// and on key presses, until the user quits.
func (o *options) onScreen(c *tool.Call) error {
	restore := rawKeys(os.Stdin)
	defer restore()
	keys := make(chan byte)
	go readKeys(os.Stdin, keys)
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	resized := make(chan os.Signal, 1)
	signal.Notify(resized, syscall.SIGWINCH)
	changes := make(chan *xml.Node, 1)
	go o.follow(c.Env, changes)
	tick := time.NewTicker(o.interval)
	defer tick.Stop()
	help := false
	for {
		o.redraw(c, help)
		select {
		case <-stop:
			return nil
		case k, open := <-keys:
			if !open || k == 'q' || k == 3 {
				return nil
			}
			help = k == '?' && !help
			o.press(k)
		case <-resized:
		case <-changes:
		case <-tick.C:
		}
	}
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
	if unix.IoctlSetTermios(fd, unix.TCSETS, &raw) != nil {
		return func() {}
	}
	return func() { unix.IoctlSetTermios(fd, unix.TCSETS, old) }
}

func readKeys(r io.Reader, keys chan<- byte) {
	defer close(keys)
	var b [1]byte
	for {
		if n, err := r.Read(b[:]); err != nil || n == 0 {
			return
		}
		keys <- b[0]
	}
}

// redraw clears the screen and draws what fits on it.
func (o *options) redraw(c *tool.Call, help bool) {
	var b bytes.Buffer
	if help {
		b.WriteString(o.keyHelp())
	} else if s, err := o.take(c); err != nil {
		fmt.Fprintf(&b, "%v\nTrying again every %s ...\n", err, o.interval)
	} else {
		config := o.config
		config.Format, config.Stdout, config.Stderr = output.Text, &b, &b
		out := output.New(config)
		if err := o.draw(c, out, s); err != nil {
			fmt.Fprintln(&b, err)
		}
		out.Finish(0)
	}
	lines := strings.SplitAfter(b.String(), "\n")
	if rows := screenRows(); rows > 1 && len(lines) > rows {
		lines = append(lines[:rows-2], "...\n")
	}
	io.WriteString(c.Env.Stdout, "\x1b[H\x1b[2J"+strings.Join(lines, ""))
}

func screenRows() int {
	size, err := unix.IoctlGetWinsize(int(os.Stdout.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0
	}
	return int(size.Row)
}

// toggles are the keys that show and hide something.
var toggles = []struct {
	key  byte
	text string
	set  sections // or nothing, where it is not a section
}{
	{'c', "tickets", tickets}, {'f', "failed operation counts", failCounts}, {'n', "resources by node", 0},
	{'o', "operation history", operations}, {'r', "inactive resources", 0}, {'R', "more details", 0},
	{'t', "operation timings", 0}, {'A', "node attributes", attributes}, {'L', "negative location constraints", bans},
	{'D', "headers", summary}, {'b', "brief output", 0}, {'j', "pending operations", 0},
}

// press reacts to a key; one without a meaning just has the screen drawn again.
func (o *options) press(key byte) {
	flags := map[byte]*bool{'n': &o.show.ByNode, 'r': &o.show.Inactive, 'b': &o.show.Brief, 'j': &o.show.Pending, 't': &o.show.Timing}
	if flag := flags[key]; flag != nil {
		*flag = !*flag
		if key == 't' && *flag {
			o.choices.shown |= operations
		}
		return
	}
	switch key {
	case 'm':
		o.level = (o.level + 1) % 4
		o.choices.shown &^= fencingAll
		switch o.level {
		case 1:
			o.choices.shown |= fenceFailed | fencePending
		case 2, 3:
			o.choices.shown |= fencingAll
		}
	case 'R':
		if o.show.CloneDetail {
			o.show.CloneDetail, o.show.NodeID, o.show.Implicit = false, false, false
			o.show.FailedDetail, o.show.FeatureSet, o.show.Description = false, false, false
		} else {
			detail(&o.show)
		}
	default:
		for _, t := range toggles {
			if t.key == key && t.set != 0 {
				o.toggle(t.set)
			}
		}
	}
}

func (o *options) toggle(set sections) {
	if o.choices.any(set) {
		o.choices.shown &^= set
	} else {
		o.choices.shown |= set
	}
}

// keyHelp lists the keys and what is shown now.
func (o *options) keyHelp() string {
	var b strings.Builder
	b.WriteString("Display option change mode\n\n")
	fmt.Fprintf(&b, "  m: fencing history, now at level %d (0=off, 1=failures and pending, 2=also successes, 3=everything)\n", o.level)
	on := map[byte]bool{'n': o.show.ByNode, 'r': o.show.Inactive, 'R': o.show.CloneDetail, 't': o.show.Timing, 'b': o.show.Brief, 'j': o.show.Pending}
	for _, t := range toggles {
		mark := " "
		if t.set != 0 && o.choices.any(t.set) || on[t.key] {
			mark = "*"
		}
		fmt.Fprintf(&b, "%s %c: %s\n", mark, t.key, t.text)
	}
	b.WriteString("\n  q: quit\n\nToggle fields via field letter, type any other key to return\n")
	return b.String()
}
