package corosync

import (
	"fmt"
	"sync"
	"time"

	"holdfast/host/engine"
)

// maxQueued bounds the bytes that wait to be sent.
const maxQueued = 512 << 20

// sender sends messages one after the other, and each until it is sent: while
// Corosync forms a membership it refuses them.
type sender struct {
	send func(data []byte, done int) (int, error)

	mu     sync.Mutex
	queue  [][]byte
	bytes  int
	busy   bool
	closed bool
	wake   chan struct{}
}

func newSender(send func([]byte, int) (int, error)) *sender {
	return &sender{send: send, wake: make(chan struct{}, 1)}
}

// add queues a message.
func (s *sender) add(data []byte) error {
	if len(data) > engine.MaxMessage {
		return fmt.Errorf("multicast %d bytes: more than the largest message, %d", len(data), engine.MaxMessage)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return engine.ErrClosed
	case s.bytes+len(data) > maxQueued:
		return fmt.Errorf("multicast %d bytes: %w", len(data), engine.ErrQueueFull)
	}
	s.queue = append(s.queue, data)
	s.bytes += len(data)
	select {
	case s.wake <- struct{}{}:
	default:
	}
	return nil
}

// run sends until done is closed or sending fails for good.
func (s *sender) run(done <-chan struct{}) error {
	for {
		data, ok := s.next()
		if !ok {
			select {
			case <-s.wake:
				continue
			case <-done:
				return nil
			}
		}
		if err := s.deliver(data, done); err != nil {
			return fmt.Errorf("multicast %d bytes: %w", len(data), err)
		}
	}
}

// deliver sends one message, with a pause after each refusal.
func (s *sender) deliver(data []byte, done <-chan struct{}) error {
	const shortest, longest = 200 * time.Microsecond, 20 * time.Millisecond
	pause := shortest
	for sent := 0; ; {
		n, err := s.send(data, sent)
		if err == nil {
			return nil
		}
		if !temporary(err) {
			return err
		}
		if n > sent {
			sent, pause = n, shortest
		}
		select {
		case <-time.After(pause):
		case <-done:
			return nil
		}
		pause = min(2*pause, longest)
	}
}

func (s *sender) next() ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy = len(s.queue) > 0
	if !s.busy {
		return nil, false
	}
	data := s.queue[0]
	s.queue[0] = nil
	s.queue = s.queue[1:]
	s.bytes -= len(data)
	return data, true
}

// close refuses further messages.
func (s *sender) close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
}

// drain refuses further messages and waits until the queue is sent, at most d.
func (s *sender) drain(d time.Duration) {
	s.close()
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(time.Millisecond) {
		s.mu.Lock()
		idle := len(s.queue) == 0 && !s.busy
		s.mu.Unlock()
		if idle {
			return
		}
	}
}
