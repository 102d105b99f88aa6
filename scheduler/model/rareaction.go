package model

// A cluster that starts afresh has a probe of every resource on every node: what
// only some actions have is kept apart, and made when it is first written.

func (a *Action) more() *rareAction {
	if a.rare == nil {
		a.rare = &rareAction{}
	}
	return a.rare
}

// Params are the instance attributes of the operation itself.
func (a *Action) Params() Vars {
	if a.rare == nil {
		return nil
	}
	return a.rare.params
}

// SetParams sets the instance attributes of the operation itself.
func (a *Action) SetParams(params Vars) {
	if len(params) > 0 || a.rare != nil {
		a.more().params = params
	}
}

// CancelTask is what a "cancel" cancels.
func (a *Action) CancelTask() string {
	if a.rare == nil {
		return ""
	}
	return a.rare.cancelTask
}

// Cancels makes the action the end of a recurring operation.
func (a *Action) Cancels(task string) { a.more().cancelTask = task }

// RequiredRunnable is how many runnable instances of a "first" with MinRunnable
// are needed, 0 if the action does not depend on a number.
func (a *Action) RequiredRunnable() int {
	if a.rare == nil {
		return 0
	}
	return a.rare.requiredRunnable
}

// RequireRunnable sets how many instances are needed.
func (a *Action) RequireRunnable(n int) { a.more().requiredRunnable = n }

// CountRunnable counts one more runnable instance and tells whether they are enough.
func (a *Action) CountRunnable() bool {
	m := a.more()
	m.runnableBefore++
	return m.runnableBefore >= m.requiredRunnable
}

// ResetRunnable begins to count anew.
func (a *Action) ResetRunnable() { a.more().runnableBefore = 0 }
