// Package fencing decides how a node is cut off from the cluster, and what is
// known of it afterwards. Requests are replicated state: every member holds the
// same list and computes the same next step, so that choosing who acts needs no
// questions, and the end of the node that acts is noticed by all at once.
//
// # Flow
//
// A Fence command becomes a Request with a plan: the levels of the fencing
// topology, or, without one, each usable device as a level of its own. Each step
// has one executor, computed from the status (a member on which the device runs,
// else the lowest member, never the target). The executor's driver runs the
// agent, reads the status back and multicasts a FenceStep; all members apply it
// and know the next step. A step fails over to the next member, then to the next
// level; the request ends with a typed Verdict that names its evidence.
//
// A reboot is carried out as off, which gives the verdict, then on, whose failure
// is of no consequence (Pacemaker_Explained, "Remapping Reboots"). A verdict
// belongs to one life of the target: a target that is seen in a new life ends
// the request, and is not fenced for its former one.
package fencing
