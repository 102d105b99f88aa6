package hub

import (
	"bufio"
	"context"
	"math/rand/v2"
	"os"
	"sync"
	"time"
)

// Machine keeps a node's machine present in the cluster, whether the node's
// process runs or not. It never hosts the hub.
type Machine struct {
	opt    Options
	inc    uint64
	cancel context.CancelFunc
	done   sync.WaitGroup
}

// HoldMachine begins at once and goes on until Close, from hub to hub.
func HoldMachine(o Options) (*Machine, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	m := &Machine{opt: o, inc: rand.Uint64(), cancel: cancel}
	m.done.Add(1)
	go func() {
		defer m.done.Done()
		for ctx.Err() == nil {
			m.session(ctx)
			select {
			case <-ctx.Done():
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	return m, nil
}

// Close lets the machine go.
func (m *Machine) Close() error {
	m.cancel()
	m.done.Wait()
	return nil
}

// session holds the machine at one hub.
func (m *Machine) session(ctx context.Context) {
	conn, err := dialHub(m.opt.Path)
	if err != nil {
		return
	}
	out := newWriter(conn)
	defer out.cut()
	defer context.AfterFunc(ctx, out.cut)()
	out.put(frame(kHello, pack(hello{who: who{m.opt.Self, m.inc, os.Getpid()}, Machine: true, Nodes: m.opt.ids()})))
	r := bufio.NewReader(conn)
	for {
		conn.SetReadDeadline(time.Now().Add(m.opt.Token))
		k, _, err := readFrame(r, maxFrame)
		if err != nil || k == kRefuse {
			return
		}
		out.put(frame(kAck, number(0))) // every ping is answered
	}
}
