package executor

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

// TestOperationsOfANode plays an executor. Verbs:
//
//	start|stop|monitor RSC [every=10s] [delay=2s]   an operation is ordered
//	cancel RSC 10s                                 the recurring monitor is ended
//	delete RSC, drop RSC                           the resource, or its history, is forgotten
//	withdraw TASK                                  operations that have not begun are dropped
//	ended CALL CODE                                an agent ended
//	tick SERIAL                                    a timer ended
//	leftover CALL RSC                              an earlier process left an agent
//	pass 3s                                        time passes
func TestOperationsOfANode(t *testing.T) {
	transcript.Run(t, "testdata/executor.txt", func() transcript.Script {
		digest := func(op wire.Operation) string { return "digest-" + op.Task }
		return &script{x: New(digest), now: time.Unix(1000, 0)}
	})
}

type script struct {
	transcript.Log
	x   *Executor
	now time.Time
}

func (s *script) Do(verb string, words []string) error {
	number, _ := strconv.Atoi(words[0])
	switch verb {
	case "start", "stop", "monitor", "notify", "cancel", "delete":
		op, err := operation(verb, words)
		if err != nil {
			return err
		}
		s.took(s.x.Execute(s.now, op))
	case "withdraw":
		s.took(s.x.Withdraw(s.now, func(task string) bool { return task == words[0] }))
	case "drop":
		s.took(s.x.Drop(words[0]))
	case "ended":
		code, _ := crm.ParseOCF(words[1])
		s.took(s.x.Ended(s.now, number, Outcome{Status: crm.OpDone, Code: code, Exec: time.Second}))
	case "tick":
		s.took(s.x.Tick(s.now, uint64(number)))
	case "leftover":
		s.x.Leftover(number, words[1])
	case "raise":
		s.x.Raise(number)
	case "pass":
		d, err := time.ParseDuration(words[0])
		s.now = s.now.Add(d)
		return err
	default:
		return fmt.Errorf("there is no such verb")
	}
	return nil
}

func operation(verb string, words []string) (wire.Operation, error) {
	op := wire.Operation{Task: verb, Resource: words[0]}
	for _, w := range words[1:] {
		key, text, _ := strings.Cut(w, "=")
		d, err := time.ParseDuration(text)
		if verb == "cancel" {
			d, err = time.ParseDuration(w)
			op.Cancel, op.Interval = "monitor", d.Milliseconds()
		}
		if err != nil {
			return op, err
		}
		switch key {
		case "every":
			op.Interval = d.Milliseconds()
		case "delay":
			op.Delay = d.Milliseconds()
		}
	}
	return op, nil
}

func (s *script) took(effects []Effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case Run:
			s.Tell("run %s of %s (call %d)", e.Op.Task, e.Op.Resource, e.CallID)
		case Kill:
			s.Tell("kill call %d", e.CallID)
		case Timer:
			s.Tell("timer %d after %v", e.Serial, e.After)
		case Report:
			r := e.Result
			s.Tell("report %s of %s: %v (call %d, changed %d, queued %d ms, recorded %v, %s)", r.Op.Task, r.Op.Resource, r.Code, r.CallID, r.Changed, r.Queue, r.Recorded, r.Digest)
		}
	}
	s.Tell("- busy with %v", s.x.Busy())
}
