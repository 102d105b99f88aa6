package agent

import (
	"strings"
	"testing"
	"time"

	"holdfast/cib/metadata"
)

// Whatever an init script has in its header, its metadata can be read again.
func FuzzScriptMetadata(f *testing.F) {
	f.Add("### BEGIN INIT INFO\n# Provides: a\n# Description: b\n#  c <&>\n### END INIT INFO\n")
	f.Add("### BEGIN INIT INFO\n# Description: \x01\xff\n")
	f.Fuzz(func(t *testing.T, text string) {
		out := lsbMetadata("name", parseScriptHeader(text))
		if a, err := metadata.Parse(out); err != nil || a.Name != "name" {
			t.Fatalf("%v in\n%s", err, out)
		}
	})
}

// No timestamp-format does harm, and what is not a conversion is kept.
func FuzzTimestamp(f *testing.F) {
	f.Add("%H:%M:%S.%06N")
	f.Add("%")
	f.Add("%99999999999999999999N%9")
	at := time.Unix(1700000000, 123456789)
	f.Fuzz(func(t *testing.T, format string) {
		got := FormatTimestamp(format, at)
		if !strings.Contains(format, "%") && got != format {
			t.Fatalf("%q became %q", format, got)
		}
	})
}
