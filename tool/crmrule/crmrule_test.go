package crmrule

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"holdfast/tool"
)

const document = `<cib><configuration><constraints>
	<rsc_location id="l1"><rule id="past"><date_expression id="d1" operation="lt" end="2019-01-01"/></rule></rsc_location>
	<rsc_location id="l2"><rule id="future"><date_expression id="d2" operation="gt" start="2035-01-01"/></rule></rsc_location>
	<rsc_location id="l3"><rule id="now"><date_expression id="d3" start="2019-01-01" end="2035-01-01"/></rule></rsc_location>
	<rsc_location id="l4"><rule id="year"><date_expression id="d4" operation="date_spec"><date_spec id="s" years="2026"/></date_expression></rule></rsc_location>
	<rsc_location id="l5"><rule id="broken"><date_expression id="d5" operation="gt"/></rule></rsc_location>
	</constraints></configuration></cib>`

// Clients read the exit code; of several rules the last that is not in effect
// decides.
func TestExitCodesTellTheVerdict(t *testing.T) {
	for _, c := range []struct {
		args string
		code int
		text string
	}{
		{"-r past", 110, "Rule past is expired"},
		{"-r future", 111, "Rule future has not yet taken effect"},
		{"-r now", 0, "Rule now is still in effect"},
		{"-r year", 0, "Rule year satisfies conditions"},
		{"-r year -d 20270101", 110, "Rule year is expired"},
		{"-r broken", 78, "Could not determine whether rule broken is in effect: Error parsing rule"},
		{"-r none", 105, "Could not determine whether rule none is in effect: Rule not found"},
		{"-r now -r past -r future", 111, "Rule now is still in effect\nRule past is expired\nRule future has not yet taken effect"},
		{"-r now -d never", 65, "crm_rule: Invalid date specified: 'never'"},
	} {
		var out bytes.Buffer
		env := &tool.Env{Stdin: strings.NewReader(document), Stdout: &out, Stderr: &out, Getenv: func(string) string { return "" },
			Now: func() time.Time { return time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC) }}
		code := Tool().Run(env, append([]string{"--check", "--xml-text", "-"}, strings.Fields(c.args)...))
		if int(code) != c.code || strings.TrimSpace(out.String()) != c.text {
			t.Errorf("%s: %d %q, want %d %q", c.args, code, out.String(), c.code, c.text)
		}
	}
}
