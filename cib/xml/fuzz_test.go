package xml

import (
	stdxml "encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

// FuzzParse holds that what we accept encoding/xml accepts too, and that
// what we accept survives being written and read again.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"<a/>", "<a b='1'>x<!--c--><b/></a>", "<a>&lt;&#65;<![CDATA[x]]></a>", "<?xml version='1.0'?><a><?pi x?></a>",
		"<a b='1' b='2'/>", "<a\n/>", "<é/>", "<a>]]></a>", "<a b=\"&#x0;\"/>", "<a:b c:d='e'/>",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := ParseString(s)
		std := stdError(s)
		switch {
		case err == nil && std != nil && !stricter(s, std):
			t.Fatalf("accepted, but encoding/xml says: %v", std)
		case err != nil && std == nil && !laxer(s):
			t.Fatalf("refused (%v), but encoding/xml accepts", err)
		case err != nil:
			return
		}
		for _, text := range []string{n.String(), n.Indented()} {
			again, err := ParseString(text)
			if err != nil || !Equal(n, again) {
				t.Fatalf("written as %q: %v", text, err)
			}
		}
	})
}

func stdError(s string) error {
	d := stdxml.NewDecoder(strings.NewReader(s))
	roots, depth := 0, 0
	for {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		switch tok.(type) {
		case stdxml.StartElement:
			if depth == 0 {
				roots++
			}
			depth++
		case stdxml.EndElement:
			depth--
		}
	}
	d = stdxml.NewDecoder(strings.NewReader(s))
	for {
		if _, err := d.Token(); err != nil {
			if errors.Is(err, io.EOF) {
				break
			}
			return err
		}
	}
	if roots != 1 {
		return errors.New("not one root")
	}
	return nil
}

// stricter lists where encoding/xml refuses what the XML specification allows.
func stricter(s string, err error) bool {
	// It wants at most one colon in a name, knows only UTF-8 and version 1.0, and
	// has the name tables of the fourth edition.
	return strings.Contains(s, ":") || strings.Contains(s, "<?xml") || !isASCII(s) ||
		strings.Contains(err.Error(), "namespace")
}

// laxer lists where encoding/xml accepts what the specification forbids.
func laxer(s string) bool {
	return strings.Contains(s, "<!") || strings.Contains(s, "<?") || !isASCII(s) || textOutsideRoot(s) ||
		repeatedOrCrowdedAttrs(s) || strings.Contains(s, "&#") || strings.Contains(s, "\x00") || strings.Contains(s, ":") ||
		strings.Count(s, "<") > MaxDepth
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > 127 }) < 0
}

func textOutsideRoot(s string) bool {
	s = strings.Trim(s, " \t\r\n")
	return s == "" || s[0] != '<' || s[len(s)-1] != '>' || strings.Contains(s, ">") && rootEndsEarly(s)
}

func rootEndsEarly(s string) bool {
	d := stdxml.NewDecoder(strings.NewReader(s))
	depth, closed := 0, false
	for {
		tok, err := d.RawToken()
		if err != nil {
			return false
		}
		if closed {
			return true
		}
		switch tok.(type) {
		case stdxml.StartElement:
			depth++
		case stdxml.EndElement:
			depth--
			closed = depth == 0
		}
	}
}

// repeatedOrCrowdedAttrs says whether an element has an attribute twice or
// two without white space between them; encoding/xml minds neither.
func repeatedOrCrowdedAttrs(s string) bool {
	_, err := ParseString(s)
	se := (*SyntaxError)(nil)
	return errors.As(err, &se) && (strings.Contains(se.Msg, "twice") || strings.Contains(se.Msg, "separated"))
}
