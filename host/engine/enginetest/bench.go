package enginetest

import (
	"testing"
	"time"

	"holdfast/host/engine"
)

// Bench measures an engine: the round trip of one message of 1 KiB (sent by a
// member and told to it), and how many of them all members are told in a second.
func Bench(b *testing.B, c Cluster) {
	all := openAll(b, c)
	defer func() {
		for _, m := range all {
			m.Close()
		}
	}()
	b.Run("RoundTrip1KiB", func(b *testing.B) { roundTrip(b, all) })
	b.Run("Throughput1KiB", func(b *testing.B) { throughput(b, all) })
}

func roundTrip(b *testing.B, all []*member) {
	for b.Loop() {
		sender := all[0]
		want := sender.count() + 1
		if err := sender.Multicast(make([]byte, 1024)); err != nil {
			b.Fatal(err)
		}
		sender.await(b, want)
	}
}

func throughput(b *testing.B, all []*member) {
	last := all[len(all)-1]
	settle(all)
	before := last.count()
	b.SetBytes(1024)
	b.ResetTimer()
	for range b.N {
		if err := all[0].Multicast(make([]byte, 1024)); err != nil {
			b.Fatal(err)
		}
	}
	last.await(b, before+b.N)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
}

// settle waits until all have been told the same number of messages.
func settle(all []*member) {
	for end := time.Now().Add(soon); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if all[0].count() == all[len(all)-1].count() {
			return
		}
	}
}

// count is the number of messages heard.
func (m *member) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.heard
}

// await blocks, without polling, until n messages are heard.
func (m *member) await(b *testing.B, n int) {
	b.Helper()
	timeout := time.AfterFunc(time.Minute, func() { m.bell.Broadcast() })
	defer timeout.Stop()
	end := time.Now().Add(time.Minute)
	m.mu.Lock()
	defer m.mu.Unlock()
	for m.heard < n {
		if m.closed || time.Now().After(end) {
			b.Fatalf("node %d heard %d of %d messages", m.Self(), m.heard, n)
		}
		m.bell.Wait()
	}
}

var _ engine.Engine = (*member)(nil)
