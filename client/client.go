// Package client is the only way in which a tool, the shell or the web console
// reaches a running cluster: a connection to the daemon's local socket.
package client

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/client/protocol"
	"holdfast/cluster/fencing"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/host/ipc"
)

// DialTimeout and Timeout bound every exchange with the daemon; a request may ask
// for more.
const (
	DialTimeout = 5 * time.Second
	Timeout     = 30 * time.Second
)

// ErrNoDaemon says that no daemon listens on this machine.
var ErrNoDaemon = errors.New("cluster is not available on this node")

// Client is a connection. It is used by one goroutine at a time.
type Client struct {
	conn *ipc.Conn
	in   *bufio.Reader
	out  *bufio.Writer
	name string
	last uint64
	told []string // with the last answer, what an upgrade could not keep
}

// Dial connects to the daemon whose socket getenv names, or to the customary one.
// Program is the caller's name, for logs. Errors: ErrNoDaemon, wrapped.
func Dial(program string, getenv func(string) string) (*Client, error) {
	path := getenv(protocol.SocketEnv)
	if path == "" {
		path = protocol.DefaultSocket
	}
	conn, err := ipc.Dial(path, DialTimeout)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED):
		return nil, ErrNoDaemon
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("%w: %s may be used by root and the group haclient only", ErrNoDaemon, path)
	case err != nil:
		return nil, fmt.Errorf("%w: %v", ErrNoDaemon, err)
	}
	return &Client{conn: conn, in: bufio.NewReader(conn), out: bufio.NewWriter(conn), name: program}, nil
}

// Close ends the connection.
func (c *Client) Close() error { return c.conn.Close() }

// call sends one request about content, if there is any, and waits for its answer:
// for limit, or if that is zero as long as usual.
func (c *Client) call(verb protocol.Verb, content any, limit time.Duration, values any) ([]byte, error) {
	c.last++
	r := protocol.Request{ID: c.last, Verb: verb, Client: c.name, Timeout: limit.Milliseconds()}
	if content != nil {
		var err error
		if r.Content, err = json.Marshal(content); err != nil {
			return nil, err
		}
	}
	if limit > 0 {
		limit += DialTimeout
	} else {
		limit = Timeout
	}
	c.conn.Limit(limit)
	if err := ipc.WriteFrame(c.out, r, nil); err != nil {
		return nil, broken(err)
	}
	return c.read(values)
}

func (c *Client) read(values any) ([]byte, error) {
	var resp protocol.Response
	data, err := ipc.ReadFrame(c.in, &resp)
	c.told = resp.Notes
	switch {
	case err != nil:
		return nil, broken(err)
	case resp.Error != nil:
		return nil, resp.Error
	case values != nil:
		return data, json.Unmarshal(resp.Values, values)
	}
	return data, nil
}

// broken is the error of a connection that ended in the middle.
func broken(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return &protocol.Error{Code: crm.ExitTimeout, Text: "the cluster daemon does not answer in time"}
	}
	return &protocol.Error{Code: crm.ExitDisconnect, Text: fmt.Sprintf("connection to the cluster daemon lost: %v", err)}
}

// CIB returns the whole current document.
func (c *Client) CIB() (*xml.Node, error) { return c.Apply(cib.Request{Op: cib.Query}) }

// Apply carries out one CIB operation: a query on the local node's copy, a change
// through the cluster, durable when it returns. Errors of the operation are
// *cib.Error. Of the request's Trace only what an upgrade tells arrives here.
func (c *Client) Apply(r cib.Request) (*xml.Node, error) {
	verb := protocol.Change
	if r.Op == cib.Query {
		verb = protocol.Query
	}
	change := wire.NewChange(r)
	data, err := c.call(verb, &change, 0, nil)
	if err != nil {
		return nil, cibError(err)
	}
	for _, note := range c.told {
		if r.Trace != nil {
			r.Trace("upgrade", note)
		}
	}
	return document(data)
}

// cibError turns a refusal back into what the operation said.
func cibError(err error) error {
	var e *protocol.Error
	if errors.As(err, &e) && e.Kind != 0 {
		return &cib.Error{Kind: cib.Kind(e.Kind), Detail: e.Text, Notes: e.Notes}
	}
	return err
}

func document(data []byte) (*xml.Node, error) {
	if len(data) == 0 {
		return nil, nil
	}
	return xml.Parse(data)
}

// Status tells how the local node sees the cluster.
func (c *Client) Status() (protocol.Node, error) {
	var n protocol.Node
	_, err := c.call(protocol.Status, nil, 0, &n)
	return n, err
}

// Attribute changes transient attributes, of the local node if it is protocol.Here, and
// returns when the update has come as far as its Wait says.
func (c *Client) Attribute(a wire.Attribute) error {
	_, err := c.call(protocol.Attribute, &a, 0, nil)
	return err
}

// Attributes returns the values of the attributes with a name, or matching a
// pattern, on a node, on the local one (protocol.Here) or ("") on all.
func (c *Client) Attributes(name, pattern string, node crm.NodeName) ([]protocol.Value, error) {
	var values []protocol.Value
	_, err := c.call(protocol.AttributeQuery, protocol.AttributeNames{Name: name, Pattern: pattern, Node: node}, 0, &values)
	return values, err
}

// Fence has a node fenced and returns when that has ended.
func (c *Client) Fence(f wire.Fence, limit time.Duration) error {
	_, err := c.call(protocol.Fence, &f, limit, nil)
	return err
}

// Confirm tells the cluster that a node is known to be off.
func (c *Client) Confirm(target crm.NodeName) error {
	_, err := c.call(protocol.Confirm, &wire.Confirm{Target: target}, 0, nil)
	return err
}

// FenceHistory returns the fencing requests about a node, or ("") all, oldest first.
func (c *Client) FenceHistory(target crm.NodeName) ([]fencing.Request, error) {
	var list []fencing.Request
	_, err := c.call(protocol.History, protocol.Target{Node: target}, 0, &list)
	return list, err
}

// EraseFences removes finished requests about a node, or ("") all, from the history.
func (c *Client) EraseFences(target crm.NodeName) error {
	_, err := c.call(protocol.Erase, &wire.EraseFences{Target: target}, 0, nil)
	return err
}

// FenceDevices lists the configured fence devices that can, or might, act on a
// target, or ("") all.
func (c *Client) FenceDevices(target crm.NodeName) ([]protocol.DeviceInfo, error) {
	var list []protocol.DeviceInfo
	_, err := c.call(protocol.Devices, protocol.Target{Node: target}, 0, &list)
	return list, err
}

// Forget erases the history of a resource on a node, with its failures if asked,
// so that it is probed anew.
func (c *Client) Forget(f wire.Forget) error {
	_, err := c.call(protocol.Forget, &f, 0, nil)
	return err
}

// Fail has the cluster take a resource as failed on a node.
func (c *Client) Fail(f wire.Fail) error {
	_, err := c.call(protocol.Fail, &f, 0, nil)
	return err
}

// Stop has the local node leave the cluster and its daemon end.
func (c *Client) Stop(limit time.Duration) error {
	_, err := c.call(protocol.Stop, nil, limit, nil)
	return err
}

// Watch calls each with the document as it is now and after every change, until
// each returns false or the connection ends.
func (c *Client) Watch(each func(*xml.Node) bool) error {
	data, err := c.call(protocol.Watch, nil, 0, nil)
	c.conn.Limit(0)
	for ; err == nil; data, err = c.read(nil) {
		doc, perr := document(data)
		if perr != nil {
			return perr
		}
		if !each(doc) {
			return nil
		}
	}
	return err
}
