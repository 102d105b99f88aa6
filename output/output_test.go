package output

import (
	"bytes"
	"strings"
	"testing"

	"holdfast/crm"
)

// greeting is a message with a list, a nested list and text that needs escaping.
type greeting struct{}

func (greeting) Text(l *Lines) {
	list := List("Greetings", Line("hello <world>"))
	list.Add(List("Inner", &Item{Text: "ann & bob", Class: "online"}), nil, List("").OrNil())
	l.Put(list)
}

func (greeting) XML(t *Tree) {
	t.Open("greetings", "for", `"all"`)
	t.Text("to", "a < b")
	t.CData("raw", "<x>]]></x>")
	t.Close()
	t.Open("nothing")
	t.CloseDropEmpty()
}

// render shows the message in a format and returns standard output and error.
func render(c Config, code crm.ExitCode, errs ...string) (string, string) {
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr, c.Request = &stdout, &stderr, "greet --all"
	o := New(c)
	o.Show(greeting{})
	o.Info("by the way")
	for _, e := range errs {
		o.Err("%s", e)
	}
	o.Finish(code)
	return stdout.String(), stderr.String()
}

func TestFormats(t *testing.T) {
	for _, c := range []struct {
		name   string
		config Config
		want   string
	}{
		{"text", Config{Format: Text}, `Greetings:
  * hello <world>
  * Inner:
    * ann & bob
by the way
`},
		{"plain text", Config{Format: Text, Plain: true}, `hello <world>
ann & bob
by the way
`},
		{"quiet text", Config{Format: Text, Quiet: true}, `Greetings:
  * hello <world>
  * Inner:
    * ann & bob
`},
		{"none", Config{Format: None}, ""},
		{"xml", Config{Format: XML}, `<pacemaker-result api-version="` + APIVersion + `" request="greet --all">
  <greetings for="&quot;all&quot;">
    <to>a &lt; b</to>
    <raw><![CDATA[<x>]]]]><![CDATA[></x>]]></raw>
  </greetings>
  <status code="105" message="No such object"/>
</pacemaker-result>
`},
		{"older xml", Config{Format: XML, Legacy: "crm_mon"}, `<crm_mon version="` + Version + `">
  <greetings for="&quot;all&quot;">
    <to>a &lt; b</to>
    <raw><![CDATA[<x>]]]]><![CDATA[></x>]]></raw>
  </greetings>
</crm_mon>
`},
	} {
		if got, _ := render(c.config, crm.ExitNoSuch); got != c.want {
			t.Errorf("%s:\n%s\nwant:\n%s", c.name, got, c.want)
		}
	}
}

func TestErrorsStandWhereTheFormatHasThem(t *testing.T) {
	if out, errs := render(Config{Format: Text}, 1, "it is gone"); errs != "it is gone\n" || strings.Contains(out, "gone") {
		t.Errorf("text: %q, %q", out, errs)
	}
	out, errs := render(Config{Format: XML}, 1, "it is gone")
	if errs != "" || !strings.Contains(out, "<errors>\n      <error>it is gone</error>") {
		t.Errorf("xml: %q, %q", out, errs)
	}
	out, errs = render(Config{Format: HTML}, 1, "it is <gone>")
	if errs != "" || !strings.Contains(out, "<pre>it is &lt;gone&gt;</pre>") {
		t.Errorf("html: %q, %q", out, errs)
	}
}

func TestPagesAreEscapedAndMarked(t *testing.T) {
	out, _ := render(Config{Format: HTML, HTML: Page{Title: "A & B", Stylesheet: `x.css"`, CGI: true, Refresh: 1500e6}}, 0)
	for _, want := range []string{
		"Content-Type: text/html\n\n<!DOCTYPE html>",
		`<meta http-equiv="refresh" content="2">`,
		"<title>A &amp; B</title>",
		`<link rel="stylesheet" href="x.css&quot;">`,
		"<h2>Greetings</h2>\n<ul>\n<li><span>hello &lt;world&gt;</span></li>\n<li>\n<h3>Inner</h3>",
		`<li><span class="online">ann &amp; bob</span></li>`,
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the page lacks %q:\n%s", want, out)
		}
	}
}

func TestADroppedOutputWritesNothing(t *testing.T) {
	var b bytes.Buffer
	o := New(Config{Format: XML, Stdout: &b, Stderr: &b})
	o.Show(greeting{})
	o.Drop()
	o.Finish(0)
	if b.Len() != 0 {
		t.Errorf("got %q", b.String())
	}
}
