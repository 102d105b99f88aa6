package controller

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"holdfast/cluster/internal/transcript"
)

// inputs are what can happen to a controller, by the verbs of the transcripts.
var inputs = []struct {
	verb string
	do   func(c *Controller, words []string) []Effect
}{
	{"lead", func(c *Controller, words []string) []Effect { return c.Lead("the members changed", words...) }},
	{"follow", func(c *Controller, _ []string) []Effect { return c.Follow("another coordinates") }},
	{"out-of-sync", func(c *Controller, _ []string) []Effect { return c.OutOfSync() }},
	{"hold", func(c *Controller, words []string) []Effect { return c.Hold(word(words, "a reason")) }},
	{"release", func(c *Controller, words []string) []Effect { return c.Release(word(words, "a reason")) }},
	{"trigger", func(c *Controller, words []string) []Effect { return c.Trigger(word(words, "news")) }},
	{"answer", func(c *Controller, words []string) []Effect {
		serial, _ := strconv.ParseUint(word(words, strconv.FormatUint(c.serial, 10)), 10, 64)
		_, out := c.Fresh(serial)
		return out
	}},
	{"complete", func(c *Controller, _ []string) []Effect { return c.Ended(true, "") }},
	{"failed", func(c *Controller, _ []string) []Effect { return c.Ended(false, "a stop failed") }},
	{"again", func(c *Controller, words []string) []Effect {
		serial, _ := strconv.ParseUint(word(words, strconv.FormatUint(c.serial, 10)), 10, 64)
		return c.Again(serial)
	}},
	{"stop", func(c *Controller, _ []string) []Effect { return c.Stop() }},
}

func word(words []string, otherwise string) string {
	if len(words) > 0 {
		return strings.Join(words, " ")
	}
	return otherwise
}

func say(e Effect) string {
	switch e := e.(type) {
	case Schedule:
		return fmt.Sprintf("schedule #%d (%s)", e.Serial, e.Why)
	case Abort:
		return fmt.Sprintf("abort (%s)", e.Why)
	case Moved:
		return fmt.Sprintf("%v -> %v", e.From, e.To)
	case Retry:
		return fmt.Sprintf("retry #%d after %v", e.Serial, e.After)
	}
	return fmt.Sprintf("%T", e)
}

// script drives one controller.
type script struct {
	transcript.Log
	c *Controller
}

func (s *script) Do(verb string, words []string) error {
	for _, in := range inputs {
		if in.verb == verb {
			var said []string
			for _, e := range in.do(s.c, words) {
				said = append(said, say(e))
			}
			s.Tell("%-22s %s", strings.TrimSpace(verb+" "+strings.Join(words, " ")), strings.Join(append(said, s.waits()...), ", "))
			return nil
		}
	}
	return fmt.Errorf("there is no such verb")
}

func (s *script) waits() []string {
	if len(s.c.holds) == 0 {
		return nil
	}
	return []string{"[waits for " + strings.Join(s.c.holds, " and ") + "]"}
}

// TestWhenTheClusterThinks plays the decisions about deciding.
func TestWhenTheClusterThinks(t *testing.T) {
	transcript.Run(t, "testdata/controller.txt", func() transcript.Script { return &script{c: New()} })
}

// situations are the states, with what a controller may have in mind in them.
var situations = []struct{ name, verbs string }{
	{"starting", ""},
	{"pending", "out-of-sync"},
	{"not DC", "follow"},
	{"waiting for a reason", "lead a reason"},
	{"scheduling", "lead"},
	{"scheduling, news came", "lead;trigger"},
	{"running", "lead;answer"},
	{"running, to be cut short", "lead;answer;trigger"},
	{"running, with a hold", "lead;answer;hold"},
	{"idle", "lead;answer;complete"},
	{"pausing after failures", "lead;answer;failed;answer;failed;answer;failed;answer;failed"},
	{"stopping", "lead;stop"},
}

// TestEveryInputInEveryState writes the whole matrix to testdata/matrix.txt, for
// review: what each input does in each situation.
func TestEveryInputInEveryState(t *testing.T) {
	var b strings.Builder
	for _, at := range situations {
		fmt.Fprintf(&b, "%s\n", at.name)
		for _, in := range inputs {
			s := &script{c: New()}
			for _, verb := range strings.Split(at.verbs, ";") {
				if words := strings.Fields(verb); len(words) > 0 {
					arg := words[1:]
					if len(arg) > 0 {
						arg = []string{strings.Join(arg, " ")}
					}
					if err := s.Do(words[0], arg); err != nil {
						t.Fatal(err)
					}
				}
			}
			before := s.c.State()
			var said []string
			for _, e := range in.do(s.c, nil) {
				said = append(said, say(e))
			}
			if len(said) == 0 {
				said = []string{"-"}
				if s.c.State() != before {
					t.Errorf("%s: %s changes the state without a word", at.name, in.verb)
				}
			}
			fmt.Fprintf(&b, "  %-12s %s\n", in.verb, strings.Join(append(said, s.waits()...), ", "))
		}
	}
	transcript.Golden(t, "testdata/matrix.txt", b.String())
}

// TestOnlyACoordinatorDecides holds over the whole matrix that a member that does
// not coordinate asks for nothing.
func TestOnlyACoordinatorDecides(t *testing.T) {
	for _, verbs := range []string{"", "out-of-sync", "follow", "stop"} {
		for _, in := range inputs {
			s := &script{c: New()}
			if verbs != "" {
				if err := s.Do(verbs, nil); err != nil {
					t.Fatal(err)
				}
			}
			if in.verb == "lead" {
				continue
			}
			for _, e := range in.do(s.c, nil) {
				if _, moved := e.(Moved); !moved {
					t.Errorf("after %q, %s asks for %s", verbs, in.verb, say(e))
				}
			}
		}
	}
}
