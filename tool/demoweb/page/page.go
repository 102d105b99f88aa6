// Package page serves and reads one web page over HTTP/1.0 (RFC 1945), for
// demonstrations. It knows GET, HEAD and nothing more. net/http would be the
// library for it, but whatever is linked into the program is paid for at the start
// of every tool, and net/http with what it needs is a fifth of that.
package page

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strings"
	"time"
)

// Limits of one exchange.
const (
	patience   = 3 * time.Second
	maxRequest = 16 << 10 // bytes of a request
	maxPage    = 1 << 20  // bytes of an answer
)

// A Page is what there is to read.
type Page struct {
	Status string            // such as "200 OK"
	Header map[string]string // beside Content-Length and Connection, by canonical name
	Body   string            // not sent to HEAD
}

// Serve answers every request on l with what page returns, which is told whether
// the reader wants the body, until l is closed. The error is that of l.
func Serve(l net.Listener, page func(body bool) Page) error {
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			c.SetDeadline(time.Now().Add(patience))
			answer(c, page)
		}()
	}
}

func answer(c net.Conn, page func(bool) Page) {
	in := textproto.NewReader(bufio.NewReader(io.LimitReader(c, maxRequest)))
	line, err := in.ReadLine()
	if err != nil {
		return
	}
	if _, err := in.ReadMIMEHeader(); err != nil && !errors.Is(err, io.EOF) {
		write(c, Page{Status: "400 Bad Request"}, true)
		return
	}
	switch method, _, _ := strings.Cut(line, " "); method {
	case "GET", "HEAD":
		write(c, page(method == "GET"), method == "GET")
	default:
		write(c, Page{Status: "501 Not Implemented"}, true)
	}
}

func write(w io.Writer, p Page, body bool) {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "HTTP/1.0 %s\r\nConnection: close\r\n", p.Status)
	for name, value := range p.Header {
		fmt.Fprintf(b, "%s: %s\r\n", name, value)
	}
	if body {
		fmt.Fprintf(b, "Content-Length: %d\r\n\r\n%s", len(p.Body), p.Body)
	} else {
		b.WriteString("\r\n")
	}
	b.Flush()
}

// Get reads the page at an address (host:port) within a time. Whatever a server
// answers is no error, but for what is not HTTP.
func Get(address string, limit time.Duration) (Page, error) { return ask("GET", address, limit) }

// Head asks for the header of the page.
func Head(address string, limit time.Duration) (Page, error) { return ask("HEAD", address, limit) }

func ask(method, address string, limit time.Duration) (Page, error) {
	end := time.Now().Add(limit)
	c, err := net.DialTimeout("tcp", address, limit)
	if err != nil {
		return Page{}, err
	}
	defer c.Close()
	c.SetDeadline(end)
	if _, err := fmt.Fprintf(c, "%s / HTTP/1.0\r\nHost: %s\r\n\r\n", method, address); err != nil {
		return Page{}, err
	}
	return read(c)
}

func read(r io.Reader) (Page, error) {
	in := textproto.NewReader(bufio.NewReader(io.LimitReader(r, maxPage)))
	line, err := in.ReadLine()
	if err != nil {
		return Page{}, fmt.Errorf("read the answer: %w", err)
	}
	version, status, ok := strings.Cut(line, " ")
	if !ok || !strings.HasPrefix(version, "HTTP/") {
		return Page{}, fmt.Errorf("read the answer: %.40q is not HTTP", line)
	}
	header, err := in.ReadMIMEHeader()
	if err != nil && !errors.Is(err, io.EOF) {
		return Page{}, fmt.Errorf("read the answer's header: %w", err)
	}
	p := Page{Status: status, Header: map[string]string{}}
	for name := range header {
		p.Header[name] = header.Get(name)
	}
	body, err := io.ReadAll(in.R)
	p.Body = string(body)
	return p, err
}
