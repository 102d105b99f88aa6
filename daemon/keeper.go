package daemon

import (
	"encoding/json"
	"fmt"
	"time"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/cluster"
	"holdfast/cluster/wire"
	"holdfast/host/store"
)

// keeper writes the configuration to the disk, one version at a time; versions
// that were overtaken while it was busy are skipped.
type keeper struct {
	disk  store.Disk
	store *store.Store
	post  func(cluster.Input)
	log   *logger
	jobs  chan cluster.Store
	done  chan struct{}

	line line // as last written
}

// line is a lineage as it stands on the disk. Without a version, the quorum has
// left the configuration as it stands in the store, so that a change with quorum
// needs one write only.
type line struct {
	Ring    uint64  `json:"ring"`
	Version *[2]int `json:"version,omitempty"`
	Members string  `json:"members"`
}

// lineageFile says how new the history is that the CIB belongs to.
const lineageFile = "holdfast.lineage"

func newKeeper(disk store.Disk, post func(cluster.Input), log *logger) *keeper {
	return &keeper{disk: disk, store: store.Open(disk), post: post, log: log, jobs: make(chan cluster.Store, 1024), done: make(chan struct{})}
}

// load reads what earlier lives left, and starts the writer.
func (k *keeper) load() (cib.CIB, wire.Lineage, error) {
	found, err := k.store.Load()
	if err != nil {
		return cib.CIB{}, wire.Lineage{}, err
	}
	for _, text := range found.Told {
		k.log.printf(cluster.Warning, "%s", text)
	}
	document := found.CIB
	if document.IsZero() {
		document = emptyCIB()
	}
	if data, err := store.Load(k.disk, lineageFile); err == nil {
		json.Unmarshal(data, &k.line)
	}
	go k.run()
	lineage := wire.Lineage{Ring: k.line.Ring, Version: configVersion(document), Members: k.line.Members}
	if k.line.Version != nil {
		lineage.Version = *k.line.Version
	}
	return document, lineage, nil
}

func (k *keeper) save(s cluster.Store) { k.jobs <- s }

func (k *keeper) run() {
	defer close(k.done)
	for s := range k.jobs {
		for len(k.jobs) > 0 {
			s = <-k.jobs
		}
		k.post(cluster.Stored{Index: s.Index, Err: k.write(s)})
	}
}

// write makes a configuration durable. A crash between its two writes may make
// this history look older than it is, never newer: a mark that holds back comes
// before the configuration, one that lets go behind it.
func (k *keeper) write(s cluster.Store) error {
	document, err := cib.New(withoutStatus(s.CIB))
	if err != nil {
		return err
	}
	next := line{Ring: s.Lineage.Ring, Members: s.Lineage.Members}
	if s.Lineage.Version != configVersion(document) {
		next.Version = &s.Lineage.Version
		if err := k.mark(next); err != nil {
			return err
		}
	}
	if err := k.store.Save(document); err != nil {
		return err
	}
	return k.mark(next)
}

// mark writes the lineage if it is not what the disk has.
func (k *keeper) mark(l line) error {
	same := l.Ring == k.line.Ring && l.Members == k.line.Members && (l.Version == nil) == (k.line.Version == nil) &&
		(l.Version == nil || *l.Version == *k.line.Version)
	if same {
		return nil
	}
	data, err := json.Marshal(l)
	if err != nil {
		return err
	}
	if err := store.Save(k.disk, lineageFile, data); err != nil {
		return err
	}
	k.line = l
	return nil
}

func configVersion(c cib.CIB) [2]int {
	v := c.Version()
	return [2]int{v.AdminEpoch, v.Epoch}
}

func withoutStatus(root *xml.Node) *xml.Node {
	c := root.Copy()
	c.Children = nil
	for _, child := range root.Children {
		if child.Name != "status" {
			c.Add(child)
		}
	}
	return c.Add(xml.New("status"))
}

// lost keeps a configuration that did not go on beside the store.
func (k *keeper) lost(l cluster.KeepLost) {
	name := fmt.Sprintf("cib-lost-%s.xml", time.Now().Format("20060102-150405.000"))
	if err := store.Save(k.disk, name, []byte(withoutStatus(l.CIB).Indented())); err != nil {
		k.log.printf(cluster.Error, "this node's configuration was not taken over (%s) and cannot be saved: %v", l.Why, err)
		return
	}
	k.log.printf(cluster.Warning, "this node's configuration was not taken over (%s); it is kept as %s", l.Why, name)
}

func (k *keeper) close() {
	close(k.jobs)
	select {
	case <-k.done:
	case <-time.After(5 * time.Second):
	}
}
