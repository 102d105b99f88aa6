package page

import (
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// serve starts a server of one page and returns its address.
func serve(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go Serve(l, func(body bool) Page {
		p := Page{Status: "200 OK", Header: map[string]string{"X-Mark": "ours"}}
		if body {
			p.Body = "<p>hello"
		}
		return p
	})
	return l.Addr().String()
}

func TestGetAndHead(t *testing.T) {
	at := serve(t)
	got, err := Get(at, time.Second)
	if err != nil || got.Status != "200 OK" || got.Header["X-Mark"] != "ours" || got.Body != "<p>hello" {
		t.Errorf("Get: %+v, %v", got, err)
	}
	head, err := Head(at, time.Second)
	if err != nil || head.Header["X-Mark"] != "ours" || head.Body != "" {
		t.Errorf("Head: %+v, %v", head, err)
	}
}

// A real client of the field understands the server.
func TestStandardClient(t *testing.T) {
	at := serve(t)
	resp, err := http.Get("http://" + at + "/any/path")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 200 || resp.ContentLength != 8 {
		t.Errorf("%s, %d bytes", resp.Status, resp.ContentLength)
	}
	resp, err = http.Post("http://"+at+"/", "text/plain", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusNotImplemented {
		t.Errorf("POST: %s", resp.Status)
	}
}

// What answers on a port need not be a web server, nor answer at all.
func TestStrangers(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err == nil {
			c.Write([]byte("220 mail.example ESMTP\r\n"))
			c.Close()
		}
		l.Accept() // and says nothing
	}()
	if _, err := Get(l.Addr().String(), time.Second); err == nil || !strings.Contains(err.Error(), "not HTTP") {
		t.Errorf("a mail server: %v", err)
	}
	if _, err := Get(l.Addr().String(), 50*time.Millisecond); err == nil {
		t.Error("a silent server is no error")
	}
}
