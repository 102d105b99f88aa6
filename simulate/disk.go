package simulate

import (
	"errors"
	"time"

	"holdfast/cib/xml"
	"holdfast/cluster"
	"holdfast/cluster/wire"
)

// disk survives power-offs.
type disk struct {
	document *xml.Node
	lineage  wire.Lineage
	pending  []cluster.Store // given, and not known to be there
	stuck    []func()        // ends of writes that hang
}

var (
	errDisk = errors.New("input/output error")
	errFull = errors.New("no space left on device")
)

// store writes to the disk, one version after the other.
func (p *process) store(s cluster.Store) {
	w, m := p.m.w, p.m
	begin := w.now()
	if p.written.After(begin) {
		begin = p.written
	}
	took := w.between(500*time.Microsecond, 8*time.Millisecond)
	if m.faults[DiskSlow] > 0 {
		took = w.between(200*time.Millisecond, 2*time.Second)
	}
	p.written = begin.Add(took)
	m.disk.pending = append(m.disk.pending, s)
	w.after(p.written.Sub(w.now()), func() { m.whenAwake(func() { p.wrote(s) }) })
}

// wrote ends a write.
func (p *process) wrote(s cluster.Store) {
	d := &p.m.disk
	switch {
	case p.dead:
		return
	case p.m.faults[DiskHangs] > 0:
		d.stuck = append(d.stuck, func() { p.wrote(s) })
		return
	}
	d.pending = d.pending[1:]
	switch {
	case p.m.faults[DiskFails] > 0:
		p.step(cluster.Stored{Index: s.Index, Epoch: s.Epoch, Err: errDisk})
	case p.m.faults[DiskFull] > 0 && p.m.w.more.IntN(2) == 0:
		p.step(cluster.Stored{Index: s.Index, Epoch: s.Epoch, Err: errFull})
	default:
		d.document, d.lineage = s.CIB, s.Lineage
		p.step(cluster.Stored{Index: s.Index, Epoch: s.Epoch})
	}
}

// lose decides what has become of the writes under way when the process or the
// power went: some are there whole, though nobody was told; the next is lost, or
// torn, which its digest shows.
func (m *machine) lose() {
	d := &m.disk
	waiting := d.pending
	d.pending, d.stuck = nil, nil
	if len(waiting) == 0 || m.w.plan.draws < 2 || m.faults[DiskFails] > 0 {
		return
	}
	if whole := m.w.more.IntN(len(waiting) + 1); whole > 0 {
		s := waiting[whole-1]
		m.w.tell("%s: its disk has %d of %d writes that it did not wait for", m.name, whole, len(waiting))
		d.document, d.lineage = s.CIB, s.Lineage
	}
}

// hangDisk has writes not end before the fault does.
func (m *machine) hangDisk() func() {
	end := count(m.faults, DiskHangs)
	return func() {
		if end(); m.faults[DiskHangs] > 0 {
			return
		}
		stuck := m.disk.stuck
		m.disk.stuck = nil
		for _, goOn := range stuck {
			goOn()
		}
	}
}
