package hub

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"holdfast/cluster/view"
	"holdfast/crm"
	"holdfast/host/engine"
)

// A frame is a length (4 bytes, of what follows), a kind (1 byte) and a body.
type kind uint8

const (
	// from clients
	kHello   kind = 1 // hello
	kSay     kind = 2 // the message
	kAck     kind = 3 // the last place told, 8 bytes; also the sign of life
	kBye     kind = 4 // the member leaves
	kHistory kind = 5 // an entry that was fetched: its kind, then its body
	kThatsIt kind = 6 // end of what was fetched

	// from the hub
	kMessage kind = 10 // entry head, sender (4 bytes), the message
	kView    kind = 11 // entry head, viewBody
	kFetch   kind = 12 // send your entries from this place on, 8 bytes
	kRefuse  kind = 13 // why
	kPing    kind = 14
	kHeld    kind = 15 // the machines with a holder, when they change between views
)

const (
	frameHead = 5
	// entryHead is the place and the place up to which all is stable.
	entryHead = 16
	maxHello  = 64 << 10
	maxFrame  = engine.MaxMessage + 4096
)

// who is one incarnation of a member, or of a holder.
type who struct {
	Node crm.NodeID `json:"node"`
	Inc  uint64     `json:"inc"`
	PID  int        `json:"pid"`
}

// reign names the time of one hub.
type reign struct {
	Number uint64 `json:"number"`
	Nonce  uint64 `json:"nonce"`
}

// hello introduces a connection.
type hello struct {
	who
	Machine bool `json:"machine,omitempty"` // holds the machine, is no member
	// What a member knows from the reign before, if any.
	Reign   reign        `json:"reign"`
	Place   uint64       `json:"place"`
	Ring    uint64       `json:"ring"`
	Members []who        `json:"members,omitempty"`
	Held    []who        `json:"held,omitempty"`
	SeenAll bool         `json:"seenAll,omitempty"`
	Nodes   []crm.NodeID `json:"nodes"` // expected, to notice that two clusters share a socket
}

// viewBody is a view as it travels. Joined and Left are right for those who
// were told the view before in the same reign.
type viewBody struct {
	Reign    reign         `json:"reign"`
	First    bool          `json:"first,omitempty"` // of its reign
	Ring     uint64        `json:"ring"`
	Members  []who         `json:"members"`
	Machines []crm.NodeID  `json:"machines"`
	Held     []who         `json:"held,omitempty"` // machines with a holder
	Joined   []view.Change `json:"joined,omitempty"`
	Left     []view.Change `json:"left,omitempty"`
	Quorate  bool          `json:"quorate"`
	SeenAll  bool          `json:"seenAll,omitempty"`
	Host     who           `json:"host"`
	// Together, in the first view of a reign, are those that come from the reign
	// before and have been told the same there.
	Together []who `json:"together,omitempty"`
}

func pack(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("hub: own types always marshal: " + err.Error())
	}
	return b
}

// readFrame reads one frame of at most limit bytes.
func readFrame(r *bufio.Reader, limit int) (kind, []byte, error) {
	var head [frameHead]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	size := int(binary.LittleEndian.Uint32(head[:]))
	if size < 1 || size > limit {
		return 0, nil, fmt.Errorf("a frame of %d bytes; at most %d are taken", size, limit)
	}
	body := make([]byte, size-1)
	_, err := io.ReadFull(r, body)
	return kind(head[4]), body, err
}

// frame builds one frame.
func frame(k kind, parts ...[]byte) []byte {
	size := 1
	for _, p := range parts {
		size += len(p)
	}
	f := make([]byte, frameHead, frameHead+size)
	binary.LittleEndian.PutUint32(f, uint32(size))
	f[4] = byte(k)
	for _, p := range parts {
		f = append(f, p...)
	}
	return f
}

func number(n uint64) []byte { return binary.LittleEndian.AppendUint64(nil, n) }

func readNumber(b []byte) (uint64, bool) {
	if len(b) < 8 {
		return 0, false
	}
	return binary.LittleEndian.Uint64(b), true
}

// writer sends frames in order without ever blocking who hands them in.
type writer struct {
	conn net.Conn
	mu   sync.Mutex
	more *sync.Cond
	out  net.Buffers
	end  bool
	done chan struct{}
}

func newWriter(conn net.Conn) *writer {
	w := &writer{conn: conn, done: make(chan struct{})}
	w.more = sync.NewCond(&w.mu)
	go w.run()
	return w
}

func (w *writer) put(frames ...[]byte) {
	w.mu.Lock()
	if !w.end {
		w.out = append(w.out, frames...)
	}
	w.mu.Unlock()
	w.more.Signal()
}

// finish lets what is queued go out, for d at most, and closes the connection.
func (w *writer) finish(d time.Duration) {
	w.mu.Lock()
	w.end = true
	w.mu.Unlock()
	w.more.Signal()
	w.conn.SetWriteDeadline(time.Now().Add(d))
	<-w.done
	w.conn.Close()
}

// cut closes the connection at once.
func (w *writer) cut() {
	w.mu.Lock()
	w.end, w.out = true, nil
	w.mu.Unlock()
	w.more.Signal()
	w.conn.Close()
}

func (w *writer) run() {
	defer close(w.done)
	for {
		w.mu.Lock()
		for len(w.out) == 0 && !w.end {
			w.more.Wait()
		}
		batch := w.out
		w.out = nil
		w.mu.Unlock()
		if len(batch) == 0 {
			return
		}
		if _, err := batch.WriteTo(w.conn); err != nil {
			w.cut()
			return
		}
	}
}
