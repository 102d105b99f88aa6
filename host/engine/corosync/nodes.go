package corosync

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"holdfast/cluster/view"
	"holdfast/crm"
	"holdfast/host/engine"
)

const nodelistPrefix = "nodelist."

var errNodelist = errors.New("corosync.conf: give every node of nodelist a nodeid")

// Get returns a value of Corosync's configuration map as text
// ("totem.cluster_name", "runtime.config.totem.token"); ok is false if there is none.
func (e *Engine) Get(key string) (value string, ok bool, err error) {
	value, ok, err = e.cmap.Get(key)
	if err != nil {
		err = explain(err)
	}
	return value, ok, err
}

// Token is Corosync's token timeout as it is in force: the configured one and
// what the number of nodes adds.
func (e *Engine) Token() (time.Duration, error) {
	text, ok, err := e.Get("runtime.config.totem.token")
	if err != nil || !ok {
		return 0, err
	}
	ms, err := strconv.ParseUint(text, 10, 32)
	return time.Duration(ms) * time.Millisecond, err
}

// ClusterName is the name in corosync.conf, empty if it has none.
func (e *Engine) ClusterName() (string, error) {
	name, _, err := e.Get("totem.cluster_name")
	return name, err
}

// Nodes is engine.Engine's.
func (e *Engine) Nodes() []view.Node {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.nodes) > 0 {
		return slices.Clone(e.nodes)
	}
	var seen []view.Node
	for _, id := range e.seen {
		seen = append(seen, view.Node{ID: id})
	}
	return seen
}

// readNodes reads corosync.conf's node list. A node without a name is called
// by its first address.
func (e *Engine) readNodes() ([]view.Node, error) {
	keys, err := e.cmap.Keys(nodelistPrefix + "node.")
	if err != nil {
		return nil, err
	}
	byPosition := map[int]map[string]string{}
	for _, key := range keys {
		place, field, ok := strings.Cut(strings.TrimPrefix(key, nodelistPrefix+"node."), ".")
		position, err := strconv.Atoi(place)
		if !ok || err != nil || field != "nodeid" && field != "name" && field != "ring0_addr" {
			continue
		}
		value, ok, err := e.cmap.Get(key)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue // it went between the list and the question
		}
		if byPosition[position] == nil {
			byPosition[position] = map[string]string{}
		}
		byPosition[position][field] = value
	}
	return nodeList(byPosition)
}

func nodeList(byPosition map[int]map[string]string) ([]view.Node, error) {
	var nodes []view.Node
	for _, fields := range byPosition {
		id, err := strconv.ParseUint(fields["nodeid"], 10, 32)
		if err != nil || id == 0 {
			return nil, fmt.Errorf("%w: node %q", errNodelist, cmp.Or(fields["name"], fields["ring0_addr"]))
		}
		name := cmp.Or(fields["name"], fields["ring0_addr"])
		nodes = append(nodes, view.Node{ID: crm.NodeID(id), Name: crm.NodeName(name)})
	}
	slices.SortFunc(nodes, func(a, b view.Node) int { return cmp.Compare(a.ID, b.ID) })
	return nodes, nil
}

// watchNodes reads the list again after a reload. A reload changes many keys one
// after the other; the last change settles it.
func (e *Engine) watchNodes() error {
	touched := make(chan struct{}, 1)
	e.task(func() error {
		return e.cmap.Events(func(string) error {
			select {
			case touched <- struct{}{}:
			default:
			}
			return nil
		})
	})
	for {
		select {
		case <-e.done:
			return nil
		case <-touched:
		}
		for quiet := false; !quiet; {
			select {
			case <-e.done:
				return nil
			case <-touched:
			case <-time.After(100 * time.Millisecond):
				quiet = true
			}
		}
		if err := e.reloadNodes(); err != nil {
			return err
		}
	}
}

func (e *Engine) reloadNodes() error {
	nodes, err := e.readNodes()
	if errors.Is(err, errNodelist) {
		return nil // in the middle of an edit; what we have stays good
	}
	if err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if !slices.Equal(nodes, e.nodes) {
		e.nodes = nodes
		e.stream.Put(engine.NodeList{Nodes: slices.Clone(nodes)})
	}
	return nil
}
