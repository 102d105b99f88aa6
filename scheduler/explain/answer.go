package explain

import (
	"fmt"
	"strings"

	"holdfast/crm"
)

// An Answer is what is to be said about one resource or node.
type Answer struct {
	Subject string   `json:"subject"`
	Says    string   `json:"says"`              // what happens to it, a sentence
	Because []Reason `json:"because,omitempty"` // why it happens
	Nodes   []Place  `json:"nodes,omitempty"`   // what each node is worth to a resource
	Cures   []Cure   `json:"cures,omitempty"`   // what would change it
}

// A Reason is one thing that led to what happens.
type Reason struct {
	Text   string     `json:"text"`
	Source string     `json:"source,omitempty"` // id of the configuration behind it
	Score  *crm.Score `json:"score,omitempty"`  // how much it weighs, if that is a number
}

// A Place is what a node is worth to a resource, and why.
type Place struct {
	Node    string    `json:"node"`
	Chosen  bool      `json:"chosen,omitempty"`
	Score   crm.Score `json:"score"`
	Reasons []Reason  `json:"reasons,omitempty"`
}

// A Cure is a change that would lead to another outcome.
type Cure struct {
	What    string `json:"what"`
	Outcome string `json:"outcome"`
}

// Text writes the answer for people.
func (a Answer) Text() string {
	var b strings.Builder
	fmt.Fprintln(&b, a.Says)
	for _, r := range a.Because {
		fmt.Fprintf(&b, "  because %s\n", r.text())
	}
	for _, p := range a.Nodes {
		word := "Why not"
		if p.Chosen {
			word = "Why"
		}
		fmt.Fprintf(&b, "%s %s (score %s):\n", word, p.Node, p.Score)
		for _, r := range p.Reasons {
			fmt.Fprintf(&b, "  %s\n", r.text())
		}
		if len(p.Reasons) == 0 {
			fmt.Fprintln(&b, "  nothing speaks for it or against it")
		}
	}
	if len(a.Cures) > 0 {
		fmt.Fprintln(&b, "What would change this:")
		for _, c := range a.Cures {
			fmt.Fprintf(&b, "  %s: %s\n", c.What, c.Outcome)
		}
	}
	return b.String()
}

func (r Reason) text() string {
	text := r.Text
	if r.Score != nil {
		sign := ""
		if *r.Score > 0 {
			sign = "+"
		}
		text = sign + r.Score.String() + " " + text
	}
	if r.Source != "" {
		text += " (" + r.Source + ")"
	}
	return text
}
