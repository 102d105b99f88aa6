package crmerror

import (
	"bytes"
	"strings"
	"testing"

	"holdfast/tool"
)

func TestCodesAreExplainedByFamily(t *testing.T) {
	for args, want := range map[string]string{
		"201":            "Error",
		"-n -- 206 -206": "pcmk_err_diff_failed - Application of update diff failed\npcmk_err_diff_failed - Application of update diff failed",
		"-n 6":           "ENXIO - No such device or address",
		"-r -n -- -1005": "pcmk_rc_node_unknown - Node not found",
		"-X -V 105":      "  105: No such object",
		"-X 137":         "Interrupted by signal",
	} {
		var out bytes.Buffer
		env := &tool.Env{Stdout: &out, Stderr: &out, Getenv: func(string) string { return "" }}
		code := Tool().Run(env, strings.Fields(args))
		if got := strings.TrimRight(out.String(), "\n"); got != want || code != 0 {
			t.Errorf("%s: %d %q, want %q", args, code, got, want)
		}
	}
}
