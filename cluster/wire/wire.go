// Package wire is the vocabulary that the members of a cluster speak to each
// other: every change of the replicated state is one of these commands,
// multicast, and applied by every member in delivery order.
//
// A frame is one version byte followed by a JSON object with the command's kind
// and body. Fields that a member does not know are ignored; a kind that it does
// not know is an error that names the kind and the version, never a guess.
package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
)

// Format is the frame format that this software writes.
const Format = 1

// A Command is the body of one frame.
type Command interface{ kind() string }

// Encode returns the frame of a command. It cannot fail: every command is plain
// data.
func Encode(c Command) []byte {
	var b bytes.Buffer
	b.WriteByte(Format)
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(envelope{Kind: c.kind(), Body: c}); err != nil {
		panic(fmt.Sprintf("wire: a command that is not plain data: %v", err))
	}
	return b.Bytes()
}

type envelope struct {
	Kind string `json:"kind"`
	Body any    `json:"body"`
}

// Decode reads a frame. An unknown version or kind is an *UnknownError.
func Decode(data []byte) (Command, error) {
	if len(data) == 0 {
		return nil, fmt.Errorf("decode cluster message: it is empty")
	}
	if data[0] != Format {
		return nil, &UnknownError{Version: int(data[0])}
	}
	if c := usual(data[1:]); c != nil {
		return c, nil
	}
	var env struct {
		Kind string          `json:"kind"`
		Body json.RawMessage `json:"body"`
	}
	if err := json.Unmarshal(data[1:], &env); err != nil {
		return nil, fmt.Errorf("decode cluster message: %w", err)
	}
	c := blank(env.Kind)
	if c == nil {
		return nil, &UnknownError{Version: int(data[0]), Kind: env.Kind}
	}
	if err := json.Unmarshal(env.Body, c); err != nil {
		return nil, fmt.Errorf("decode cluster message %s: %w", env.Kind, err)
	}
	return c, nil
}

// usual reads an envelope that is laid out as Encode does, without parsing it as
// well as its body. It returns nil for any other, and for one with a fault.
func usual(envelope []byte) Command {
	rest, begins := bytes.CutPrefix(envelope, []byte(`{"kind":"`))
	kind, rest, _ := bytes.Cut(rest, []byte(`","body":`))
	body, ends := bytes.CutSuffix(rest, []byte("}\n"))
	if !begins || !ends {
		return nil
	}
	c := blank(string(kind))
	if c == nil || json.Unmarshal(body, c) != nil {
		return nil
	}
	return c
}

// An UnknownError says that a peer speaks words that this software does not know.
type UnknownError struct {
	Version int
	Kind    string // "" if already the version is unknown
}

func (e *UnknownError) Error() string {
	if e.Kind == "" {
		return fmt.Sprintf("a cluster message has format %d, this software knows format %d: upgrade this node", e.Version, Format)
	}
	return fmt.Sprintf("a cluster message of kind %q is not known to this software: upgrade this node", e.Kind)
}

// kinds has an empty command of every kind, by its name.
var kinds = map[string]reflect.Type{}

func init() {
	for _, c := range []Command{
		&Hello{}, &LeaveOut{}, &Snapshot{}, &Stored{}, &Abandon{}, &Standing{}, &Dismiss{},
		&CIB{}, &Attribute{}, &Applied{}, &Flush{},
		&Execute{}, &Result{}, &Forget{}, &Fail{}, &Overdue{}, &Shutdown{},
		&Fence{}, &FenceStep{}, &FenceDone{}, &Confirm{}, &Targets{}, &EraseFences{},
	} {
		kinds[c.kind()] = reflect.TypeOf(c).Elem()
	}
}

// blank returns an empty command of a kind, nil if it is not known.
func blank(kind string) Command {
	t, ok := kinds[kind]
	if !ok {
		return nil
	}
	return reflect.New(t).Interface().(Command)
}
