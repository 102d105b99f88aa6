package crm

import (
	"fmt"
	"strconv"
	"strings"
)

// TransitionKey says which action of which transition an operation belongs to.
// Its text is action:graph:targetrc:uuid; it travels with the operation and
// comes back with the result, so that a controller knows its own.
type TransitionKey struct {
	Action   int    // the action's number in the graph
	Graph    int    // the transition's number
	TargetRC OCF    // the status expected of the agent
	UUID     string // the controller that made the graph
}

// String gives the key's text, the UUID filled with blanks to 36 characters.
func (k TransitionKey) String() string {
	return fmt.Sprintf("%d:%d:%d:%-36s", k.Action, k.Graph, k.TargetRC, k.UUID)
}

// ParseTransitionKey reads a transition key.
func ParseTransitionKey(text string) (k TransitionKey, ok bool) {
	parts := strings.SplitN(text, ":", 4)
	if len(parts) != 4 {
		return TransitionKey{}, false
	}
	var n [3]int
	for i := range n {
		v, err := strconv.Atoi(strings.TrimSpace(parts[i]))
		if err != nil {
			return TransitionKey{}, false
		}
		n[i] = v
	}
	uuid := firstWord(parts[3], 36)
	return TransitionKey{n[0], n[1], OCF(n[2]), uuid}, uuid != ""
}

// firstWord returns at most limit bytes of the first run of non-blanks.
func firstWord(text string, limit int) string {
	text = strings.TrimLeft(text, " \t\n")
	if end := strings.IndexAny(text, " \t\n"); end >= 0 {
		text = text[:end]
	}
	return text[:min(len(text), limit)]
}

// TransitionMagic is a finished action: its transition key with the outcome
// before it. Its text is status:rc;key, with the CIB's number for the status.
type TransitionMagic struct {
	Status OpStatus
	RC     OCF
	Key    TransitionKey
}

// String gives the text as stored in the CIB's transition-magic attribute.
func (m TransitionMagic) String() string {
	return fmt.Sprintf("%d:%d;%s", m.Status.Number(), m.RC, m.Key)
}

// ParseTransitionMagic reads a transition-magic attribute.
func ParseTransitionMagic(text string) (m TransitionMagic, ok bool) {
	outcome, key, found := strings.Cut(text, ";")
	status, rc, both := strings.Cut(outcome, ":")
	if !found || !both {
		return TransitionMagic{}, false
	}
	s, err := strconv.Atoi(status)
	if err != nil {
		return TransitionMagic{}, false
	}
	code, ok := ParseOCF(rc)
	if !ok {
		return TransitionMagic{}, false
	}
	k, ok := ParseTransitionKey(key)
	return TransitionMagic{OpStatusOf(s), code, k}, ok
}
