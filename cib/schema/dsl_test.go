package schema

import "testing"

// Definitions are parsed when they are asked for. Here all are, so that a mistake in
// one that documents seldom need is found.
func TestEveryDefinitionIsWellFormed(t *testing.T) {
	for _, d := range []*definitions{parseDSL(grammarText), parseDSL(resultsText)} {
		if len(d.patterns) < 40 {
			t.Fatalf("there are only %d definitions", len(d.patterns))
		}
		for name := range d.patterns {
			if d.pattern(name) == nil {
				t.Errorf("%s is not defined", name)
			}
		}
		for name := range d.types {
			if d.datatype(name) == nil {
				t.Errorf("type %s is not defined", name)
			}
		}
	}
}
