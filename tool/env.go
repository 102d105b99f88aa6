package tool

import (
	"errors"
	"io"
	"time"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/crm"
)

// An Env is the world as a tool sees it. cmd/holdfast fills it from the
// process; a test with whatever it wants the tool to find.
type Env struct {
	Program        string // the name that the tool was called by
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Getenv         func(string) string // never nil
	Now            func() time.Time    // never nil

	// Connect reaches the running cluster. The error is ErrNoCluster, perhaps
	// wrapped, if none is there.
	Connect func() (Cluster, error)
}

// LogsToStderr tells whether the user wants log messages on standard error.
func (e *Env) LogsToStderr() bool {
	on, _ := crm.ParseBool(e.Getenv("PCMK_stderr"))
	return on
}

// ErrNoCluster says that no cluster is running on this machine.
var ErrNoCluster = errors.New("cluster is not available on this node")

// A Cluster is a connection to a running cluster.
type Cluster interface {
	// CIB returns the whole current document.
	CIB() (*xml.Node, error)
	// Apply asks the cluster for one operation and returns what a query found. A
	// refusal is a *cib.Error.
	Apply(r cib.Request) (*xml.Node, error)
	Close() error
}
