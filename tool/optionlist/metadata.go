package optionlist

import (
	"io"
	"strings"

	"holdfast/cib/option"
	"holdfast/cib/xml"
)

// WriteMetadata writes the list in the form in which the daemons describe their
// options, with each text on a line of its own.
func (t List) WriteMetadata(w io.Writer) error {
	var b strings.Builder
	writeMetadata(&b, t.element(daemon), "")
	_, err := io.WriteString(w, b.String())
	return err
}

func writeMetadata(b *strings.Builder, n *xml.Node, indent string) {
	if n.Kind == xml.Text {
		b.WriteString(indent + xml.EscapeText(n.Text) + "\n")
		return
	}
	head := strings.TrimSuffix((&xml.Node{Name: n.Name, Attrs: n.Attrs}).String(), "/>")
	if len(n.Children) == 0 {
		b.WriteString(indent + head + "/>\n")
		return
	}
	b.WriteString(indent + head + ">\n")
	for _, c := range n.Children {
		writeMetadata(b, c, indent+"  ")
	}
	b.WriteString(indent + "</" + n.Name + ">\n")
}

// daemonTexts gives an option's descriptions and kind in the older words: what
// is special about it is put into the descriptions.
func daemonTexts(o *option.Option, replacement string) (short, long, kind string) {
	long = o.Long
	if long == "" {
		long = o.Short
	}
	if len(o.Values) > 0 {
		long += "  Allowed values: " + strings.Join(o.Values, ", ")
	}
	short = o.Short
	var marks []string
	if o.Deprecated {
		marks = append(marks, "*** Deprecated ***")
		if replacement != "" {
			marks = append(marks, "*** Replaced with "+replacement+" ***")
		}
	}
	if o.Advanced {
		marks = append(marks, "*** Advanced Use Only ***")
	}
	if len(marks) > 0 {
		// Where the long text is not the option's own, the short one is in it.
		if o.Long != "" && len(o.Values) == 0 {
			marks = append(marks, short)
		}
		short = strings.Join(marks, " ")
	}
	return short, long, daemonKind(o.Kind)
}

// daemonKind is a kind in the words that existed before the finer ones.
func daemonKind(k option.Kind) string {
	switch k {
	case option.Duration, option.Timeout:
		return "time"
	case option.NonnegativeInteger, option.Score:
		return "integer"
	case option.Version:
		return "string"
	}
	return k.String()
}
