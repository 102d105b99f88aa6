package stonithadmin

import (
	"strconv"
	"time"

	"holdfast/crm"
	"holdfast/output"
	"holdfast/status"
	"holdfast/tool"
)

// showHistory shows the fencing history of a node, or of all ("*"): the last
// success, or with --verbose everything. With --cleanup it erases it instead.
func (o *options) showHistory(c *tool.Call, conn fencer) error {
	target := o.arg
	if o.cleanup {
		c.Out.Info("cleaning up fencing-history for node %s", target)
	}
	if o.broadcast {
		c.Out.Info("gather fencing-history from all nodes")
	}
	if target == "*" {
		target = ""
	}
	if o.cleanup {
		return failed(conn.EraseFences(crm.NodeName(target)), "Couldn't clean up the fencing history")
	}
	requests, err := conn.FenceHistory(crm.NodeName(target))
	if err != nil {
		return failed(err, "Couldn't get the fencing history")
	}
	c.Out.Show(events{status.FenceEvents(requests), c.Verbose > 0, o.quiet})
	return nil
}

// events are a fencing history, newest first.
type events struct {
	list    []status.FenceEvent
	verbose bool
	quiet   bool
}

// latest is the newest success. (The reference shows the oldest, which is not what
// its help promises.)
func (e events) latest() (latest status.FenceEvent, ok bool) {
	for _, event := range e.list {
		if event.State == status.FenceDone {
			return event, true
		}
	}
	return latest, false
}

// Text writes the events as lines and counts them; quietly only a moment.
func (e events) Text(l *output.Lines) {
	view := &status.View{Show: status.Show{FailedDetail: true}}
	count := 0
	if e.verbose && !e.quiet {
		for i, event := range e.list {
			l.Line(view.FenceText(event, true, status.LaterSuccess(event, e.list[:i])))
			count++
		}
	}
	if event, ok := e.latest(); ok {
		switch {
		case e.quiet:
			l.Line(strconv.FormatInt(event.Completed.Unix(), 10))
		case !e.verbose:
			l.Line(view.FenceText(event, false, ""))
			count++
		}
	}
	l.Line(found(count, "event", "events"))
}

// XML adds a list with the events.
func (e events) XML(t *output.Tree) {
	var shown []status.FenceEvent
	if event, ok := e.latest(); ok && (!e.verbose || e.quiet) {
		shown = append(shown, event)
	} else if !e.quiet && e.verbose {
		shown = e.list
	}
	t.Open("list", "name", "fencing history", "count", itoa(len(shown)))
	for _, event := range shown {
		t.Add(status.FenceXML(event))
	}
	t.Close()
}

// showLast tells when a node was last fenced. To be unfenced is not to be fenced.
func (o *options) showLast(c *tool.Call, conn fencer) error {
	name := crm.NodeName(o.arg)
	if o.asNodeID {
		var err error
		if name, err = nameOf(conn, o.arg); err != nil {
			return err
		}
	}
	requests, err := conn.FenceHistory(name)
	if err != nil {
		return failed(err, "Couldn't get the fencing history")
	}
	message := lastFenced{target: o.arg}
	for _, event := range status.FenceEvents(requests) {
		if event.State == status.FenceDone && event.Action != "on" && event.Completed.After(message.at) {
			message.at = event.Completed
		}
	}
	c.Out.Show(message)
	return nil
}

// nameOf finds the name of the node with a membership id.
func nameOf(conn fencer, id string) (crm.NodeName, error) {
	node, err := conn.Status()
	if err != nil {
		return "", failed(err, "Couldn't ask for the nodes")
	}
	for _, p := range node.Peers {
		if strconv.FormatUint(uint64(p.ID), 10) == id {
			return p.Name, nil
		}
	}
	return "", tool.Fail(crm.ExitNoHost, "No node has the id %s", id)
}

// lastFenced tells when a node was last fenced, if ever.
type lastFenced struct {
	target string
	at     time.Time
}

// Text writes the moment in the form of ctime(3).
func (m lastFenced) Text(l *output.Lines) {
	if m.at.IsZero() {
		l.Line("Node " + m.target + " has never been fenced")
		return
	}
	l.Line("Node " + m.target + " last fenced at: " + m.at.Local().Format("Mon Jan _2 15:04:05 2006"))
}

// XML adds a last-fenced element if there is anything to tell.
func (m lastFenced) XML(t *output.Tree) {
	if !m.at.IsZero() {
		t.Open("last-fenced", "target", m.target, "when", crm.FormatDate(m.at.Local(), crm.ShowDateTime))
		t.Close()
	}
}
