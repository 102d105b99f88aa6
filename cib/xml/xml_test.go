package xml

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestParseAndWrite(t *testing.T) {
	for _, c := range []struct{ name, in, compact, indented string }{
		{"order of attributes and comments is kept",
			"<?xml version='1.0'?>\n<!-- out --><cib b='1' a=\"2\">\n <!-- in --> <x/>\n</cib>\n",
			`<cib b="1" a="2"><!-- in --><x/></cib>`,
			"<cib b=\"1\" a=\"2\">\n  <!-- in -->\n  <x/>\n</cib>\n"},
		{"references and line ends",
			"<a v='&lt;&#65;&#x42;&quot;&apos;\n\t&#10;'>x &amp;\r\n<![CDATA[<y>]]></a>",
			`<a v="&lt;AB&quot;'  &#x0A;">x &amp;` + "\n" + `&lt;y&gt;</a>`,
			`<a v="&lt;AB&quot;'  &#x0A;">x &amp;` + "\n" + `&lt;y&gt;</a>` + "\n"},
		{"names beyond ASCII and with a prefix", "<ü:b é='ß'/>", `<ü:b é="ß"/>`, "<ü:b é=\"ß\"/>\n"},
		{"Latin-1 is converted", "<?xml version='1.0' encoding='ISO-8859-1'?><a b='\xe9'/>", `<a b="é"/>`, "<a b=\"é\"/>\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := Parse([]byte(c.in))
			if err != nil {
				t.Fatal(err)
			}
			if got := n.String(); got != c.compact {
				t.Errorf("compact: %s, want %s", got, c.compact)
			}
			if got := n.Indented(); got != c.indented {
				t.Errorf("indented: %s, want %s", got, c.indented)
			}
		})
	}
}

func TestParseErrorsNameThePlace(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", "line 1, column 1: the document has no root element"},
		{"<a>\n <b>\n</a>", "line 3, column 1: element b of line 2 is closed as a"},
		{"<a", "line 1, column 1: the start tag of element a is not closed"},
		{"<a><b/>", "line 1, column 8: element a of line 1 is not closed"},
		{"<a b='1' b='2'/>", "line 1, column 10: attribute b appears twice in element a"},
		{"<a b=1/>", "line 1, column 6: the value of attribute b must be in quotes"},
		{"<a b='<'/>", "line 1, column 7: \"<\" in the value of attribute b must be written as &lt;"},
		{"<a b='&x;'/>", "line 1, column 7: &x; is not a known entity nor an allowed character"},
		{"<a/><b/>", "line 1, column 5: there is something after the end of the root element"},
		{"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "line 1, column 1: document type declarations are not accepted"},
		{"<a>\x01</a>", "line 1, column 4: control character 0x01 is not allowed in a document"},
		{"<a>\xff</a>", "line 1, column 4: the document is not valid UTF-8"},
	} {
		_, err := Parse([]byte(c.in))
		if err == nil || err.Error() != c.want {
			t.Errorf("%q: %v, want %s", c.in, err, c.want)
		}
		if se := (*SyntaxError)(nil); !errors.As(err, &se) {
			t.Errorf("%q: not a SyntaxError", c.in)
		}
	}
}

func TestEditLeavesTheOriginal(t *testing.T) {
	root, err := ParseString("<a><b><c/></b><d/></a>")
	if err != nil {
		t.Fatal(err)
	}
	e := Edit(root)
	e.Own(Path{0, 0}).SetAttr("x", "1")
	e.Insert(Path{0}, 0, New("new"))
	e.Insert(nil, -1, New("last"))
	e.Remove(Path{0, 1})
	next := e.Root()
	if got := next.String(); got != `<a><b><new/></b><d/><last/></a>` {
		t.Errorf("edited: %s", got)
	}
	if got := root.String(); got != `<a><b><c/></b><d/></a>` {
		t.Errorf("original changed: %s", got)
	}
	if next.Children[1] != root.Children[1] {
		t.Error("an unchanged subtree is not shared")
	}
}

// corpus returns documents of the module's test data, smallest first by name.
func corpus(t testing.TB) map[string][]byte {
	t.Helper()
	files, _ := filepath.Glob("testdata/*.xml")
	docs := map[string][]byte{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		docs[f] = data
	}
	return docs
}

func TestWriteThenParseGivesTheSameTree(t *testing.T) {
	for name, data := range corpus(t) {
		n, err := Parse(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, text := range []string{n.String(), n.Indented()} {
			again, err := ParseString(text)
			if err != nil || !Equal(n, again) {
				t.Errorf("%s: not the same after writing (%v)", name, err)
			}
		}
	}
}
