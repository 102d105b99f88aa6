package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"holdfast/cib"
	"holdfast/cib/acl"
	"holdfast/cib/xml"
	"holdfast/cluster/attribute"
	"holdfast/cluster/record"
	"holdfast/cluster/wire"
)

// refusal is why an update is not accepted, nil if it is.
func (n *Node) refusal(in Asked, c *wire.Attribute) error {
	switch {
	case !n.live, !n.InSync() && c.Wait != wire.WaitNo:
		return ErrNotReady
	case n.lonely && !n.aboutSelf(c):
		return errNoEngine
	case len(n.updates.open) >= mostUpdates:
		return fmt.Errorf("the cluster has not taken the last %d updates of this node: wait until it does", mostUpdates)
	}
	if err := checkUpdate(c); err != nil {
		return err
	}
	if err := n.knows(c); err != nil {
		return err
	}
	return n.permits(in, c)
}

var errNoEngine = errors.New("the membership layer of this node is gone, and the update is not about this node alone: start Corosync, or ask another node")

// tasks are what can be done with attributes; true if it needs their name.
var tasks = map[string]bool{"update": true, "update-both": true, "delay": true, "delete": true, "refresh": false, "clear-failure": false, "peer-remove": false}

// checkUpdate judges what can be judged of an update without a cluster.
func checkUpdate(c *wire.Attribute) error {
	named, known := tasks[c.Task]
	switch {
	case !known:
		return fmt.Errorf("attribute task %q is not known", c.Task)
	case named && c.Name == "" && c.Pattern == "":
		return fmt.Errorf("an attribute's %s needs a name, or a pattern", c.Task)
	case c.Task == "peer-remove" && c.Node == "":
		return errors.New("no node is named whose attributes are to be removed")
	}
	switch c.Wait {
	case "", wire.WaitNo, wire.WaitLocal, wire.WaitCluster:
	default:
		return fmt.Errorf("an update cannot wait for %q: only for no, local or cluster", c.Wait)
	}
	for _, text := range []string{c.Name, c.Value, c.Set} {
		if !utf8.ValidString(text) || strings.ContainsFunc(text, unwritable) {
			return fmt.Errorf("%q has characters that XML cannot hold", text)
		}
	}
	if _, err := regexp.Compile(c.Pattern); err != nil {
		return fmt.Errorf("attribute pattern %q is not a regular expression: %w", c.Pattern, err)
	}
	return nil
}

func unwritable(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\t\n\r", r) }

// knows refuses an update about a node that nobody knows.
func (n *Node) knows(c *wire.Attribute) error {
	if c.Node != "" && c.Task != "peer-remove" && n.nodeID(c.Node) == 0 {
		return fmt.Errorf("node %s is not known to the cluster", c.Node)
	}
	return nil
}

// permits refuses what a client may not write to the status section.
func (n *Node) permits(in Asked, c *wire.Attribute) error {
	if !acl.Required(in.User) {
		return nil
	}
	rights := acl.For(n.state.CIB, in.User, in.Groups, n.now)
	if rights == nil {
		return nil
	}
	root, err := n.trial(c)
	if err == nil {
		err = rights.Check(n.state.CIB, root, nil)
	}
	if err != nil {
		return &cib.Error{Kind: cib.Denied, Detail: err.Error()}
	}
	return nil
}

// trial is the document as an update would leave it, without what waits for others.
func (n *Node) trial(c *wire.Attribute) (*xml.Node, error) {
	table := attribute.New()
	data, err := json.Marshal(n.state.Attributes)
	if err == nil {
		err = json.Unmarshal(data, table)
	}
	if err != nil {
		return nil, fmt.Errorf("try an update of attributes: %w", err)
	}
	flush := func() (writes []attribute.Write) {
		for _, w := range table.Waits() {
			writes = append(writes, table.Flush(&wire.Flush{Name: w.Name, Serial: w.Serial})...)
		}
		return writes
	}
	flush()
	var writes []attribute.Write
	for _, ch := range table.Apply(c, n.presentNames()) {
		writes = append(writes, ch.Writes...)
	}
	ed := record.Edit(n.state.CIB)
	for _, w := range append(writes, flush()...) {
		if id := n.nodeID(w.Node); id != 0 {
			ed.Attribute(id, w.Node, w.Util, w.Set, w.Name, w.Value)
		}
	}
	root, _ := ed.Done()
	root = root.Copy()
	root.SetAttr("num_updates", n.state.CIB.Attr("num_updates")) // the cluster counts, not the client
	return root, nil
}
