package fencing

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"holdfast/cluster/internal/transcript"
	"holdfast/cluster/wire"
	"holdfast/crm"
)

// TestFencingRequests plays requests as member n1 sees them. Verbs:
//
//	members n1 n2 n3               who could act; n2/boot2 is n2 in another life, n2@5 came in view 5
//	device d1 hosts=n1,n2 [started=n2] [banned=n1]
//	level n3 d1,d2 d3              the topology of n3: both of d1 and d2, else d3
//	fence ID n3 off [by=n2] [life=boot1] [at=100] [tolerate=60] [key=graph]
//	stray ID n3 d1                 a call of n1 for a reboot that nobody knows has switched n3 off
//	step ID 1 by=n1 [with=d1] [did=on] ok|reported|failed|on     it answers, and says on
//	quorum had|lost|unknown        whether this side has it
//	view, expire ID, confirm n3, list d1 n1 n2
//	show                           the requests and what is known of lives
func TestFencingRequests(t *testing.T) {
	transcript.Run(t, "testdata/fencing.txt", func() transcript.Script {
		s := &script{s: NewState(), w: &World{Self: 1}, levels: map[crm.NodeName][][]string{}}
		s.w.Levels = func(target crm.NodeName) [][]string { return s.levels[target] }
		return s
	})
}

type script struct {
	transcript.Log
	s      *State
	w      *World
	levels map[crm.NodeName][][]string

	call     string // that n1 was asked for last
	step     int
	answered bool
}

func (s *script) Do(verb string, words []string) error {
	arg := arguments(words)
	at, _ := strconv.ParseInt(arg["at"], 10, 64)
	switch verb {
	case "members":
		s.w.Members = nil
		for _, w := range words {
			w, since, _ := strings.Cut(w, "@")
			name, boot, _ := strings.Cut(w, "/")
			came, _ := strconv.ParseUint(since, 10, 64)
			s.w.Members = append(s.w.Members, Member{ID: number(name), Name: crm.NodeName(name), Life: wire.Incarnation{Boot: orElse(boot, "boot1") + "-" + name}, Since: came})
		}
	case "device":
		params := []wire.Param{}
		if arg["hosts"] != "" {
			params = append(params, wire.Param{Name: "pcmk_host_list", Value: arg["hosts"]})
		}
		d := NewDevice(words[0], "fence_x", params)
		d.Started, d.Banned = names(arg["started"]), names(arg["banned"])
		s.w.Devices = append(s.w.Devices, d)
	case "level":
		for _, level := range words[1:] {
			s.levels[crm.NodeName(words[0])] = append(s.levels[crm.NodeName(words[0])], strings.Split(level, ","))
		}
	case "fence":
		tolerate, _ := strconv.ParseInt(arg["tolerate"], 10, 64)
		life := wire.Incarnation{}
		if b := orElse(arg["life"], "boot1"); b != "none" {
			life.Boot = b + "-" + words[1]
		}
		s.took(s.s.Begin(s.w, number(orElse(arg["by"], "n1")), &wire.Fence{ID: words[0], Target: crm.NodeName(words[1]), Action: words[2], Life: life, Time: at, Tolerate: tolerate, Key: arg["key"]}))
	case "step":
		step, _ := strconv.Atoi(words[1])
		end := words[len(words)-1]
		s.answered = s.answered || words[0] == s.call && step == s.step && orElse(arg["by"], "n1") == "n1"
		s.took(s.s.Step(s.w, number(orElse(arg["by"], "n1")), &wire.FenceStep{ID: words[0], Step: step, Device: orElse(arg["with"], "it"), Action: orElse(arg["did"], "off"), OK: end != "failed" && end != "on", Verified: end == "ok" || end == "on", Text: "no power", Time: at}))
	case "stray":
		s.took(s.s.Step(s.w, 1, &wire.FenceStep{ID: words[0], Step: 1, Device: words[2], Action: "off", OK: true, Verified: true, Target: crm.NodeName(words[1]), Reboot: true}))
	case "view":
		s.took(s.s.View(s.w, at))
	case "quorum":
		s.w.Unsettled = words[0] == "unknown"
		s.w.Forbids = func(crm.NodeName) bool { return words[0] == "lost" }
	case "expire":
		s.took(s.s.Expire(s.w, &wire.FenceDone{ID: words[0], Text: "nobody answers", Time: at}))
	case "confirm":
		s.took(s.s.Confirm(s.w, 1, &wire.Confirm{Target: crm.NodeName(words[0]), Client: "a person", Origin: "n1", Time: at}, wire.Incarnation{Boot: "boot1-" + words[0]}))
	case "list":
		s.s.Targets(&wire.Targets{Device: words[0], Digest: s.w.device(words[0]).Digest(), Hosts: words[1:]})
	case "show":
		s.show()
	default:
		return fmt.Errorf("there is no such verb")
	}
	return nil
}

func arguments(words []string) map[string]string {
	arg := map[string]string{}
	for _, w := range words {
		if k, v, ok := strings.Cut(w, "="); ok {
			arg[k] = v
		}
	}
	return arg
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func number(name string) crm.NodeID {
	n, _ := strconv.Atoi(strings.TrimPrefix(name, "n"))
	return crm.NodeID(n)
}

func names(list string) []crm.NodeName {
	var out []crm.NodeName
	for _, n := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' }) {
		out = append(out, crm.NodeName(n))
	}
	return out
}

func (s *script) took(effects []Effect) {
	if s.call != "" && !s.s.Awaits(s.call, s.step, 1) {
		if !s.answered {
			s.Tell("n1 gives its call for %s up", s.call)
		}
		s.call = ""
	}
	for _, e := range effects {
		switch e := e.(type) {
		case Run:
			s.call, s.step, s.answered = e.ID, e.Step, false
			s.Tell("n1 runs %s on %s with %s (%s step %d)", e.Action, e.Target, e.Device.ID, e.ID, e.Step)
		case End:
			s.Tell("%s: %s", e.Request.ID, e.Request.Verdict)
		}
	}
	for _, r := range s.s.Requests {
		if r.Open && r.Executor != 0 && r.Executor != s.w.Self {
			s.Tell("n%d is to act (%s step %d)", r.Executor, r.ID, r.Step)
		}
	}
}

func (s *script) show() {
	for _, r := range s.s.Requests {
		s.Tell("%s: %s %s, verdict %q, open %v, %d more wait; %s", r.ID, r.Action, r.Target, r.Verdict, r.Open, len(r.Waiters), strings.Join(r.Evidence, "; "))
	}
	var lives []string
	for boot, end := range s.s.Lives {
		lives = append(lives, boot+" "+string(end.Verdict))
	}
	slices.Sort(lives)
	s.Tell("lives that ended: %s", strings.Join(lives, ", "))
}
