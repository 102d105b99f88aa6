package tool

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"holdfast/crm"
	"holdfast/output"
)

// probe is a tool whose only work is to show how its command line was read.
func probe() *Tool {
	var said []string
	note := func(name string) func(string) error {
		return func(v string) error { said = append(said, fmt.Sprintf("%s=%q", name, v)); return nil }
	}
	return &Tool{
		Name: "probe", Summary: "Shows its command line", Quiet: "Say less",
		Formats: []output.Format{output.Text, output.XML},
		Groups: []Group{{Name: "work", Title: "Work Options", Help: "Show work options", Options: []Option{
			{Long: "simulate", Short: "S", Help: "Simulate", Set: note("S")},
			{Long: "scores", Short: "s", Help: "Scores", Set: note("s")},
			{Long: "file", Short: "x", Arg: "FILE", Help: "Read FILE\nand no other", Set: note("x")},
			{Long: "level", Short: "m", Arg: "N", Optional: true, Bare: "2", Help: "Level", Set: note("m")},
			{Long: "old", Short: "o", Hidden: true, Set: note("o")},
		}}},
		Do: func(c *Call) error {
			if len(c.Args) > 0 && c.Args[0] == "fail" {
				return Fail(crm.ExitNoSuch, "nothing there")
			}
			c.Out.Lines().Line(fmt.Sprintf("%s args=%q v=%d q=%v", strings.Join(said, " "), c.Args, c.Verbose, c.Quiet))
			return nil
		},
	}
}

func runProbe(args ...string) (out, errs string, code crm.ExitCode) {
	var stdout, stderr bytes.Buffer
	env := &Env{Stdout: &stdout, Stderr: &stderr, Getenv: func(string) string { return "" }, Now: time.Now}
	code = probe().Run(env, args)
	return stdout.String(), stderr.String(), code
}

func TestCommandLinesAreReadAsTheReferenceDoes(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"-sSQ", `s="" S="" args=[] v=0 q=true`},
		{"-VV -V rest", ` args=["rest"] v=3 q=false`},
		{"-xfile -S", `x="file" S="" args=[] v=0 q=false`},
		{"-Sx file", `S="" x="file" args=[] v=0 q=false`},
		{"--file=a --file b", `x="a" x="b" args=[] v=0 q=false`},
		{"-m -s", `m="2" s="" args=[] v=0 q=false`},
		{"-m 3", `m="3" args=[] v=0 q=false`},
		{"-Sm3", `S="" m="3" args=[] v=0 q=false`},
		{"-Sm", `S="" m="2" args=[] v=0 q=false`},
		{"--level=1", `m="1" args=[] v=0 q=false`},
		{"-x -INFINITY", `x="-INFINITY" args=[] v=0 q=false`},
		{"a -S b -- -x", `S="" args=["a" "b" "-x"] v=0 q=false`},
	} {
		out, errs, code := runProbe(strings.Fields(c.line)...)
		if got := strings.TrimRight(out, "\n"); got != c.want || code != crm.ExitOK {
			t.Errorf("%s: %s %s (%d), want %s", c.line, got, errs, code, c.want)
		}
	}
}

func TestWrongCommandLinesAreUsageErrors(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"--bogus", "probe: Unknown option --bogus\n"},
		{"-B", "probe: Unknown option -B\n"},
		{"-x", "probe: Missing argument for -x\n"},
		{"--output-as=yaml", "probe: Invalid output format 'yaml': one of text, xml is wanted\n"},
	} {
		_, errs, code := runProbe(strings.Fields(c.line)...)
		if errs != c.want || code != crm.ExitUsage {
			t.Errorf("%s: %q (%d), want %q", c.line, errs, code, c.want)
		}
	}
}

// -h asks for help where nothing else is called so, and -? everywhere.
func TestLettersOfHelp(t *testing.T) {
	full, _, _ := runProbe("--help")
	for _, letter := range []string{"-h", "-?"} {
		if out, errs, code := runProbe(letter); out != full || errs != "" || code != crm.ExitOK {
			t.Errorf("%s: %q %q (%d)", letter, out, errs, code)
		}
	}
}

func TestErrorsInXMLStandInTheStatus(t *testing.T) {
	out, _, code := runProbe("--output-as=xml", "fail", "it's")
	want := `<pacemaker-result api-version="` + output.APIVersion + `" request="probe --output-as=xml fail 'it'\''s'">
  <status code="105" message="No such object">
    <errors>
      <error>probe: nothing there</error>
    </errors>
  </status>
</pacemaker-result>
`
	if out != want || code != crm.ExitNoSuch {
		t.Errorf("got %s (%d), want %s", out, code, want)
	}
}

func TestHelpAllListsEveryOptionThatIsNotHidden(t *testing.T) {
	out, _, _ := runProbe("--help-all")
	for _, want := range []string{"--file=FILE", "--level[=N]", "--output-as=FORMAT", "--help-work", "-Q, --quiet",
		"-$, --version", "Read FILE\n                      and no other"} {
		if !strings.Contains(out, want) {
			t.Errorf("--help-all lacks %q:\n%s", want, out)
		}
	}
	if strings.Contains(out, "--old") {
		t.Errorf("--help-all shows a hidden option:\n%s", out)
	}
	if out, _, _ := runProbe("--help"); strings.Contains(out, "--file") || !strings.Contains(out, "--help-work") {
		t.Errorf("--help shows options of a group:\n%s", out)
	}
}

func TestVersionBeginsAsAgentsParseIt(t *testing.T) {
	out, _, code := runProbe("-$")
	if !strings.HasPrefix(out, "Pacemaker "+output.Version+"\n") || code != crm.ExitOK {
		t.Errorf("got %q (%d)", out, code)
	}
}

// What a buffered tool says comes in the order in which it was said.
func TestBufferedOutputStaysInOrder(t *testing.T) {
	var both bytes.Buffer
	env := &Env{Stdout: &both, Stderr: &both, Getenv: func(string) string { return "" }, Now: time.Now}
	said := &Tool{Name: "teller", Buffered: true, Do: func(c *Call) error {
		c.Out.Lines().Line("first")
		c.Out.Err("second")
		c.Out.Lines().Line("third")
		return Fail(crm.ExitNoSuch, "fourth")
	}}
	if code := said.Run(env, nil); both.String() != "first\nsecond\nthird\nteller: fourth\n" || code != crm.ExitNoSuch {
		t.Errorf("%q (%d)", both.String(), code)
	}
}
