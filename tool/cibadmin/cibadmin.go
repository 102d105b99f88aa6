// Package cibadmin is the tool that queries and edits the CIB as XML.
package cibadmin

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"holdfast/cib"
	"holdfast/cib/digest"
	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/tool"
	"holdfast/tool/access"
)

// A command is one of the things that the tool does.
type command struct {
	op        cib.Op // Noop: handled by run alone
	run       func(o *options, c *tool.Call, data *xml.Node) error
	input     bool // needs XML
	orXPath   bool // --xpath will do instead of XML
	dangerous bool // needs --force
	all       bool // on all that match
}

var (
	query    = &command{op: cib.Query}
	empty    = &command{run: (*options).empty}
	sum      = &command{run: (*options).sum, input: true}
	sumWire  = &command{run: (*options).sumWire, input: true}
	upgrade  = &command{op: cib.Upgrade, dangerous: true}
	erase    = &command{op: cib.Erase, dangerous: true}
	bump     = &command{op: cib.Bump}
	create   = &command{op: cib.Create, input: true}
	modify   = &command{op: cib.Modify, input: true}
	patch    = &command{op: cib.Patch, input: true}
	replace  = &command{op: cib.Replace, input: true}
	remove   = &command{op: cib.Delete, input: true, orXPath: true}
	removeAl = &command{op: cib.Delete, input: true, orXPath: true, dangerous: true, all: true}
)

func (o *options) run(c *tool.Call) error {
	if len(c.Args) > 0 {
		return tool.Fail(crm.ExitUsage, "non-option ARGV-elements: %s", strings.Join(c.Args, " "))
	}
	if o.command.dangerous && !o.force {
		return tool.Fail(crm.ExitUnsafe, "The supplied command is considered dangerous. To prevent accidental "+
			"destruction of the cluster, the --force flag is required in order to proceed.")
	}
	if err := o.checkAccessOptions(); err != nil {
		return err
	}
	data, err := o.input(c)
	if err != nil {
		return err
	}
	if o.command.run != nil {
		return o.command.run(o, c, data)
	}
	return o.request(c, data)
}

// input reads the XML that the command needs, nil if it needs none.
func (o *options) input(c *tool.Call) (*xml.Node, error) {
	if !o.command.input || o.command.orXPath && o.byXPath {
		return nil, nil
	}
	var text, source string
	switch {
	case o.file != "":
		root, err := c.Env.ReadFile(o.file)
		if err != nil {
			return nil, tool.Fail(crm.ExitDataErr, "Couldn't parse input from %s: %v", o.file, err)
		}
		return root, nil
	case o.haveText:
		text, source = o.text, "input string"
	case o.stdin:
		data, err := io.ReadAll(c.Env.Stdin)
		if err != nil {
			return nil, tool.Fail(crm.ExitDataErr, "Couldn't read stdin: %v", err)
		}
		text, source = string(data), "stdin"
	default:
		or := ""
		if o.command.orXPath {
			or = "either --xpath or "
		}
		return nil, tool.Fail(crm.ExitUsage, "The supplied command requires %sinput via --xml-file, --xml-text, or --xml-pipe", or)
	}
	root, err := xml.ParseString(text)
	if err != nil {
		c.LogXML(text, err)
		return nil, tool.Fail(crm.ExitDataErr, "Couldn't parse input from %s", source)
	}
	return root, nil
}

// request asks the CIB.
func (o *options) request(c *tool.Call, data *xml.Node) error {
	r := o.make(c, data)
	at, err := access.Open(c.Env)
	if err != nil {
		text, code := access.Reason(err)
		return tool.Fail(code, "Could not connect to the CIB API: %s", text)
	}
	found, err := at.Do(r)
	if err == nil && found != nil {
		err = o.show(c, found)
	} else if err != nil {
		err = o.refused(c, data, err)
	}
	if closed := at.Close(); err == nil {
		err = closed
	}
	return err
}

func (o *options) make(c *tool.Call, data *xml.Node) cib.Request {
	r := cib.Request{Op: o.command.op, Data: data, All: o.command.all, AllowCreate: o.allowCreate,
		Score: true, NoChildren: o.noChildren, User: o.requestUser(), Client: "cibadmin", Time: c.Env.Now()}
	if r.Op == cib.Upgrade {
		r.Trace = func(_, note string) { c.Out.Err("%s", note) }
	}
	if r.Op == cib.Replace && data.Name == "cib" && data.Child("status") == nil {
		r.Data = data.Copy().Add(xml.New("status"))
	}
	switch {
	case o.byXPath:
		r.XPath = o.section
	case o.section != "" && (!cib.IsSection(o.section) || o.section == "cib" || o.section == "all"):
		c.Out.Err("Invalid value '%s' for '--scope'. Operation will apply to the entire CIB", o.section)
		fallthrough
	default:
		r.Section = o.section
	}
	return r
}

// refused words a refusal, tells what the schema does not like and shows what is
// there already.
func (o *options) refused(c *tool.Call, data *xml.Node, err error) error {
	if o.command == upgrade && cib.KindOf(err) == cib.UpToDate {
		c.Out.Info("Upgrade unnecessary: %s", cib.UpToDate)
		return nil
	}
	var e *cib.Error
	if errors.As(err, &e) && (c.Verbose > 0 || c.Env.Source().Where == tool.Live) {
		for _, note := range e.Notes {
			c.Out.Err("%s", note)
		}
	}
	if e != nil && o.command == create && (e.Kind == cib.Exists || e.Kind == cib.Malformed) && data.Name != "cib" {
		c.Out.Show(document{failedCreate(data, e)})
	}
	text, code := access.Reason(err)
	return tool.Fail(code, "CIB API call failed: %s", text)
}

// failedCreate is the report on an object that could not be created. Of several
// objects it is the one that the refusal names.
func failedCreate(data *xml.Node, e *cib.Error) *xml.Node {
	object := data
	for child := range data.Elements() {
		if strings.HasPrefix(e.Detail, child.Name+" "+child.ID()+" ") {
			object = child
			break
		}
	}
	if strings.HasPrefix(e.Detail, data.Name+" "+data.ID()+" ") {
		object = data
	}
	report := xml.New("failed_update")
	if id, ok := object.Lookup("id"); ok {
		report.SetAttr("id", id)
	}
	report.SetAttr("object-type", object.Name)
	report.SetAttr("operation", "cib_create")
	report.SetAttr("reason", e.Kind.String())
	return xml.New("failed").Add(report.Add(object))
}

func (o *options) empty(c *tool.Call, _ *xml.Node) error {
	root := cib.Empty(o.schema).Root().Copy()
	root.SetAttr("epoch", "1")
	c.Out.Show(document{root})
	return nil
}

func (o *options) sum(c *tool.Call, data *xml.Node) error {
	c.Out.Show(checksum(digest.OnDisk(data)))
	return nil
}

func (o *options) sumWire(c *tool.Call, data *xml.Node) error {
	c.Out.Show(checksum(digest.OnWire(data)))
	return nil
}

// document is XML that was found.
type document struct{ root *xml.Node }

func (d document) Text(l *output.Lines) { l.Line(strings.TrimSuffix(d.root.Indented(), "\n")) }
func (d document) XML(t *output.Tree)   { t.CData("output", d.root.Indented()) }

// checksum is a digest.
type checksum string

func (s checksum) Text(l *output.Lines) { l.Line(string(s)) }
func (s checksum) XML(t *output.Tree)   { t.Add(xml.New("md5-sum", "digest", string(s))) }

// nodePaths are where the matches of an expression are, for -e.
type nodePaths []string

func (p nodePaths) Text(l *output.Lines) {
	for _, path := range p {
		l.Line(path)
	}
}

func (p nodePaths) XML(t *output.Tree) {
	all := xml.New("xpath-query")
	for _, path := range p {
		all.Add(xml.New("xpath-query-path", "id", path))
	}
	t.CData("output", all.Indented())
}

func usage(format string, args ...any) error {
	return tool.Fail(crm.ExitUsage, "%s", fmt.Sprintf(format, args...))
}
