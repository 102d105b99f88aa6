// Package stream is the unbounded buffer between an engine and its reader: what
// is put in comes out of a channel in the same order, however slow the reader
// is. It knows nothing of views or messages.
package stream

import (
	"sync"

	"holdfast/host/engine"
)

// A Stream hands events from one producer side to one channel. Put never
// blocks.
type Stream struct {
	out  chan engine.Event
	wake chan struct{}
	stop chan struct{}

	mu      sync.Mutex
	pending []engine.Event
	ended   bool
	stopped bool
}

// New returns a running stream; End or Stop releases its goroutine.
func New() *Stream {
	s := &Stream{
		out:  make(chan engine.Event, 64),
		wake: make(chan struct{}, 1),
		stop: make(chan struct{}),
	}
	go s.run()
	return s
}

// Events is the reading end. It is closed after the last event.
func (s *Stream) Events() <-chan engine.Event { return s.out }

// Put appends events; after End or Stop they are dropped.
func (s *Stream) Put(events ...engine.Event) {
	s.mu.Lock()
	if !s.ended {
		s.pending = append(s.pending, events...)
	}
	s.mu.Unlock()
	s.poke()
}

// End appends the last events and closes the channel once they are read. Only
// the first End counts.
func (s *Stream) End(last ...engine.Event) {
	s.mu.Lock()
	if !s.ended {
		s.pending = append(s.pending, last...)
		s.ended = true
	}
	s.mu.Unlock()
	s.poke()
}

// Stop closes the channel without waiting for the reader: what it has not
// taken yet is dropped.
func (s *Stream) Stop() {
	s.mu.Lock()
	first := !s.stopped
	s.stopped, s.ended = true, true
	s.mu.Unlock()
	if first {
		close(s.stop)
	}
}

func (s *Stream) poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *Stream) run() {
	defer close(s.out)
	for {
		batch, ended := s.take()
		for _, e := range batch {
			select {
			case s.out <- e:
			case <-s.stop:
				return
			}
		}
		if len(batch) > 0 {
			continue
		}
		if ended {
			return
		}
		select {
		case <-s.wake:
		case <-s.stop:
			return
		}
	}
}

func (s *Stream) take() ([]engine.Event, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	batch := s.pending
	s.pending = nil
	return batch, s.ended
}
