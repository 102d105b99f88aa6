package model

import (
	"slices"
	"strings"
)

// A Var is one name with its value.
type Var struct {
	Name, Value string
}

// Vars is a small table of names and values, in the order they were set.
// Look-up is linear: the tables of the scheduler rarely exceed twenty entries.
type Vars []Var

// Lookup returns a value and whether the name is there.
func (v Vars) Lookup(name string) (string, bool) {
	for i := range v {
		if v[i].Name == name {
			return v[i].Value, true
		}
	}
	return "", false
}

// Get returns a value, "" if the name is not there.
func (v Vars) Get(name string) string {
	value, _ := v.Lookup(name)
	return value
}

// Has tells whether the name is there.
func (v Vars) Has(name string) bool {
	_, ok := v.Lookup(name)
	return ok
}

// Set gives a name a value, replacing an earlier one.
func (v *Vars) Set(name, value string) {
	for i := range *v {
		if (*v)[i].Name == name {
			(*v)[i].Value = value
			return
		}
	}
	*v = append(*v, Var{name, value})
}

// Default gives a name a value unless it has one; it reports whether it did.
func (v *Vars) Default(name, value string) bool {
	if v.Has(name) {
		return false
	}
	*v = append(*v, Var{name, value})
	return true
}

// Delete removes a name and reports whether it was there.
func (v *Vars) Delete(name string) bool {
	for i := range *v {
		if (*v)[i].Name == name {
			*v = slices.Delete(*v, i, i+1)
			return true
		}
	}
	return false
}

// Clone returns a copy that can be changed on its own.
func (v Vars) Clone() Vars { return slices.Clone(v) }

// Sorted returns a copy in the order of the names.
func (v Vars) Sorted() Vars {
	s := slices.Clone(v)
	slices.SortFunc(s, func(a, b Var) int { return strings.Compare(a.Name, b.Name) })
	return s
}
