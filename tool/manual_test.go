package tool

import (
	"os/exec"
	"strings"
	"testing"

	"holdfast/output"
)

func sample() *Tool {
	return &Tool{
		Name: "crm_sample", Summary: "crm_sample - show what tables become", Details: ".starts with a dot\n'and a quote",
		Formats: []output.Format{output.Text, output.XML},
		Groups: []Group{{Options: []Option{
			{Long: "resource", Short: "r", Arg: "RSC", Help: "Resource ID"},
			{Long: "xml-file", Short: "x", Arg: "FILE", Help: "It's read from this file\nor from another"},
			{Long: "level", Arg: "N", Optional: true, Help: "How much [of it]: all"},
			{Long: "secret", Hidden: true, Help: "not shown"},
		}}},
	}
}

// TestManPage: every option that is not hidden is there, and nothing that the text
// holds is taken for a request of the formatter.
func TestManPage(t *testing.T) {
	page := sample().ManPage()
	for _, want := range []string{
		".TH \"CRM_SAMPLE\" \"8\"", `crm_sample \- show what tables become`,
		".TP\n\\fB\\-r\\fR, \\fB\\-\\-resource\\fR=\\fIRSC\\fR\nResource ID\n", `\fB\-\-level\fR[=\fIN\fR]`,
		`\&.starts with a dot`, `\&'and a quote`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, "secret") {
		t.Error("the page shows a hidden option")
	}
}

// TestCompletion: the scripts name the options and the right sources of values, and
// the shells that are here can read them.
func TestCompletion(t *testing.T) {
	for shell, wants := range map[string][]string{
		"bash": {"compgen -W 'crm_sample'", "--resource", "--xml-file|-x) COMPREPLY=($(compgen -f", "crm_resource --list-raw"},
		"fish": {"complete -c crm_sample -l resource -s 'r' -x", `-d 'It\'s read from this file'`, "-l level -d"},
		"zsh":  {"#compdef holdfast crm_sample", "'--resource=[Resource ID]:rsc:($(crm_resource", "(of it) -"},
	} {
		text, err := Completion(shell, "holdfast", []*Tool{sample()})
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", shell, want, text)
			}
		}
		if strings.Contains(text, "secret") {
			t.Errorf("%s: a hidden option is completed", shell)
		}
		if path, err := exec.LookPath(shell); err == nil {
			check := exec.Command(path, "-n")
			check.Stdin = strings.NewReader(text)
			if out, err := check.CombinedOutput(); err != nil {
				t.Errorf("%s does not read its script: %v: %s", shell, err, out)
			}
		}
	}
	if _, err := Completion("csh", "holdfast", nil); err == nil {
		t.Error("there is no completion for csh")
	}
}
