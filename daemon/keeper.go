package daemon

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"time"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/cluster"
	"holdfast/cluster/wire"
	"holdfast/host/store"
)

// keeper makes the configuration durable, one version at a time; versions that were
// overtaken while it was busy are skipped. A change goes to the journal first,
// which is quick; the customary files with their backups follow when the keeper
// has nothing else to do, and when it ends.
type keeper struct {
	disk    store.Disk
	path    string
	store   *store.Store
	journal *store.Journal
	post    func(cluster.Input)
	log     *logger
	jobs    chan cluster.Store
	done    chan struct{}

	line line // as last written beside the store
}

// journalFile is beside the CIB. Its last record, if there is one, is newer than
// the CIB's file or the same.
const journalFile = "holdfast.journal"

// The journal is emptied into the files after checkpointQuiet without a change, and
// at the latest when it has checkpointSize bytes.
const (
	checkpointQuiet = 500 * time.Millisecond
	checkpointSize  = 16 << 20
	checkpointRetry = 10 * time.Second
)

// line is a lineage as it stands on the disk. Without a version, the quorum has
// left the configuration as it stands in the store, so that a change with quorum
// needs one write only.
type line struct {
	Ring    uint64  `json:"ring"`
	Version *[2]int `json:"version,omitempty"`
	Members string  `json:"members"`
	Boot    string  `json:"boot,omitempty"`
	Ended   string  `json:"ended,omitempty"`
	Blank   bool    `json:"blank,omitempty"`
}

// equal compares what two lines say.
func (l line) equal(m line) bool {
	if (l.Version == nil) != (m.Version == nil) || l.Version != nil && *l.Version != *m.Version {
		return false
	}
	l.Version, m.Version = nil, nil
	return l == m
}

// lineageFile says how new the history is that the CIB belongs to.
const lineageFile = "holdfast.lineage"

func newKeeper(path string, post func(cluster.Input), log *logger) (*keeper, error) {
	disk, err := store.Dir(path)
	if err != nil {
		return nil, err
	}
	return &keeper{
		disk: disk, path: path, store: store.Open(disk), post: post, log: log,
		jobs: make(chan cluster.Store, 1024), done: make(chan struct{}),
	}, nil
}

// load reads what earlier lives left, and starts the writer.
func (k *keeper) load() (cib.CIB, wire.Lineage, error) {
	document, lineage, err := k.loadFiles()
	if err != nil {
		return cib.CIB{}, wire.Lineage{}, err
	}
	journal, last, err := store.OpenJournal(filepath.Join(k.path, journalFile))
	if err != nil {
		return cib.CIB{}, wire.Lineage{}, err
	}
	k.journal = journal
	if newer, line, ok := k.fromJournal(last, document); ok {
		document, lineage = newer, line
	}
	go k.run()
	return document, lineage, nil
}

func (k *keeper) loadFiles() (cib.CIB, wire.Lineage, error) {
	found, err := k.store.Load()
	if err != nil {
		return cib.CIB{}, wire.Lineage{}, err
	}
	for _, text := range found.Told {
		k.log.printf(cluster.Warning, "%s", text)
	}
	document := found.CIB
	if data, err := store.Load(k.disk, lineageFile); err == nil {
		json.Unmarshal(data, &k.line)
	}
	if document.IsZero() {
		document = emptyCIB()
		k.line.Blank = true
	}
	lineage := wire.Lineage{Ring: k.line.Ring, Version: configVersion(document), Members: k.line.Members, Boot: k.line.Boot, Ended: k.line.Ended, Blank: k.line.Blank}
	if k.line.Version != nil {
		lineage.Version = *k.line.Version
	}
	return document, lineage, nil
}

// fromJournal reads the journal's last record: the lineage on a line, the document
// behind it. It does not count if the file was
// given a higher version since, by a person or another cluster manager.
func (k *keeper) fromJournal(last []byte, file cib.CIB) (cib.CIB, wire.Lineage, bool) {
	if last == nil {
		return cib.CIB{}, wire.Lineage{}, false
	}
	var lineage wire.Lineage
	var document cib.CIB
	head, body, _ := bytes.Cut(last, []byte("\n"))
	err := json.Unmarshal(head, &lineage)
	if err == nil {
		document, err = cib.Parse(body)
	}
	if err != nil {
		k.log.printf(cluster.Warning, "the journal of the CIB cannot be read (%v); going on with cib.xml", err)
		return cib.CIB{}, wire.Lineage{}, false
	}
	have, want := configVersion(document), configVersion(file)
	if (wire.Version{have[0], have[1]}).Less(wire.Version{want[0], want[1]}) {
		k.log.printf(cluster.Warning, "cib.xml was changed while the cluster was down: going on with it")
		return cib.CIB{}, wire.Lineage{}, false
	}
	return document, lineage, true
}

func (k *keeper) save(s cluster.Store) { k.jobs <- s }

func (k *keeper) run() {
	defer close(k.done)
	var last *cluster.Store // in the journal, not yet in the files
	quiet := time.NewTimer(checkpointQuiet)
	for {
		select {
		case s, ok := <-k.jobs:
			if !ok {
				k.checkpoint(last)
				return
			}
			for len(k.jobs) > 0 {
				s = <-k.jobs
			}
			err := k.append(s)
			k.post(cluster.Stored{Index: s.Index, Epoch: s.Epoch, Err: err})
			if err == nil {
				last = &s
			}
			if k.journal.Size() > checkpointSize {
				last = k.checkpoint(last)
			}
			quiet.Reset(checkpointQuiet)
		case <-quiet.C:
			if last = k.checkpoint(last); last != nil {
				quiet.Reset(checkpointRetry)
			}
		}
	}
}

func (k *keeper) append(s cluster.Store) error {
	record, err := json.Marshal(s.Lineage)
	if err != nil {
		return err
	}
	record = append(record, '\n')
	return k.journal.Append(xml.AppendCompact(record, cib.WithEmptyStatus(s.CIB)))
}

// checkpoint moves what the journal holds to the files; it returns what is still to
// be moved if that fails.
func (k *keeper) checkpoint(s *cluster.Store) *cluster.Store {
	if s == nil {
		return nil
	}
	err := k.write(*s)
	if err == nil {
		err = k.journal.Reset()
	}
	if err != nil {
		k.log.printf(cluster.Error, "cannot write cib.xml, trying again later: %v; every change is in the journal", err)
		return s
	}
	return nil
}

// write replaces the files. A crash between its writes may make
// this history look older than it is, never newer: a mark that holds back comes
// before the configuration, one that lets go behind it.
func (k *keeper) write(s cluster.Store) error {
	document, err := cib.New(cib.WithEmptyStatus(s.CIB))
	if err != nil {
		return err
	}
	next := line{Ring: s.Lineage.Ring, Members: s.Lineage.Members, Boot: s.Lineage.Boot, Ended: s.Lineage.Ended, Blank: s.Lineage.Blank}
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
	if l.equal(k.line) {
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

// lost keeps a configuration that did not go on beside the store.
func (k *keeper) lost(l cluster.KeepLost) {
	name := fmt.Sprintf("cib-lost-%s.xml", time.Now().Format("20060102-150405.000"))
	if err := store.Save(k.disk, name, []byte(cib.WithEmptyStatus(l.CIB).Indented())); err != nil {
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
