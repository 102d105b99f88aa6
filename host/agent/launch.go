package agent

// launch is a Running on its way.
type launch struct {
	ready  chan struct{}
	run    Running // once ready is closed
	result chan Result
}

// launched starts something without waiting for it to have started.
func launched(start func() Running) Running {
	l := &launch{ready: make(chan struct{}), result: make(chan Result, 1)}
	go func() {
		l.run = start()
		close(l.ready)
		l.result <- <-l.run.Done()
	}()
	return l
}

func (l *launch) Done() <-chan Result { return l.result }

// Process waits for the start.
func (l *launch) Process() (Process, bool) {
	<-l.ready
	return l.run.Process()
}

// Cancel ends what was started, or will be when it has.
func (l *launch) Cancel() {
	go func() {
		<-l.ready
		l.run.Cancel()
	}()
}

// Release is called after Done, so it never waits.
func (l *launch) Release() {
	<-l.ready
	l.run.Release()
}
