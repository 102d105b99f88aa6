package attribute

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"holdfast/cluster/internal/transcript"
	"holdfast/cluster/wire"
	"holdfast/crm"
)

// TestNodeAttributes plays the table. Verbs:
//
//	update NODE NAME VALUE [dampen=5s] [private]   NODE "all" stands for every node
//	update-both NODE NAME VALUE dampen=5s
//	delay NAME 0s, delete NODE NAME, delete-matching NODE PATTERN
//	flush NAME SERIAL, clear NODE RSC [TASK MS], forget NODE, refresh, query PATTERN
//	come NODE                                      it comes to a partition that knows nothing of it, and the play goes on there
func TestNodeAttributes(t *testing.T) {
	transcript.Run(t, "testdata/attributes.txt", func() transcript.Script { return &script{t: New()} })
}

type script struct {
	transcript.Log
	t *Table
}

func (s *script) Do(verb string, words []string) error {
	c := &wire.Attribute{Task: verb, Dampen: -1, Interval: -1}
	for _, w := range words {
		if text, ok := strings.CutPrefix(w, "dampen="); ok {
			d, err := time.ParseDuration(text)
			if err != nil {
				return err
			}
			c.Dampen = d.Milliseconds()
		}
		c.Private = c.Private || w == "private"
	}
	switch verb {
	case "update", "update-both":
		c.Node, c.Name, c.Value = node(words[0]), words[1], words[2]
	case "delay":
		d, err := time.ParseDuration(words[1])
		if err != nil {
			return err
		}
		c.Name, c.Dampen = words[0], d.Milliseconds()
	case "delete":
		c.Node, c.Name = node(words[0]), words[1]
	case "delete-matching":
		c.Task, c.Node, c.Pattern = "delete", node(words[0]), words[1]
	case "clear":
		c.Task, c.Node, c.Resource = "clear-failure", node(words[0]), words[1]
		if len(words) > 2 {
			c.Operation = words[2]
			c.Interval, _ = strconv.ParseInt(words[3], 10, 64)
		}
	case "forget":
		c.Task, c.Node = "peer-remove", node(words[0])
	case "refresh":
	case "come":
		held := s.t.Held(node(words[0]))
		s.t = New()
		s.t.Hold(node(words[0]), held)
		for _, w := range s.t.Waits() {
			s.Tell("flush %s #%d after %v", w.Name, w.Serial, w.After)
		}
		return nil
	case "flush":
		serial, _ := strconv.ParseUint(words[1], 10, 64)
		s.wrote(s.t.Flush(&wire.Flush{Name: words[0], Serial: serial}))
		return nil
	case "query":
		s.wrote(s.t.Query("", words[0], ""))
		return nil
	default:
		return fmt.Errorf("there is no such verb")
	}
	for _, ch := range s.t.Apply(c, []crm.NodeName{"n1", "n2"}) {
		s.wrote(ch.Writes)
		if ch.Wait != nil {
			s.Tell("flush %s #%d after %v", ch.Wait.Name, ch.Wait.Serial, ch.Wait.After)
		}
		if ch.Unknown {
			s.Tell("there is no such attribute")
		}
	}
	return nil
}

func node(word string) crm.NodeName {
	if word == "all" {
		return ""
	}
	return crm.NodeName(word)
}

func (s *script) wrote(writes []Write) {
	for _, w := range writes {
		value := "(none)"
		if w.Value != nil {
			value = *w.Value
		}
		s.Tell("%s %s=%s", w.Node, w.Name, value)
	}
}
