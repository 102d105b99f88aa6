// Package demoweb is a web server of one page, for demonstrations: it says on
// which node it runs. The agent ocf:holdfast:web starts it and checks it.
package demoweb

import (
	"context"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"holdfast/crm"
	"holdfast/output"
	"holdfast/tool"
)

// patience bounds every request, of the server and of the check.
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
	server := &http.Server{Handler: o.page(time.Now()), ReadHeaderTimeout: patience, WriteTimeout: patience}
	context.AfterFunc(ctx, func() { server.Close() })
	if err := server.Serve(l); ctx.Err() == nil {
		return tool.Fail(crm.ExitError, "%v", err)
	}
	return nil
}

// pageTemplate is read when a server first shows its page.
var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>{{.Name}} on {{.Node}}</title>
<style>body{font:1.2rem/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}b{font-size:2.4rem}</style>
<p>{{.Name}} is served by<br><b>{{.Node}}</b>
<p>since {{.Since.Format "2006-01-02 15:04:05 MST"}}, page {{.Count}} of this server
{{with .Text}}<p>{{.}}{{end}}
</html>
`))
})

// page is the handler of the one page.
func (o *options) page(since time.Time) http.Handler {
	name := o.name
	if name == "" {
		name = "This page"
	}
	var count atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(mark, o.node)
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.Method == http.MethodHead {
			return // a check, not a reader
		}
		pageTemplate().Execute(w, map[string]any{
			"Name": name, "Node": o.node, "Since": since, "Text": o.text, "Count": count.Add(1),
		})
	})
}

// ask succeeds if a server of ours answers.
func (o *options) ask() error {
	client := &http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}} // and no proxy
	resp, err := client.Head("http://" + o.endpoint() + "/")
	if err != nil {
		return tool.Fail(crm.ExitNotRunning, "%v", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK || resp.Header.Get(mark) == "" {
		return tool.Fail(crm.ExitError, "%s", fmt.Sprintf("another server answers on %s: %s", o.endpoint(), resp.Status))
	}
	return nil
}
