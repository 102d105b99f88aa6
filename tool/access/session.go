package access

import (
	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/tool"
)

// A Session is an open CIB together with the document in it, for tools that look
// before they change.
type Session struct {
	Where tool.Where
	place CIB
	doc   cib.CIB
}

// Start opens what the environment points to and reads it. If it cannot be opened
// the error is ready to end a tool with; if it may not be read it is a *cib.Error.
func Start(env *tool.Env) (*Session, error) {
	place, err := Open(env)
	if err != nil {
		text, code := Reason(err)
		return nil, tool.Fail(code, "Could not connect to the CIB: %s", text)
	}
	s := &Session{Where: env.Source().Where, place: place}
	if err := s.read(); err != nil {
		place.Close()
		return nil, err
	}
	return s, nil
}

func (s *Session) read() error {
	root, err := s.place.Do(cib.Request{Op: cib.Query})
	if err != nil {
		return err
	}
	s.doc, err = cib.New(root)
	return err
}

// CIB returns the document with the changes made in the session.
func (s *Session) CIB() cib.CIB { return s.doc }

// Root returns the document's root element.
func (s *Session) Root() *xml.Node { return s.doc.Root() }

// Apply makes one change. A refusal is a *cib.Error.
func (s *Session) Apply(r cib.Request) error {
	if _, err := s.place.Do(r); err != nil {
		return err
	}
	return s.read()
}

// Close ends the session; only then are changes of a file written.
func (s *Session) Close() error { return s.place.Close() }
