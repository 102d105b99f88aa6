// Package demoweb is a web server of one page, for demonstrations: it says on
// which node it runs. The agent ocf:holdfast:web starts it and checks it.
package demoweb

import (
	"context"
	"fmt"
	"html"
	"net"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"holdfast/crm"
	"holdfast/output"
	"holdfast/tool"
	"holdfast/tool/demoweb/page"
)

// patience bounds a check.
const patience = 3 * time.Second

// mark is a header of our answers, by which the check knows the server.
const mark = "X-Holdfast-Demo"

type options struct {
	serve, check  bool
	address, name string
	node, text    string
	port          int
}

// Tool returns the tool.
func Tool() *tool.Tool {
	o := &options{address: "127.0.0.1", port: 8080}
	return &tool.Tool{
		Name:    "demo-web",
		Summary: "Serve one page that tells the node it comes from",
		Formats: []output.Format{output.Text},
		Groups: []tool.Group{{Options: []tool.Option{
			{Long: "serve", Set: tool.Switch(&o.serve), Help: "Serve until terminated"},
			{Long: "check", Set: tool.Switch(&o.check), Help: "Ask a running server for its page"},
			{Long: "address", Arg: "ADDRESS", Set: tool.String(&o.address), Help: "Address to listen on (default 127.0.0.1)"},
			{Long: "port", Arg: "NUMBER", Set: tool.Int(&o.port), Help: "TCP port to listen on (default 8080)"},
			{Long: "name", Arg: "NAME", Set: tool.String(&o.name), Help: "Name of the service, for the page"},
			{Long: "node", Arg: "NAME", Set: tool.String(&o.node), Help: "Name of the node, for the page (default: this machine's)"},
			{Long: "text", Arg: "TEXT", Set: tool.String(&o.text), Help: "A line of text for the page"},
		}}},
		Do: o.run,
	}
}

func (o *options) run(c *tool.Call) error {
	switch {
	case o.serve == o.check:
		return tool.Fail(crm.ExitUsage, "either --serve or --check is needed")
	case o.serve:
		return o.listen()
	}
	return o.ask()
}

func (o *options) endpoint() string { return net.JoinHostPort(o.address, strconv.Itoa(o.port)) }

// listen serves until a signal ends it.
func (o *options) listen() error {
	l, err := net.Listen("tcp", o.endpoint())
	if err != nil {
		return tool.Fail(crm.ExitCantCreate, "%v", err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if o.node == "" {
		o.node, _ = os.Hostname()
	}
	context.AfterFunc(ctx, func() { l.Close() })
	if err := page.Serve(l, o.page(time.Now())); ctx.Err() == nil {
		return tool.Fail(crm.ExitError, "%v", err)
	}
	return nil
}

// text of the page: name, node, since when, how often, and a further line.
const text = `<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>%[1]s on %[2]s</title>
<style>body{font:1.2rem/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}b{font-size:2.4rem}</style>
<p>%[1]s is served by<br><b>%[2]s</b>
<p>since %[3]s, page %[4]d of this server
%[5]s
</html>
`

// page makes the one page, anew for every reader.
func (o *options) page(since time.Time) func(body bool) page.Page {
	name := o.name
	if name == "" {
		name = "This page"
	}
	line := ""
	if o.text != "" {
		line = "<p>" + html.EscapeString(o.text)
	}
	var count atomic.Int64
	return func(body bool) page.Page {
		p := page.Page{Status: "200 OK", Header: map[string]string{
			mark: o.node, "Cache-Control": "no-store", "Content-Type": "text/html; charset=utf-8",
		}}
		if body { // else it is a check, not a reader
			p.Body = fmt.Sprintf(text, html.EscapeString(name), html.EscapeString(o.node),
				since.Format("2006-01-02 15:04:05 MST"), count.Add(1), line)
		}
		return p
	}
}

// ask succeeds if a server of ours answers.
func (o *options) ask() error {
	p, err := page.Head(o.endpoint(), patience)
	switch {
	case err != nil:
		return tool.Fail(crm.ExitNotRunning, "%v", err)
	case p.Header[mark] == "" || !strings.HasPrefix(p.Status, "200"):
		return tool.Fail(crm.ExitError, "another server answers on %s: %s", o.endpoint(), p.Status)
	}
	return nil
}
