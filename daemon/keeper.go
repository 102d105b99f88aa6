package daemon

import (
	"encoding/json"
	"fmt"
	"time"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/cluster"
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

	lineage uint64 // as last written
}

// lineageFile names the last quorate ring whose history the CIB belongs to.
const lineageFile = "holdfast.lineage"

func newKeeper(disk store.Disk, post func(cluster.Input), log *logger) *keeper {
	return &keeper{disk: disk, store: store.Open(disk), post: post, log: log, jobs: make(chan cluster.Store, 1024), done: make(chan struct{})}
}

// load reads what earlier lives left, and starts the writer.
func (k *keeper) load() (cib.CIB, uint64, error) {
	found, err := k.store.Load()
	if err != nil {
		return cib.CIB{}, 0, err
	}
	for _, text := range found.Told {
		k.log.printf(cluster.Warning, "%s", text)
	}
	document := found.CIB
	if document.IsZero() {
		document = emptyCIB()
	}
	if data, err := store.Load(k.disk, lineageFile); err == nil {
		json.Unmarshal(data, &k.lineage)
	}
	go k.run()
	return document, k.lineage, nil
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

// write makes a configuration durable. The lineage comes second: a crash in
// between makes this history look older than it is, never newer.
func (k *keeper) write(s cluster.Store) error {
	document, err := cib.New(withoutStatus(s.CIB))
	if err != nil {
		return err
	}
	if err := k.store.Save(document); err != nil {
		return err
	}
	if s.Lineage == k.lineage {
		return nil
	}
	data, _ := json.Marshal(s.Lineage)
	if err := store.Save(k.disk, lineageFile, data); err != nil {
		return err
	}
	k.lineage = s.Lineage
	return nil
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
