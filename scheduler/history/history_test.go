package history_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/config"
	"holdfast/scheduler/history"
	"holdfast/scheduler/internal/sketch"
	"holdfast/scheduler/model"
)

// TestTranscripts shows, for each case in testdata, what the history says about
// nodes and resources.
func TestTranscripts(t *testing.T) {
	time.Local = time.UTC // notices tell when something failed
	sketch.Transcripts(t, tell)
}

// tell describes the nodes, the resources without parts, what failed, and what
// the reader had to say.
func tell(cib *xml.Node) string {
	c := model.New(cib, sketch.Now)
	config.Read(c, cib)
	history.Read(c)
	var b strings.Builder
	for _, n := range c.Nodes {
		fmt.Fprintf(&b, "%s:%s\n", n.Name, nodeWords(n))
	}
	for _, r := range c.All {
		if len(r.Children) == 0 {
			fmt.Fprintf(&b, "%s:%s%s\n", r.ID, resourceWords(r), failCounts(c, r))
		}
	}
	for _, f := range c.FailedOps {
		fmt.Fprintf(&b, "failed: %s on %s\n", history.Key(f.Op), f.Node.Name)
	}
	if !c.RecheckAt.IsZero() {
		fmt.Fprintf(&b, "again in %s\n", c.RecheckAt.Sub(sketch.Now))
	}
	if !c.LookAgain.IsZero() {
		fmt.Fprintf(&b, "again in %s, which the graph does not tell\n", c.LookAgain.Sub(sketch.Now))
	}
	for _, n := range c.Notices {
		if !strings.HasPrefix(n.Text, "Blind faith") { // as every sketch without fencing would say
			fmt.Fprintf(&b, "! %s\n", n.Text)
		}
	}
	return b.String()
}

// words joins those that apply.
func words(list ...any) string {
	text := ""
	for i := 0; i < len(list); i += 2 {
		if list[i].(bool) {
			text += " " + list[i+1].(string)
		}
	}
	return text
}

func nodeWords(n *model.Node) string {
	text := words(n.Online, "online", !n.Online, "offline", n.Unclean, "unclean", n.Pending, "pending", n.Standby, "standby",
		n.Maintenance, "maintenance", n.Shutdown, "leaving")
	if n.FenceReason != "" {
		text += " (" + n.FenceReason + ")"
	}
	return text
}

func resourceWords(r *model.Resource) string {
	text := " " + r.Role.String()
	for _, n := range r.Active {
		text += " " + n.Name
	}
	if r.NextRole != crm.RoleUnknown {
		text += " to be " + r.NextRole.String()
	}
	text += words(r.Is(model.Failed), "failed", r.Is(model.Blocked), "blocked", !r.Is(model.Managed), "unmanaged",
		r.Is(model.Removed), "removed", r.Is(model.IgnoreFailure), "failure ignored", r.Pending != "", "doing "+r.Pending)
	if r.PartialSource != nil && r.PartialTarget != nil {
		text += " migrating " + r.PartialSource.Name + "-" + r.PartialTarget.Name
	}
	for _, n := range r.Dangling {
		text += " to be cleared on " + n.Name
	}
	return text
}

func failCounts(c *model.Cluster, r *model.Resource) string {
	text := ""
	for _, n := range c.Nodes {
		if count := history.FailCount(c, n, r, history.Effective); count > 0 {
			text += fmt.Sprintf(" %d failures on %s", count, n.Name)
		}
	}
	return text
}

func TestBaseName(t *testing.T) {
	for id, want := range map[string]string{
		"db": "db", "db:0": "db", "db:12": "db", "db:": "db", "db:x": "db:x", ":1": ":1", "a:b:3": "a:b", "": "",
	} {
		if got := history.BaseName(id); got != want {
			t.Errorf("%q is called %q, want %q", id, got, want)
		}
	}
}

func TestOrderOfOperations(t *testing.T) {
	op := func(id, call, key, at string) *xml.Node {
		return xml.New("lrm_rsc_op", "id", id, "call-id", call, "transition-magic", "0:0;"+key, "transition-key", key, "last-rc-change", at, "op-status", "0")
	}
	const one, two = "1:1:0:aaaaaaaa-0000-0000-0000-000000000000", "2:1:0:aaaaaaaa-0000-0000-0000-000000000000"
	const other = "1:7:0:bbbbbbbb-0000-0000-0000-000000000000"
	for _, c := range []struct {
		name string
		a, b *xml.Node
		want int
	}{
		{"by call", op("a", "3", one, "100"), op("b", "4", two, "50"), -1},
		{"by call, the other way", op("a", "9", one, "100"), op("b", "4", two, "150"), 1},
		{"same call: by time", op("a", "4", one, "100"), op("b", "4", two, "150"), -1},
		{"the same thing", op("a", "4", one, "100"), op("a", "4", one, "100"), 0},
		{"pending, other controllers: by time", op("a", "-1", one, "200"), op("b", "4", other, "150"), 1},
	} {
		got := history.CompareOperations(c.a, c.b)
		if got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
		if back := history.CompareOperations(c.b, c.a); back != -got {
			t.Errorf("%s: %d, but %d the other way", c.name, got, back)
		}
	}
}

// Sorting must end and keep every entry, whatever the entries say.
func TestSortKeepsAll(t *testing.T) {
	var ops []*xml.Node
	for i := range 200 {
		ops = append(ops, xml.New("lrm_rsc_op", "id", fmt.Sprint(i), "call-id", fmt.Sprint(i*37%11-1), "last-rc-change", fmt.Sprint(i*53%17)))
	}
	seen := map[string]bool{}
	for _, op := range history.SortOperations(ops) {
		seen[op.ID()] = true
	}
	if len(seen) != 200 {
		t.Errorf("%d of 200 entries are left", len(seen))
	}
}

func TestChanged(t *testing.T) {
	at, known := history.Changed(xml.New("lrm_rsc_op", "last-rc-change", "1700000000"))
	if !known || !at.Equal(time.Unix(1700000000, 0)) {
		t.Errorf("%v %v", at, known)
	}
	if _, known := history.Changed(xml.New("lrm_rsc_op", "last-rc-change", "soon")); known {
		t.Error("a time that is none was understood")
	}
}
