package daemon

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"time"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/client/protocol"
	"holdfast/cluster"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/host/ipc"
)

// listen opens the local socket, for root and the group haclient. A socket that a
// dead daemon left is replaced; a living one is an error.
func listen(path string) (*net.UnixListener, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("make the directory of the socket: %w", err)
	}
	if c, err := net.DialTimeout("unix", path, time.Second); err == nil {
		c.Close()
		return nil, fmt.Errorf("another Holdfast daemon listens on %s: end it first, or give this one another run directory", path)
	}
	os.Remove(path)
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", path, err)
	}
	if gid, ok := haclient(); ok && os.Geteuid() == 0 {
		os.Chown(path, 0, int(gid))
	}
	os.Chmod(path, 0o660)
	return l, nil
}

// haclient is the group whose members may administer the cluster.
func haclient() (uint32, bool) {
	g, err := user.LookupGroup("haclient")
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseUint(g.Gid, 10, 32)
	return uint32(n), err == nil
}

func (d *Daemon) accept(l *net.UnixListener) {
	for {
		c, err := l.AcceptUnix()
		if err != nil {
			if !errors.Is(err, net.ErrClosed) {
				d.log.printf(cluster.Error, "cannot accept clients any more: %v", err)
			}
			return
		}
		go d.serve(c)
	}
}

// session is one client's connection.
type session struct {
	daemon *Daemon
	conn   *net.UnixConn
	in     *bufio.Reader
	out    *bufio.Writer
	user   string
	groups []string
}

func (d *Daemon) serve(c *net.UnixConn) {
	defer c.Close()
	peer, err := ipc.PeerOf(c)
	if err != nil {
		return
	}
	s := &session{daemon: d, conn: c, in: bufio.NewReader(c), out: bufio.NewWriter(c), user: d.userOf(peer), groups: groupNames(peer)}
	if s.user == "" {
		s.refuse(0, crm.ExitInsufficientPriv, errors.New("only root and members of the group haclient may use the cluster"))
		return
	}
	for {
		var r protocol.Request
		if _, err := ipc.ReadFrame(s.in, &r); err != nil {
			return
		}
		if !s.handle(&r) {
			return
		}
	}
}

// userOf names a peer that may use the cluster, "" for any other.
func (d *Daemon) userOf(p ipc.Peer) string {
	if p.UID == 0 {
		return "root"
	}
	gid, known := haclient()
	if int(p.UID) != os.Geteuid() && !(known && p.In(gid)) {
		return ""
	}
	if u, err := user.LookupId(strconv.FormatUint(uint64(p.UID), 10)); err == nil {
		return u.Username
	}
	return strconv.FormatUint(uint64(p.UID), 10)
}

// groupNames names the groups of a peer, for access rights by group.
func groupNames(p ipc.Peer) []string {
	if p.UID == 0 {
		return nil
	}
	var names []string
	for _, gid := range append([]uint32{p.GID}, p.Groups...) {
		if g, err := user.LookupGroupId(strconv.FormatUint(uint64(gid), 10)); err == nil {
			names = append(names, g.Name)
		}
	}
	return names
}

// handle answers one request; it reports whether the connection goes on.
func (s *session) handle(r *protocol.Request) bool {
	switch r.Verb {
	case protocol.Status:
		return s.values(r, func() any { return s.daemon.status() })
	case protocol.Watch:
		return s.watch(r)
	case protocol.Stop:
		return s.stop(r)
	case protocol.Query:
		var q wire.Change
		return s.content(r, &q) && s.query(r, &q)
	case protocol.AttributeQuery:
		var q protocol.AttributeNames
		return s.content(r, &q) && s.values(r, func() any { return s.daemon.attributes(&q) })
	case protocol.History:
		var t protocol.Target
		return s.content(r, &t) && s.values(r, func() any { return s.daemon.fenceHistory(t.Node) })
	case protocol.Devices:
		var t protocol.Target
		return s.content(r, &t) && s.values(r, func() any { return s.daemon.fenceDevices(t.Node) })
	}
	c, into := s.command(r)
	if c == nil {
		return s.refuse(r.ID, crm.ExitUsage, fmt.Errorf("request %q is not known", r.Verb))
	}
	if !s.content(r, into) {
		return false
	}
	s.sign(r, c)
	return s.ask(r, c)
}

// content reads what a request is about. Without it the connection ends: the client
// is not one of ours.
func (s *session) content(r *protocol.Request, into any) bool {
	if err := json.Unmarshal(r.Content, into); err != nil {
		s.refuse(r.ID, crm.ExitUsage, fmt.Errorf("request %q has no content that can be read: %w", r.Verb, err))
		return false
	}
	return true
}

// command makes the empty cluster command of a request, and says where its content
// goes; nil if there is none.
func (s *session) command(r *protocol.Request) (c wire.Command, into any) {
	if r.Verb == protocol.Change {
		change := &wire.CIB{}
		return change, &change.Change
	}
	switch r.Verb {
	case protocol.Attribute:
		c = &wire.Attribute{}
	case protocol.Fence:
		c = &wire.Fence{}
	case protocol.Confirm:
		c = &wire.Confirm{}
	case protocol.Erase:
		c = &wire.EraseFences{}
	case protocol.Forget:
		c = &wire.Forget{}
	case protocol.Fail:
		c = &wire.Fail{}
	}
	return c, c
}

// sign writes into a command what is not for the client to say: who asks, where and
// when.
func (s *session) sign(r *protocol.Request, c wire.Command) {
	now := time.Now().Unix()
	origin := s.daemon.about.Self
	switch c := c.(type) {
	case *wire.CIB:
		c.Change.Origin, c.Change.Client, c.Change.Time = string(origin), r.Client, now
		c.Change.User, c.Change.Groups = s.user, s.groups
	case *wire.Attribute:
		c.Node = s.daemon.named(c.Node)
	case *wire.Fence:
		c.Client, c.Origin, c.Time = r.Client, origin, now
	case *wire.Confirm:
		c.Client, c.Origin, c.Time = r.Client, origin, now
	case *wire.Fail:
		c.Time = now
	}
}

// named resolves what a client may call the local node.
func (d *Daemon) named(node crm.NodeName) crm.NodeName {
	if node == protocol.Here {
		return d.about.Self
	}
	return node
}

// abreast waits until this node has applied what it has accepted from clients: who was
// told so sees it.
func (s *session) abreast() {
	d := s.daemon
	if !d.owes.Load() {
		return
	}
	there := make(chan struct{})
	d.post(call{f: func() {
		d.replies[d.number()] = func(cluster.Result) { close(there) }
		d.step(cluster.Read{Client: d.nextReply})
	}})
	<-there
}

// query is answered from the published document, without troubling the loop.
func (s *session) query(r *protocol.Request, c *wire.Change) bool {
	q, err := c.Parse()
	if err != nil {
		return s.refuse(r.ID, crm.ExitUsage, err)
	}
	s.abreast()
	found, err := s.look(q, s.daemon.published.Load())
	if err != nil {
		return s.refuse(r.ID, cib.KindOf(err).ExitCode(), err)
	}
	return s.send(protocol.Response{ID: r.ID}, found)
}

// look queries a document with the rights of the session's user, whatever the
// request says of itself.
func (s *session) look(q cib.Request, root *xml.Node) (*xml.Node, error) {
	q.User, q.Groups, q.Time = s.user, s.groups, time.Now()
	return cib.Trusted(root).Query(q)
}

// values answers with what f says in the loop.
func (s *session) values(r *protocol.Request, f func() any) bool {
	s.abreast()
	answer := make(chan any, 1)
	s.daemon.post(call{f: func() { answer <- f() }})
	data, err := json.Marshal(<-answer)
	if err != nil {
		return s.refuse(r.ID, crm.ExitSoftware, err)
	}
	return s.send(protocol.Response{ID: r.ID, Values: data}, nil)
}

// Limits of how long a request may take.
const (
	usualLimit   = 25 * time.Second
	longestLimit = 2 * time.Hour
)

// ask sends a command through the cluster and waits for what comes of it.
func (s *session) ask(r *protocol.Request, c wire.Command) bool {
	limit := usualLimit
	if r.Timeout > 0 {
		limit = min(time.Duration(r.Timeout)*time.Millisecond, longestLimit)
	}
	d := s.daemon
	answer := make(chan cluster.Result, 1)
	d.post(call{f: func() {
		d.replies[d.number()] = func(res cluster.Result) { answer <- res }
		d.step(cluster.Asked{Client: d.nextReply, Command: c, User: s.user, Groups: s.groups})
	}})
	select {
	case res := <-answer:
		if res.Err != nil {
			return s.refuse(r.ID, exitCode(res.Err), res.Err)
		}
		return s.send(protocol.Response{ID: r.ID, Values: res.Values, Notes: res.Notes}, res.XML)
	case <-time.After(limit):
		return s.refuse(r.ID, crm.ExitTimeout, fmt.Errorf("the cluster has not answered within %v: the request may still take effect", limit))
	}
}

func exitCode(err error) crm.ExitCode {
	var e *cib.Error
	switch {
	case errors.As(err, &e):
		return e.Kind.ExitCode()
	case errors.Is(err, cluster.ErrNoDevice):
		return crm.ExitNoSuch
	case errors.Is(err, cluster.ErrNotReady), errors.Is(err, cluster.ErrNotAccepted):
		return crm.ExitTempFail
	case errors.Is(err, cluster.ErrUncertain):
		return crm.ExitIndeterminate
	}
	return crm.ExitError
}

func (s *session) refuse(id uint64, code crm.ExitCode, err error) bool {
	e := &protocol.Error{Code: code, Text: err.Error()}
	var c *cib.Error
	if errors.As(err, &c) {
		e.Kind, e.Text, e.Notes = uint8(c.Kind), c.Detail, c.Notes
	}
	return s.send(protocol.Response{ID: id, Error: e}, nil)
}

// sendLimit bounds how long a client may take to read its answer.
const sendLimit = 30 * time.Second

func (s *session) send(r protocol.Response, document *xml.Node) bool {
	var payload []byte
	if document != nil {
		payload = xml.AppendCompact(nil, document)
	}
	s.conn.SetWriteDeadline(time.Now().Add(sendLimit))
	return ipc.WriteFrame(s.out, r, payload) == nil
}

// stop has the node leave, and answers when it is about to end.
func (s *session) stop(r *protocol.Request) bool {
	s.daemon.post(cluster.Leave{})
	return s.send(protocol.Response{ID: r.ID}, nil)
}
