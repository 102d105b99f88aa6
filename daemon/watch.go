package daemon

import (
	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/client/protocol"
)

// watcher is a client that wants every new document. It is given the newest one
// when it is ready; what it was too slow for is skipped.
type watcher struct{ next chan *xml.Node }

// notify hands the newest document to all watchers.
func (d *Daemon) notify(document *xml.Node) {
	for w := range d.watchers {
		select {
		case <-w.next:
		default:
		}
		w.next <- document
	}
}

// watch serves a watcher until the client goes.
func (s *session) watch(r *protocol.Request) bool {
	s.abreast()
	d := s.daemon
	w := &watcher{next: make(chan *xml.Node, 1)}
	d.post(call{f: func() {
		d.watchers[w] = true
		w.next <- d.node.CIB()
	}})
	gone := make(chan struct{})
	go func() {
		s.in.ReadByte() // a watcher says nothing more; this ends with the connection
		close(gone)
	}()
	defer d.post(call{f: func() { delete(d.watchers, w) }})
	for {
		select {
		case document := <-w.next:
			seen, err := s.look(cib.Request{Op: cib.Query}, document)
			if err != nil {
				return s.refuse(r.ID, cib.KindOf(err).ExitCode(), err)
			}
			if !s.send(protocol.Response{ID: r.ID}, seen) {
				return false
			}
		case <-gone:
			return false
		}
	}
}
