package cibsecret

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/tool"
)

const document = `<cib validate-with="none" epoch="1" num_updates="0" admin_epoch="0"><configuration><crm_config/><nodes/>
<resources><primitive id="db" class="ocf" provider="x" type="y"><instance_attributes id="db-instance_attributes">
<nvpair id="db-passwd" name="passwd" value="open"/></instance_attributes></primitive></resources><constraints/></configuration><status/></cib>`

// others are two nodes that only take notes; the second is down.
type others struct{ calls []string }

func (o *others) String() string                          { return "n2" }
func (o *others) find(*xml.Node) (down []string, _ error) { return []string{"n3"}, nil }
func (o *others) run(command ...string) error {
	o.calls = append(o.calls, strings.Join(command, " "))
	return nil
}
func (o *others) copy(from, to string) error {
	o.calls = append(o.calls, "copy "+from+" to "+to)
	return nil
}

// A place is a CIB file, a directory of secrets and other nodes.
type place struct {
	t      *testing.T
	file   string
	dir    string
	others others
}

func newPlace(t *testing.T) *place {
	p := &place{t: t, file: filepath.Join(t.TempDir(), "cib.xml"), dir: filepath.Join(t.TempDir(), "secrets")}
	if err := os.WriteFile(p.file, []byte(document), 0o644); err != nil {
		t.Fatal(err)
	}
	return p
}

// run runs a command line; what follows "<" is the standard input.
func (p *place) run(line string) (crm.ExitCode, string) {
	args, input, _ := strings.Cut(line, " < ")
	var out bytes.Buffer
	env := &tool.Env{
		Program: "cibsecret", Stdin: strings.NewReader(input), Stdout: &out, Stderr: &out, Now: time.Now,
		Getenv: func(name string) string {
			if name == "CIB_file" {
				return p.file
			}
			return ""
		},
	}
	o := &options{store: store{p.dir}, peers: func(*tool.Call) peers { return &p.others }}
	t := Tool()
	t.Groups[0].Options[0].Set, t.Do = tool.Switch(&o.noCIB), o.run
	code := t.Run(env, strings.Fields(args))
	return code, strings.ReplaceAll(strings.TrimSpace(out.String()), p.dir, "DIR")
}

// TestStory goes through the life of a secret: stashed, read, damaged, set again,
// put back, deleted.
func TestStory(t *testing.T) {
	p := newPlace(t)
	for _, step := range []struct {
		line string
		code crm.ExitCode
		out  string // its last line
	}{
		{"check db passwd", crm.ExitConfig, "cibsecret: Resource db parameter passwd not set as secret, nothing to check"},
		{"set db passwd other", crm.ExitConfig, "cibsecret: CIB value <open> different for db rsc parameter passwd; please delete it first"},
		{"stash db passwd", 0, "Syncing DIR/db/passwd to n2 ..."},
		{"stash db passwd", crm.ExitExists, "cibsecret: Resource db parameter passwd already set as secret"},
		{"get db passwd", 0, "open"},
		{"check db passwd", 0, ""},
		{"set db passwd < much better\n", 0, "Syncing DIR/db/passwd to n2 ..."},
		{"get db passwd", 0, "much better"},
		{"unstash db passwd", 0, "Deleting DIR/db/passwd from n2 ..."},
		{"get db passwd", crm.ExitConfig, "cibsecret: Resource db parameter passwd not set as secret, nothing to check"},
		{"unstash db passwd", crm.ExitNoSuch, "cibsecret: Nothing to unstash for resource db parameter passwd"},
		{"delete db passwd", 0, "Deleting DIR/db/passwd from n2 ..."},
		{"stash db passwd", crm.ExitNoSuch, "cibsecret: Nothing to stash for resource db parameter passwd"},
		{"set nobody passwd x", crm.ExitNoSuch, "cibsecret: Resource 'nobody' not found"},
		{"sync", 0, "Syncing DIR to n2 ..."},
		{"-C set db key x", 0, ""},
		{"-C stash db key", crm.ExitUsage, "cibsecret: No access to Pacemaker, stash not supported"},
		{"get ../.. x", crm.ExitUsage, `cibsecret: "../.." and "x" cannot be the names of a directory and a file`},
		{"set db", crm.ExitUsage, "cibsecret: Usage: set <resource-id> <resource-parameter> <value>"},
		{"dance", crm.ExitUsage, "cibsecret: Invalid subcommand given; valid subcommands: check, delete, get, set, stash, sync, unstash"},
	} {
		code, out := p.run(step.line)
		last := out[strings.LastIndexByte(out, '\n')+1:]
		if code != step.code || last != step.out {
			t.Fatalf("%s: %d %q, want %d %q", step.line, code, out, step.code, step.out)
		}
	}
}

// TestSecretsStayOutOfTheCIB looks at what a stashed value leaves behind.
func TestSecretsStayOutOfTheCIB(t *testing.T) {
	p := newPlace(t)
	if code, out := p.run("stash db passwd"); code != 0 {
		t.Fatal(out)
	}
	text, _ := os.ReadFile(p.file)
	if strings.Contains(string(text), `"open"`) || !strings.Contains(string(text), `value="lrm://"`) {
		t.Errorf("the CIB still has the value, or no mark:\n%s", text)
	}
	for _, name := range []string{"db/passwd", "db/passwd.sign"} {
		info, err := os.Stat(filepath.Join(p.dir, name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	want := fmt.Sprintf("[mkdir -p %[1]s/db copy %[1]s/db/passwd to %[1]s/db copy %[1]s/db/passwd.sign to %[1]s/db]", p.dir)
	if got := fmt.Sprint(p.others.calls); got != want {
		t.Errorf("asked of the other nodes: %s, want %s", got, want)
	}
}

// TestDamageIsFound changes a value behind the tool's back.
func TestDamageIsFound(t *testing.T) {
	p := newPlace(t)
	p.run("stash db passwd")
	if err := os.WriteFile(filepath.Join(p.dir, "db/passwd"), []byte("forged\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out := p.run("check db passwd"); code != crm.ExitDigest {
		t.Errorf("a forged value passes: %d %s", code, out)
	}
	os.Remove(filepath.Join(p.dir, "db/passwd.sign"))
	if code, out := p.run("get db passwd"); code != crm.ExitNoSuch {
		t.Errorf("a value without checksum passes: %d %s", code, out)
	}
}
