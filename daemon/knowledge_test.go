package daemon

import (
	"testing"

	"holdfast/cib/digest"
	"holdfast/cib/metadata"
	"holdfast/cib/xml"
	"holdfast/cluster/wire"
)

// An agent that can reload, with one parameter that can, one that cannot, and a
// secret.
const reloadable = `<resource-agent name="web" version="1">
  <version>1.1</version>
  <parameters>
    <parameter name="port"><content type="string"/></parameter>
    <parameter name="banner" reloadable="1"><content type="string"/></parameter>
    <parameter name="key" private="1"><content type="string"/></parameter>
  </parameters>
  <actions><action name="start" timeout="20s"/><action name="reload-agent" timeout="20s"/></actions>
</resource-agent>`

func TestWhatAChangeOfParametersMeans(t *testing.T) {
	about, err := metadata.Parse(reloadable)
	if err != nil {
		t.Fatal(err)
	}
	op := wire.Operation{Params: []wire.Param{{Name: "port", Value: "80"}, {Name: "banner", Value: "hello"}, {Name: "key", Value: "k"}, {Name: "unknown", Value: "x"}}}
	fixed := func(p metadata.Parameter) bool { return !p.Reloadable }
	public := func(p metadata.Parameter) bool { return !p.Private }

	if got, want := words(about, fixed), " port key "; got != want {
		t.Errorf("parameters that force a restart: %q, want %q", got, want)
	}
	if got, want := digestOf(about, op, fixed), digest.Params(xml.New("parameters", "key", "k", "port", "80")); got != want {
		t.Errorf("digest of what forces a restart is %s, want %s: of those parameters that the agent knows", got, want)
	}
	before := digestOf(about, op, public)
	op.Params[2].Value = "another"
	if after := digestOf(about, op, public); after != before {
		t.Errorf("the digest of what is not secret changed from %s to %s with a secret", before, after)
	}
	op.Params[1].Value = "good morning"
	if after := digestOf(about, op, public); after == before {
		t.Errorf("the digest of what is not secret stayed %s while a parameter changed", after)
	}
}

func TestAgentsOfAConfiguration(t *testing.T) {
	root, err := xml.ParseString(`<resources>
	  <template id="t" class="ocf" provider="heartbeat" type="pgsql"/>
	  <clone id="c"><group id="g"><primitive id="p" class="ocf" provider="pacemaker" type="Dummy"/></group></clone>
	  <primitive id="f" class="stonith" type="fence_ipmilan"/>
	  <primitive id="s" class="systemd" type="cron"/>
	</resources>`)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, kind := range agentsIn(root, nil) {
		got = append(got, kind.class+":"+kind.provider+":"+kind.name)
	}
	want := []string{"ocf:heartbeat:pgsql", "ocf:pacemaker:Dummy", "stonith::fence_ipmilan"}
	if len(got) != len(want) {
		t.Fatalf("agents: %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("agent %d is %s, want %s", i, got[i], want[i])
		}
	}
}
