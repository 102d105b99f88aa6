package scenario

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"holdfast/test/lab"
)

// watchPause is between two looks of the watch.
const watchPause = 40 * time.Millisecond

// A watch looks all the time whether a service that may run only once runs twice.
type watch struct {
	machines []*lab.Machine
	services []service
	stop     chan struct{}
	done     sync.WaitGroup

	mu    sync.Mutex
	twice map[string]*overlap // by service
}

// overlap is how long a service ran twice, in all.
type overlap struct {
	first  time.Time
	where  string
	total  time.Duration
	latest time.Time
}

func newWatch(machines []*lab.Machine, services []service) *watch {
	w := &watch{machines: machines, stop: make(chan struct{}), twice: map[string]*overlap{}}
	for _, s := range services {
		if s.exclusive && s.id != "page" && s.id != "nginx" { // looking for processes takes too long; the addresses tell
			w.services = append(w.services, s)
		}
	}
	w.done.Go(func() {
		for {
			w.look()
			select {
			case <-w.stop:
				return
			case <-time.After(watchPause):
			}
		}
	})
	return w
}

func (w *watch) close() {
	close(w.stop)
	w.done.Wait()
}

func (w *watch) look() {
	for _, s := range w.services {
		began := time.Now()
		if where := w.where(s); len(where) > 1 && w.confirmed(s, where) {
			w.note(s.id, where, time.Since(began)+watchPause)
		}
	}
}

func (w *watch) where(s service) []*lab.Machine {
	var list []*lab.Machine
	for _, m := range w.machines {
		if yes, err := s.active(m); yes && err == nil {
			list = append(list, m)
		}
	}
	return list
}

// confirmed looks again: one may have stopped before the other one started, between
// our two looks. If the first one is still there after the second was seen, it was
// there at the same time.
func (w *watch) confirmed(s service, where []*lab.Machine) bool {
	life := where[0].Init()
	yes, err := s.active(where[0])
	return yes && err == nil && where[0].Init() == life
}

func (w *watch) note(id string, where []*lab.Machine, took time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	o := w.twice[id]
	if o == nil {
		o = &overlap{first: time.Now(), where: names(where)}
		w.twice[id] = o
	}
	o.total += took
	o.latest = time.Now()
}

// take returns what ran twice since the last call, nothing if nothing did.
func (w *watch) take() map[string]*overlap {
	w.mu.Lock()
	defer w.mu.Unlock()
	seen := w.twice
	w.twice = map[string]*overlap{}
	return seen
}

func (o *overlap) String() string {
	return fmt.Sprintf("on %s from %s for some %v", o.where, o.first.Format("15:04:05.000"), o.total.Round(time.Millisecond))
}

func names(list []*lab.Machine) string {
	var words []string
	for _, m := range list {
		words = append(words, m.Name)
	}
	return strings.Join(words, " ")
}
