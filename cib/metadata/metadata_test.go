package metadata

import (
	"strings"
	"testing"
)

const modern = `<?xml version="1.0"?>
<!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">
<resource-agent name="x" version="4.2">
<version>1.1</version>
<longdesc lang="en">long
text</longdesc><shortdesc lang="en"> short </shortdesc>
<parameters>
<parameter name="state" unique-group="g" required="1"><content type="string" default=""/></parameter>
<parameter name="user" reloadable="1"><content type="string"/></parameter>
<parameter name="token" private="1"/>
<parameter name="old"><deprecated><replaced-with name="user"/></deprecated></parameter>
</parameters>
<actions>
<action name="start" timeout="20s"/>
<action name="monitor" role="Promoted" depth="0" timeout="10s" interval="11s"/>
<action name="reload"/><action name="reload-agent"/>
</actions>
</resource-agent>`

// An agent of today: what is reloadable and private it says itself.
func TestModernAgent(t *testing.T) {
	a, err := Parse(modern)
	if err != nil {
		t.Fatal(err)
	}
	if a.Name != "x" || a.Version != "1.1" || a.Short != "short" || a.Long != "long\ntext" || a.ReloadAction() != "reload-agent" {
		t.Errorf("agent: %+v", a)
	}
	state, _ := a.Parameter("state")
	user, _ := a.Parameter("user")
	token, _ := a.Parameter("token")
	old, _ := a.Parameter("old")
	if !state.Required || !state.HasDefault || state.UniqueGroup != "g" || state.Reloadable ||
		!user.Reloadable || user.HasDefault || user.Private || !token.Private || !old.Deprecated {
		t.Errorf("parameters: %+v", a.Parameters)
	}
	if m, ok := a.Action("monitor"); !ok || m.Role != "Promoted" || m.Interval != "11s" || m.Depth != "0" {
		t.Errorf("monitor: %+v", m)
	}
}

// An agent of the old API: what is not unique may be reloaded, and passwords are
// recognised by their names.
func TestOldAgent(t *testing.T) {
	a, err := Parse(strings.NewReplacer("<version>1.1</version>", "", ` private="1"`, "", ` unique-group="g"`, ` unique="1"`).Replace(modern))
	if err != nil {
		t.Fatal(err)
	}
	state, _ := a.Parameter("state")
	user, _ := a.Parameter("user")
	token, _ := a.Parameter("token")
	if state.Reloadable || !user.Reloadable || !user.Private || token.Private || a.ReloadAction() != "reload" {
		t.Errorf("got %+v", a.Parameters)
	}
}

func TestVersions(t *testing.T) {
	for version, want := range map[string]bool{"": false, "1.0": false, "1.0.1": false, "1.1": true, "1.10": true, "2.0": true, "x": false} {
		if got := (&Agent{Version: version}).AtLeast(1, 1); got != want {
			t.Errorf("%q: %v", version, got)
		}
	}
}

// A fence agent in its dialect, and what an administrator is shown of it.
func TestFenceAgent(t *testing.T) {
	const text = `<resource-agent name="fence_x" shortdesc="cuts"><parameters>
<parameter name="action" required="1"/><parameter name="port" required="1"/><parameter name="plug" required="1"/><parameter name="ip" required="1"/>
</parameters><actions><action name="on" automatic="1" on_target="1"/><action name="off"/></actions></resource-agent>`
	a, err := Parse(text)
	if err != nil || a.Short != "cuts" || a.TargetParameter() != "plug" || !a.Unfences() || len(a.OnTarget()) != 1 {
		t.Fatalf("%+v, %v", a, err)
	}
	root, _ := Tree(text)
	shown := ForConfiguration(root).String()
	if strings.Count(shown, `required="0"`) != 3 || strings.Count(shown, `required="1"`) != 1 ||
		!strings.HasSuffix(shown, `<action name="off"/><action name="stop" timeout="20s"/><action name="start" timeout="20s"/></actions></resource-agent>`) {
		t.Errorf("shown: %s", shown)
	}
	if !strings.Contains(root.String(), `<parameter name="port" required="1"/>`) {
		t.Error("the original was changed")
	}
}

// Agents print anything; reading it never does harm.
func FuzzParse(f *testing.F) {
	f.Add(modern)
	f.Add("<!DOCTYPE <resource-agent/>")
	f.Fuzz(func(t *testing.T, text string) {
		a, err := Parse(text)
		if (a == nil) == (err == nil) {
			t.Fatal("neither an agent nor an error")
		}
	})
}
