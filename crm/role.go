package crm

import "strings"

// Role is what a resource is, or should be, on a node. Roles are ordered: a
// promoted instance is more than an unpromoted one, which is more than a
// stopped one.
type Role uint8

// The roles. RoleUnknown means that nothing is known or asked for.
const (
	RoleUnknown Role = iota
	RoleStopped
	RoleStarted
	RoleUnpromoted
	RolePromoted
)

var roleNames = [...]string{
	RoleUnknown:    "Unknown",
	RoleStopped:    "Stopped",
	RoleStarted:    "Started",
	RoleUnpromoted: "Unpromoted",
	RolePromoted:   "Promoted",
}

// String gives the CIB's word for the role.
func (r Role) String() string {
	if int(r) < len(roleNames) {
		return roleNames[r]
	}
	return roleNames[RoleUnknown]
}

// ParseRole reads a role in any spelling the CIB accepts, in any case: the
// words of String, and Master and Slave of older configurations. ok is false if
// text is none of them; "" and Unknown are RoleUnknown.
func ParseRole(text string) (r Role, ok bool) {
	switch strings.ToLower(text) {
	case "", "unknown":
		return RoleUnknown, true
	case "stopped":
		return RoleStopped, true
	case "started":
		return RoleStarted, true
	case "unpromoted", "slave":
		return RoleUnpromoted, true
	case "promoted", "master":
		return RolePromoted, true
	}
	return RoleUnknown, false
}

// IsLegacyRole reports whether text spells a role as versions before 2.1 did
// (Master, Slave), which a configuration check points out.
func IsLegacyRole(text string) bool {
	return strings.EqualFold(text, "Master") || strings.EqualFold(text, "Slave")
}
