// Package explain answers why a cluster does what it does: why a resource is
// where it is, why not elsewhere, why it stops or waits, why a node is fenced,
// and what would change that.
//
// It decides nothing. A run with causes (Input.WantCauses) has recorded each
// score, ban, failure and choice with what brought it about; explain picks those
// that concern the question and puts them in words. What would change the
// outcome is found by trying: each cause that an administrator can do something
// about is taken out of a copy of the CIB, and the scheduler is asked again. Only
// what makes a difference is named.
package explain
