package tool

import (
	"bufio"
	"io"
)

// buffered makes an environment whose standard output is written in large pieces:
// when there is one, before something goes to standard error, and when the returned
// function is called.
func (e *Env) buffered() (*Env, func() error) {
	b := bufio.NewWriterSize(e.Stdout, 1<<16)
	c := *e
	c.Stdout, c.Stderr = b, behind{e.Stderr, b}
	return &c, b.Flush
}

// behind writes what belongs behind all that was written to standard output.
type behind struct {
	w      io.Writer
	stdout *bufio.Writer
}

func (w behind) Write(p []byte) (int, error) {
	w.stdout.Flush() // its error comes back with the next one
	return w.w.Write(p)
}
