package constraint_test

import (
	"fmt"
	"strings"
	"testing"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/config"
	"holdfast/scheduler/constraint"
	"holdfast/scheduler/history"
	"holdfast/scheduler/internal/sketch"
	"holdfast/scheduler/model"
)

// TestTranscripts shows, for each case in testdata, the relations that the
// constraints of a sketch become.
func TestTranscripts(t *testing.T) {
	sketch.Transcripts(t, relations)
}

// relations tells every location, colocation, ordering and notice.
func relations(cib *xml.Node) string {
	c := model.New(cib, sketch.Now)
	config.Read(c, cib)
	history.Read(c)
	c.Notices = nil
	constraint.Read(c)
	constraint.Implicit(c)
	var b strings.Builder
	for _, l := range c.Locations {
		fmt.Fprintf(&b, "%s: %s%s:", l.ID, l.Resource.ID, role(l.Role))
		for _, n := range l.Nodes {
			fmt.Fprintf(&b, " %s=%s", n.Node.Name, n.Score)
		}
		b.WriteByte('\n')
	}
	for _, col := range c.Colocations {
		fmt.Fprintf(&b, "%s: %s%s with %s%s %s%s\n", col.ID, col.Dependent.ID, role(col.DependentRole),
			col.Primary.ID, role(col.PrimaryRole), col.Score, attribute(col))
	}
	for o := range c.Orderings.All() {
		fmt.Fprintf(&b, "%s then %s: %s\n", o.FirstKey, o.ThenKey, orderWords(o.Type))
	}
	for _, n := range c.Notices {
		fmt.Fprintf(&b, "! %s\n", n.Text)
	}
	return b.String()
}

func role(r crm.Role) string {
	if r == crm.RoleUnknown {
		return ""
	}
	return "/" + r.String()
}

func attribute(col *model.Colocation) string {
	text := ""
	if col.NodeAttribute != constraint.NodeName {
		text = " by " + col.NodeAttribute
	}
	if !col.Influence {
		text += " without influence"
	}
	return text
}

func orderWords(t model.OrderType) string {
	var words []string
	for _, w := range []struct {
		flag model.OrderType
		word string
	}{
		{model.Ordered, "ordered"}, {model.FirstImpliesThen, "first implies then"},
		{model.ThenImpliesFirst, "then implies first"}, {model.UnrunnableFirstBlocks, "unrunnable first blocks"},
		{model.Serialize, "serialize"}, {model.Asymmetric, "asymmetric"}, {model.MinRunnable, "enough runnable"},
		{model.IfRequiredOnSameNode, "if required on same node"}, {model.FirstImpliesThenGraphed, "graphed"},
	} {
		if t.Has(w.flag) {
			words = append(words, w.word)
		}
	}
	return strings.Join(words, ", ")
}

func TestParseScore(t *testing.T) {
	colours := [3]crm.Score{-crm.Infinity, 0, 7}
	for _, c := range []struct {
		text string
		want crm.Score
		ok   bool
	}{
		{"INFINITY", crm.Infinity, true}, {"+INFINITY", crm.Infinity, true}, {"-INFINITY", -crm.Infinity, true},
		{"10", 10, true}, {" -5x", -5, true}, {"99999999999999999999", crm.Infinity, true}, {"-2000000", -crm.Infinity, true},
		{"red", -crm.Infinity, true}, {"Green", 7, true},
		{"", 0, false}, {"x", 0, false}, {"-", 0, false},
	} {
		got, ok := constraint.ParseScore(c.text, colours)
		if got != c.want || ok != c.ok {
			t.Errorf("ParseScore(%q) = %s, %t; want %s, %t", c.text, got, ok, c.want, c.ok)
		}
	}
}
