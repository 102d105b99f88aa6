// Package crmdiff is the tool that makes and applies differences between two
// versions of a CIB.
package crmdiff

import (
	"errors"
	"io"
	"strings"

	"holdfast/cib"
	"holdfast/cib/patch"
	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/tool"
)

// source is where XML comes from.
type source struct {
	file, text string
	haveText   bool
}

func (s source) given(stdin bool) bool { return s.haveText || stdin || s.file != "" }

// options are what the command line says.
type options struct {
	from, to  source
	patch     bool // to is a patch, to be applied
	asCIB     bool
	noVersion bool
	stdin     bool
}

// Tool returns the tool.
func Tool() *tool.Tool {
	o := &options{}
	return &tool.Tool{
		Name:    "crm_diff",
		Summary: "display differences between two Pacemaker configurations, or apply them",
		Formats: []output.Format{output.Text, output.XML},
		Groups: []tool.Group{
			{Name: "xml", Title: "Original XML", Help: "Show original XML options", Options: []tool.Option{
				{Long: "original", Short: "o", Arg: "FILE", Help: "XML is contained in the named file", Set: tool.String(&o.from.file)},
				{Long: "original-string", Short: "O", Arg: "STRING", Help: "XML is contained in the supplied string (comes before --original)", Set: o.from.set()},
			}},
			{Name: "operation", Title: "Operation", Help: "Show operation options", Options: []tool.Option{
				{Long: "new", Short: "n", Arg: "FILE", Help: "Compare the original XML to the contents of the named file", Set: tool.String(&o.to.file)},
				{Long: "new-string", Short: "N", Arg: "STRING", Help: "Compare the original XML with the supplied string (comes before --new and --patch)", Set: o.to.set()},
				{Long: "patch", Short: "p", Arg: "FILE", Help: "Patch the original XML with the contents of the named file",
					Set: func(v string) error { o.patch, o.to.file = true, v; return nil }},
			}},
			{Name: "additional", Title: "Additional Options", Help: "Show additional options", Options: []tool.Option{
				{Long: "cib", Short: "c", Help: "Compare/patch the inputs as a CIB (includes version details)", Set: tool.Switch(&o.asCIB)},
				{Long: "no-version", Short: "u", Help: "Generate the difference without version details", Set: tool.Switch(&o.noVersion)},
				{Long: "stdin", Short: "s", Hidden: true, Set: tool.Switch(&o.stdin)},
			}},
		},
		Details: details,
		Do:      o.run,
	}
}

func (s *source) set() func(string) error {
	return func(v string) error { s.text, s.haveText = v, true; return nil }
}

const details = `Examples:

Obtain two versions of the configuration:

	# cibadmin --query > cib-old.xml
	# cibadmin --query > cib-new.xml

Calculate and save the difference between the two files:

	# crm_diff --original cib-old.xml --new cib-new.xml > patch.xml

Apply the patch to the original file:

	# crm_diff --original cib-old.xml --patch patch.xml > updated.xml

Apply the patch to the running cluster:

	# cibadmin --patch -x patch.xml
`

func (o *options) run(c *tool.Call) error {
	switch {
	case o.noVersion && o.asCIB:
		return tool.Fail(crm.ExitUsage, "-u/--no-version incompatible with -c/--cib")
	case o.noVersion && o.patch:
		c.Out.Err("Warning: -u/--no-version ignored with -p/--patch")
	}
	switch {
	case !o.from.given(o.stdin):
		return tool.Fail(crm.ExitUsage, "Either --original or --original-string must be specified")
	case !o.to.given(o.stdin):
		return tool.Fail(crm.ExitUsage, "Either --new, --new-string, or --patch must be specified")
	}
	what := "new"
	if o.patch {
		what = "patch"
	}
	from, err := o.read(c, o.from, "original")
	if err != nil {
		return err
	}
	to, err := o.read(c, o.to, what)
	if err != nil {
		return err
	}
	if o.patch {
		return o.apply(c, from, to)
	}
	return o.diff(c, from, to)
}

func (o *options) read(c *tool.Call, s source, what string) (*xml.Node, error) {
	var root *xml.Node
	var err error
	switch {
	case s.haveText:
		if root, err = xml.ParseString(s.text); err != nil {
			c.LogXML(s.text, err)
		}
	case o.stdin:
		var data []byte
		if data, err = io.ReadAll(c.Env.Stdin); err == nil {
			root, err = xml.Parse(data)
		}
	default:
		root, err = c.Env.ReadFile(s.file)
	}
	if err != nil {
		return nil, tool.Fail(crm.ExitDataErr, "Failed to parse %s XML", what)
	}
	return root, nil
}

// diff prints the patch that leads from one document to the other. That there
// is a difference is told by exit code 1, as diff(1) does.
func (o *options) diff(c *tool.Call, from, to *xml.Node) error {
	if o.noVersion {
		to = withVersionOf(to, from)
	}
	p := patch.Diff(from, to, patch.Options{IgnoreAttrOrder: o.asCIB, Digest: o.asCIB})
	if p == nil {
		return nil
	}
	if o.noVersion {
		p.Children = p.Children[1:]
	}
	c.Out.Show(document{"patchset", p})
	return tool.Fail(crm.ExitError, "")
}

// withVersionOf returns a document with another's version, so that the versions
// are no difference.
func withVersionOf(n, other *xml.Node) *xml.Node {
	n = n.Copy()
	for _, name := range []string{"admin_epoch", "epoch", "num_updates"} {
		if v, ok := other.Lookup(name); ok {
			n.SetAttr(name, v)
		}
	}
	return n
}

func (o *options) apply(c *tool.Call, from, p *xml.Node) error {
	result, err := patch.Apply(from, p, o.asCIB)
	kind := cib.DiffFailed
	switch {
	case err == nil:
		c.Out.Show(document{"updated", result})
		return nil
	case errors.Is(err, patch.ErrOld):
		kind = cib.OldData
	case errors.Is(err, patch.ErrInvalid):
		kind = cib.Malformed
	}
	if c.Verbose > 0 {
		c.Out.Err("%v", err)
	}
	return tool.Fail(kind.ExitCode(), "Could not apply patch: %s", kind)
}

// document is the XML that comes out.
type document struct {
	element string // around it in XML output
	root    *xml.Node
}

func (d document) Text(l *output.Lines) { l.Line(strings.TrimSuffix(d.root.Indented(), "\n")) }
func (d document) XML(t *output.Tree)   { t.CData(d.element, d.root.Indented()) }
