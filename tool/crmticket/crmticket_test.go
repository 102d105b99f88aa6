package crmticket

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"holdfast/tool"
)

const start = `<cib admin_epoch="0" epoch="1" num_updates="0" validate-with="pacemaker-4.0">
  <configuration>
    <crm_config/>
    <nodes/>
    <resources>
      <primitive id="db" class="ocf" provider="pacemaker" type="Dummy"/>
    </resources>
    <constraints>
      <rsc_ticket id="c" rsc="db" ticket="T2"/>
      <rsc_ticket id="d" ticket="T3">
        <resource_set id="d-0">
          <resource_ref id="db"/>
        </resource_set>
      </rsc_ticket>
    </constraints>
  </configuration>
  <status/>
</cib>
`

// transcript runs commands ("$ …") one after the other on one file and compares
// what they print, with the exit code if that is not 0.
func transcript(t *testing.T, text string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "cib.xml")
	if err := os.WriteFile(file, []byte(start), 0o600); err != nil {
		t.Fatal(err)
	}
	getenv := func(name string) string { return map[string]string{"CIB_file": file}[name] }
	for _, block := range strings.Split(strings.TrimSpace(text), "$ crm_ticket ")[1:] {
		line, want, _ := strings.Cut(block, "\n")
		var out bytes.Buffer
		env := &tool.Env{Program: "crm_ticket", Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Getenv: getenv,
			Now: func() time.Time { return time.Unix(1000000000, 0) }}
		if code := Tool().Run(env, strings.Fields(line)); code != 0 {
			out.WriteString("=> " + code.String())
		}
		if got := strings.TrimSpace(out.String()); got != strings.TrimSpace(want) {
			t.Errorf("$ crm_ticket %s\n%s\nwant:\n%s", line, got, strings.TrimSpace(want))
		}
	}
}

// booth sets the owner and more with the grant, in one call; all is one change.
func TestAGrantIsOneChangeWithItsAttributes(t *testing.T) {
	transcript(t, `
$ crm_ticket -t T1 -g
This command cannot help you verify whether 'T1' has been already granted elsewhere.
If you really want to grant 'T1' to this site now, and you know what you are doing,
please specify --force.
crm_ticket: Ticket modification not allowed without --force
=> Operation not safe
$ crm_ticket -t T1 -g --force -S owner -v 1 -S term -v 9
$ crm_ticket -t T1 -q
State XML:

<ticket_state id="T1" granted="true" last-granted="1000000000" owner="1" term="9"/>
$ crm_ticket -t T1 -S owner -v 2 -D term
$ crm_ticket -t T1 -G owner
2
$ crm_ticket -t T1 -G term
=> No such object
$ crm_ticket -w
T1
T2
T3
$ crm_ticket -t T1 -r --force -s
$ crm_ticket -t T1 -G granted
false
$ crm_ticket -t T1 -C
Cleaned up T1
$ crm_ticket -t T1 -C
crm_ticket: No such ticket 'T1'
=> No such object
`)
}

func TestTicketUsage(t *testing.T) {
	transcript(t, `
$ crm_ticket -t T1
crm_ticket: Must supply a command
=> Incorrect usage
$ crm_ticket -g --force
crm_ticket: Must supply ticket ID with -t
=> Incorrect usage
$ crm_ticket -t T1 -S owner
crm_ticket: Must supply value with -v for -S owner
=> Incorrect usage
$ crm_ticket -t T1 -l
crm_ticket: No such ticket 'T1'
=> No such object
$ crm_ticket -t T2 -l
T2	revoked
$ crm_ticket -c -t T2
Constraints XML:

<rsc_ticket id="c" rsc="db" ticket="T2"/>
$ crm_ticket -c
Constraints XML:

<rsc_ticket id="c" rsc="db" ticket="T2"/>
<rsc_ticket id="d" ticket="T3">
  <resource_set id="d-0">
    <resource_ref id="db"/>
  </resource_set>
</rsc_ticket>
$ crm_ticket -c -t T3 --output-as=xml
<pacemaker-result api-version="2.42" request="crm_ticket -c -t T3 --output-as=xml">
  <tickets>
    <ticket id="T3">
      <constraints>
        <rsc_ticket id="d" ticket="T3">
          <resource_set id="d-0">
            <resource_ref id="db"/>
          </resource_set>
        </rsc_ticket>
      </constraints>
    </ticket>
  </tickets>
  <resources>
    <resource/>
  </resources>
  <status code="0" message="OK"/>
</pacemaker-result>
`)
}
