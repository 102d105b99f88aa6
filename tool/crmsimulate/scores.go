package crmsimulate

import (
	"fmt"

	"holdfast/cib/xml"
	"holdfast/output"
	"holdfast/scheduler/model"
)

// results are the scores and utilizations that a run recorded, and its remarks
// for people.
type results struct {
	remarks []string
	scores  []model.ScoreLine
	quiet   bool
}

// Text writes a line for each.
func (r results) Text(l *output.Lines) {
	if !r.quiet {
		for _, text := range r.remarks {
			l.Line(text)
		}
	}
	for i := range r.scores {
		l.Item("%s", scoreText(&r.scores[i]))
	}
}

func scoreText(s *model.ScoreLine) string {
	switch s.Kind {
	case model.PromotionScore:
		if s.Node == "" {
			return fmt.Sprintf("%s promotion score (inactive): %s", s.Resource, scoreValue(s))
		}
		return fmt.Sprintf("%s promotion score on %s: %s", s.Resource, s.Node, scoreValue(s))
	case model.NodeCapacity:
		return fmt.Sprintf("%s: %s capacity:%s", s.Label, s.Node, amounts(s.Amounts))
	case model.ResourceNeeds:
		return fmt.Sprintf("%s: %s utilization on %s:%s", s.Label, s.Resource, s.Node, amounts(s.Amounts))
	}
	return fmt.Sprintf("%s: %s allocation score on %s: %s", s.Label, s.Resource, s.Node, scoreValue(s))
}

func scoreValue(s *model.ScoreLine) string { return fmt.Sprint(s.Score) }

func amounts(vars model.Vars) string {
	text := ""
	for _, v := range vars {
		text += " " + v.Name + "=" + v.Value
	}
	return text
}

// XML writes an element for each score.
func (r results) XML(t *output.Tree) {
	for i := range r.scores {
		t.Add(scoreNode(&r.scores[i]))
	}
}

func scoreNode(s *model.ScoreLine) *xml.Node {
	switch s.Kind {
	case model.PromotionScore:
		n := xml.New("promotion_score", "id", s.Resource, "score", scoreValue(s))
		if s.Node != "" {
			n.SetAttr("node", s.Node)
		}
		return n
	case model.NodeCapacity:
		return withAmounts(xml.New("capacity", "node", s.Node, "comment", s.Label), s.Amounts)
	case model.ResourceNeeds:
		return withAmounts(xml.New("utilization", "resource", s.Resource, "node", s.Node, "function", s.Label), s.Amounts)
	}
	return xml.New("node_weight", "function", s.Label, "node", s.Node, "score", scoreValue(s), "id", s.Resource)
}

// withAmounts adds an element for each, with the name of what is used up.
func withAmounts(n *xml.Node, vars model.Vars) *xml.Node {
	for _, v := range vars {
		n.Add(xml.New(v.Name).Add(&xml.Node{Kind: xml.Text, Text: v.Value}))
	}
	return n
}
