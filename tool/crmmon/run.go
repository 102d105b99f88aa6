package crmmon

import (
	"bytes"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/tool"
)

// backgroundMark tells a process that it is the one in the background.
const backgroundMark = "HOLDFAST_CRM_MON_BACKGROUND"

// monitorCritical is what monitoring systems take for "critical" (the plugin
// interface of Nagios: 0 good, 1 warning, 2 critical).
const monitorCritical crm.ExitCode = 2

// run shows the picture as often as the mode says.
func (o *options) run(c *tool.Call) error {
	switch {
	case o.simple:
		err := o.once(c, o.showSimple)
		if err != nil && tool.CodeOf(err) == crm.ExitDisconnect {
			return tool.Fail(monitorCritical, "CLUSTER CRIT: Connection to cluster failed: %v", err)
		}
		return err
	case o.mode == daemonized && c.Env.Getenv(backgroundMark) == "":
		c.Out.Drop()
		return o.background()
	case o.mode == oneShot && o.htmlFile != "":
		c.Out.Drop()
		s, err := o.take(c)
		return o.rewrite(c, s, err)
	case o.mode == daemonized, o.mode == update && o.config.Format != output.Console:
		return o.keep(c)
	case o.mode == update:
		return o.onScreen(c)
	}
	return o.once(c, o.draw)
}

// once shows the picture once.
func (o *options) once(c *tool.Call, show func(*tool.Call, *output.Output, *snapshot) error) error {
	s, err := o.take(c)
	if err != nil && c.Env.Source().Where != tool.Live {
		return nil // it was told; monitoring a file never fails, for clients that expect so
	}
	if err != nil {
		return err
	}
	return show(c, c.Out, s)
}

// draw shows the picture of a snapshot.
func (o *options) draw(c *tool.Call, out *output.Output, s *snapshot) error {
	now := c.Env.Now()
	v, err := o.view(c.Env, s, now)
	if err != nil {
		return err
	}
	out.Show(o.picture(v, s, now))
	return nil
}

// showSimple shows the state on one line.
func (o *options) showSimple(c *tool.Call, out *output.Output, s *snapshot) error {
	v, err := o.view(c.Env, s, c.Env.Now())
	if err != nil {
		return err
	}
	line, code := simpleLine(v)
	out.Info("%s", line)
	if code != crm.ExitOK {
		return tool.Fail(code, "")
	}
	return nil
}

// background starts this program again without a terminal.
func (o *options) background() error {
	switch {
	case o.agent == "" && !o.toFile:
		return tool.Fail(crm.ExitUsage, "--daemonize requires at least one of --output-to (with value not set to '-') and --external-agent")
	case o.agent == "" && o.config.Format == output.None:
		return tool.Fail(crm.ExitUsage, "--daemonize requires --external-agent if used with --output-as=none")
	}
	self, err := os.Executable()
	if err != nil {
		return tool.Fail(crm.ExitOSErr, "Could not find this program: %v", err)
	}
	cmd := exec.Command(self, os.Args[1:]...)
	cmd.Args[0] = os.Args[0]
	cmd.Env = append(os.Environ(), backgroundMark+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return tool.Fail(crm.ExitOSErr, "Could not start in the background: %v", err)
	}
	if o.pidFile != "" {
		if err := tool.ReplaceFile(o.pidFile, []byte(strconv.Itoa(cmd.Process.Pid)+"\n")); err != nil {
			return tool.Fail(crm.ExitCantCreate, "Could not write %s: %v", o.pidFile, err)
		}
	}
	return cmd.Process.Release()
}

// keep writes the picture to the output file, and tells the external agent what
// happened, on every change and at least once per interval. It never ends.
func (o *options) keep(c *tool.Call) error {
	c.Out.Drop()
	told := newWatcher(o, c)
	changes := make(chan *xml.Node, 1)
	go o.follow(c.Env, changes)
	tick := time.NewTicker(o.interval)
	defer tick.Stop()
	for {
		s, err := o.take(c)
		if err == nil {
			told.look(s)
		}
		if werr := o.rewrite(c, s, err); werr != nil {
			return werr
		}
		select {
		case <-changes:
		case <-tick.C:
		}
	}
}

// rewrite replaces the output file by a new picture, or by why there is none.
func (o *options) rewrite(c *tool.Call, s *snapshot, fault error) error {
	if !o.toFile {
		return nil
	}
	var b bytes.Buffer
	config := o.config
	config.Stdout, config.Stderr = &b, &b
	out := output.New(config)
	code := crm.ExitOK
	if fault == nil {
		fault = o.draw(c, out, s)
	}
	if fault != nil {
		code = tool.CodeOf(fault)
		out.Err("Not connected to CIB: %v", fault)
	}
	out.Finish(code)
	if err := tool.ReplaceFile(o.config.File, b.Bytes()); err != nil {
		return tool.Fail(crm.ExitCantCreate, "Could not write %s: %v", o.config.File, err)
	}
	return nil
}

// follow reports changes of a running cluster's CIB. After a lost connection it
// tries again once per interval. The channel holds the newest document.
func (o *options) follow(env *tool.Env, changes chan *xml.Node) {
	for {
		o.followOnce(env, changes)
		time.Sleep(o.interval)
	}
}

func (o *options) followOnce(env *tool.Env, changes chan *xml.Node) {
	if env.Connect == nil {
		return
	}
	c, err := env.Connect()
	if err != nil {
		return
	}
	defer c.Close()
	l, ok := c.(live)
	if !ok {
		return
	}
	l.Watch(func(doc *xml.Node) bool {
		select {
		case <-changes: // a document that nobody has looked at yet
		default:
		}
		changes <- doc
		return true
	})
}
