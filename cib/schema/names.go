package schema

import (
	"slices"
	"strconv"
	"strings"
)

// None is the name of a schema that every document conforms to.
const None = "none"

// Newest is the schema of new documents.
const Newest = "pacemaker-4.0"

// names are the schemas, oldest first.
var names = []string{
	"pacemaker-1.0", "pacemaker-1.2", "pacemaker-1.3",
	"pacemaker-2.0", "pacemaker-2.1", "pacemaker-2.2", "pacemaker-2.3", "pacemaker-2.4", "pacemaker-2.5",
	"pacemaker-2.6", "pacemaker-2.7", "pacemaker-2.8", "pacemaker-2.9", "pacemaker-2.10",
	"pacemaker-3.0", "pacemaker-3.1", "pacemaker-3.2", "pacemaker-3.3", "pacemaker-3.4", "pacemaker-3.5",
	"pacemaker-3.6", "pacemaker-3.7", "pacemaker-3.8", "pacemaker-3.9", "pacemaker-3.10",
	"pacemaker-4.0",
}

// Names returns the names of all schemas, oldest first, without "none".
func Names() []string { return slices.Clone(names) }

// Known reports whether validate-with may have this value.
func Known(name string) bool { return name == None || slices.Contains(names, name) }

// Before reports whether schema a is older than b. "none" is newer than all, and
// a name that is not known is older than all.
func Before(a, b string) bool { return rank(a) < rank(b) }

func rank(name string) int {
	if name == None {
		return len(names)
	}
	return slices.Index(names, name)
}

// A version is the number of a schema, such as 2.10.
type version struct{ major, minor int }

func (v version) compare(w version) int {
	if v.major != w.major {
		return v.major - w.major
	}
	return v.minor - w.minor
}

func parseVersion(name string) version {
	major, minor, _ := strings.Cut(strings.TrimPrefix(name, "pacemaker-"), ".")
	a, _ := strconv.Atoi(major)
	b, _ := strconv.Atoi(minor)
	return version{a, b}
}
