package nvset

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"holdfast/cib/idref"
	"holdfast/cib/rule"
	"holdfast/cib/xml"
	"holdfast/crm"
)

// Bootstrap is the id of the set of cluster properties that comes before all
// others, whatever their scores.
const Bootstrap = "cib-bootstrap-options"

// unsetText is a value that takes back what a set of higher precedence defined.
const unsetText = "#default"

// set is a compiled block.
type set struct {
	id    string
	score crm.Score
	rule  *rule.Rule // nil if the block has none
	pairs []Value
}

// Sets are the compiled blocks of one object in the order of their precedence.
// They are not changed after Compile.
type Sets struct {
	sets []set
	// Notices are what is wrong with the blocks, for a configuration check.
	Notices []rule.Notice
}

// Compile reads the blocks with the given element name below parent: those with
// a higher score first, of equal ones the later in the document first, and the
// block with the id first (if not "") before all. References are followed
// through refs. A nil parent has no blocks.
func Compile(parent *xml.Node, element, first string, refs *idref.Index) *Sets {
	s := &Sets{}
	for n := range parent.All(element) {
		block := refs.Resolve(n)
		if block == nil {
			s.notice(n.Attr("id-ref"), fmt.Sprintf(
				"Ignoring invalid %s configuration: id-ref '%s' does not reference a valid object", element, n.Attr("id-ref")))
			continue
		}
		s.sets = append(s.sets, s.compile(block, refs))
	}
	reverse(s.sets)
	sort.SliceStable(s.sets, func(i, j int) bool { return precedes(&s.sets[i], &s.sets[j], first) })
	return s
}

func reverse(sets []set) {
	for i, j := 0, len(sets)-1; i < j; i, j = i+1, j-1 {
		sets[i], sets[j] = sets[j], sets[i]
	}
}

func precedes(a, b *set, first string) bool {
	if first != "" && (a.id == first || b.id == first) {
		return a.id == first && b.id != first
	}
	return a.score > b.score
}

func (s *Sets) notice(id, text string) {
	s.Notices = append(s.Notices, rule.Notice{ID: id, Text: text})
}

func (s *Sets) warn(id, text string) {
	s.Notices = append(s.Notices, rule.Notice{ID: id, Text: text, Warning: true})
}

// compile reads one block.
func (s *Sets) compile(n *xml.Node, refs *idref.Index) set {
	b := set{id: n.ID(), score: s.score(n)}
	if r := n.Child("rule"); r != nil {
		var notices []rule.Notice
		b.rule, notices = rule.Compile(r, refs)
		s.Notices = append(s.Notices, notices...)
	}
	if len(n.Children) > 0 && n.Children[0].Kind == xml.Element && n.Children[0].Name == "attributes" {
		n = n.Children[0] // as versions before 1.0 wrote it
	}
	for p := range n.All("nvpair") {
		if pair := refs.Resolve(p); pair != nil {
			b.pairs = s.pair(b.pairs, b.id, named(pair, p))
			continue
		}
		s.notice(p.Attr("id-ref"), fmt.Sprintf(
			"Ignoring invalid nvpair configuration: id-ref '%s' does not reference a valid object", p.Attr("id-ref")))
	}
	return b
}

// named returns the pair that a reference stands for; a reference with a name
// of its own takes only the value (case nvpair-id-ref).
func named(pair, reference *xml.Node) *xml.Node {
	name, own := reference.Lookup("name")
	if pair == reference || !own {
		return pair
	}
	pair = pair.Copy()
	pair.SetAttr("name", name)
	return pair
}

func (s *Sets) score(n *xml.Node) crm.Score {
	text, given := n.Lookup("score")
	if !given {
		return 0
	}
	score, ok := crm.ParseScore(text)
	if !ok {
		s.warn(n.ID(), fmt.Sprintf("Using 0 as %s score because '%s' is not a valid score: Bad input value provided", n.ID(), text))
	}
	return score
}

func (s *Sets) pair(pairs []Value, set string, n *xml.Node) []Value {
	name, ok := n.Lookup("name")
	value, given := n.Lookup("value")
	if !ok || !given {
		return pairs
	}
	if strings.EqualFold(value, unsetText) {
		value = unsetText
		s.warn(n.ID(), fmt.Sprintf("Support for setting meta-attributes (such as %s) to the explicit value '#default' "+
			"is deprecated and will be removed in a future release", name))
	}
	return append(pairs, Value{Name: name, Text: value, Set: set, Pair: n.ID()})
}

// Timed reports whether a rule among the sets asks for dates.
func (s *Sets) Timed() bool {
	for i := range s.sets {
		if s.sets[i].rule != nil && s.sets[i].rule.Timed() {
			return true
		}
	}
	return false
}

// Ruled reports whether any set has a rule, so that the context matters.
func (s *Sets) Ruled() bool {
	for i := range s.sets {
		if s.sets[i].rule != nil {
			return true
		}
	}
	return false
}

// Empty reports whether there are no sets at all.
func (s *Sets) Empty() bool { return s == nil || len(s.sets) == 0 }

// A Table is where values go: Default sets a name that is not set yet, Delete
// forgets one; both report whether they changed anything.
type Table interface {
	Default(name, value string) bool
	Delete(name string) bool
}

// Resolve adds to values the pairs of all sets whose rule holds. What values
// hold already, or an earlier set defines, stays. It returns the earliest moment
// at which time alone may change the result, zero if none is known. A nil
// context is an empty one.
func (s *Sets) Resolve(values *Values, ctx *rule.Context) (change time.Time) {
	return s.each(ctx, func(p *Value) {
		switch {
		case p.Text == unsetText:
			values.Delete(p.Name)
		case values.index(p.Name) < 0:
			values.list = append(values.list, *p)
		}
	})
}

// ResolveInto is Resolve for tables of another kind, which do not remember where
// a value came from.
func (s *Sets) ResolveInto(t Table, ctx *rule.Context) (change time.Time) {
	return s.each(ctx, func(p *Value) {
		if p.Text == unsetText {
			t.Delete(p.Name)
			return
		}
		t.Default(p.Name, p.Text)
	})
}

// each visits the pairs of all sets whose rule holds, in order of precedence.
func (s *Sets) each(ctx *rule.Context, visit func(*Value)) (change time.Time) {
	if s == nil {
		return change
	}
	for i := range s.sets {
		b := &s.sets[i]
		if b.rule != nil {
			if ctx == nil {
				ctx = &rule.Context{}
			}
			passes, at := b.rule.Eval(ctx)
			change = rule.Earlier(change, at)
			if !passes {
				continue
			}
		}
		for j := range b.pairs {
			visit(&b.pairs[j])
		}
	}
	return change
}

// Resolve compiles and resolves in one go, for blocks that are needed once.
func Resolve(parent *xml.Node, element, first string, refs *idref.Index, ctx *rule.Context) (*Values, time.Time) {
	values := &Values{}
	change := Compile(parent, element, first, refs).Resolve(values, ctx)
	return values, change
}
