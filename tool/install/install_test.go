package install

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"holdfast/crm"
	"holdfast/tool"
)

// TestOthersToolsAreLeftAlone installs beside a tool of another program: nothing is
// written, unless that is asked for. What Holdfast installed itself is no obstacle.
func TestOthersToolsAreLeftAlone(t *testing.T) {
	root := t.TempDir()
	theirs := filepath.Join(root, "usr/sbin/crm_mon")
	if err := writeFile(theirs, []byte("theirs"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		code crm.ExitCode
		says string
	}{
		{[]string{"--destdir=" + root}, crm.ExitExists, theirs},
		{[]string{root}, crm.ExitUsage, "--destdir=" + root},
		{[]string{"--destdir=" + root, "--replace"}, crm.ExitOK, ""},
		{[]string{"--destdir=" + root}, crm.ExitOK, ""},
	} {
		var out, errs bytes.Buffer
		env := &tool.Env{Stdout: &out, Stderr: &errs, Getenv: func(string) string { return "" }, Now: time.Now}
		code := Tool([]string{"crm_mon", "crm_node"}, nil).Run(env, c.args)
		if code != c.code || !strings.Contains(errs.String(), c.says) {
			t.Fatalf("%v: exit %d, %s", c.args, code, errs.String())
		}
		_, err := os.Lstat(filepath.Join(root, "usr/sbin/crm_node"))
		if installed := err == nil; installed != (code == crm.ExitOK) {
			t.Errorf("%v: exit %d, and installed: %v", c.args, code, installed)
		}
	}
}
