package nvset

import (
	"slices"
	"strings"
)

// Value is one resolved pair and where it came from.
type Value struct {
	Name, Text string
	Set        string // id of the set, "" if set by other means
	Pair       string // id of the nvpair, "" if set by other means
}

// Values is a list of pairs in the order in which they were defined; names are
// unique. The zero value is empty and ready for use.
type Values struct {
	list []Value
}

// Get returns the value of a name and whether there is one. A nil Values has
// none. Its method value is a rule.Lookup.
func (v *Values) Get(name string) (string, bool) {
	if i := v.index(name); i >= 0 {
		return v.list[i].Text, true
	}
	return "", false
}

// Text returns the value of a name, "" if there is none.
func (v *Values) Text(name string) string {
	text, _ := v.Get(name)
	return text
}

// Find returns the pair with a name and where it came from, nil if there is
// none. It is valid until the next change.
func (v *Values) Find(name string) *Value {
	if i := v.index(name); i >= 0 {
		return &v.list[i]
	}
	return nil
}

func (v *Values) index(name string) int {
	if v == nil {
		return -1
	}
	for i := range v.list {
		if v.list[i].Name == name {
			return i
		}
	}
	return -1
}

// List returns all pairs in the order of definition. The caller must not change
// it.
func (v *Values) List() []Value {
	if v == nil {
		return nil
	}
	return v.list
}

// Sorted returns all pairs by name.
func (v *Values) Sorted() []Value {
	s := slices.Clone(v.List())
	slices.SortFunc(s, func(a, b Value) int { return strings.Compare(a.Name, b.Name) })
	return s
}

// Len returns the number of pairs.
func (v *Values) Len() int { return len(v.List()) }

// Default sets a name unless it is set already, and reports whether it did.
func (v *Values) Default(name, text string) bool {
	if v.index(name) >= 0 {
		return false
	}
	v.list = append(v.list, Value{Name: name, Text: text})
	return true
}

// Put sets a name, whatever it was before.
func (v *Values) Put(name, text string) {
	if i := v.index(name); i >= 0 {
		v.list[i] = Value{Name: name, Text: text}
		return
	}
	v.list = append(v.list, Value{Name: name, Text: text})
}

// Delete removes a name and reports whether it was there.
func (v *Values) Delete(name string) bool {
	i := v.index(name)
	if i >= 0 {
		v.list = slices.Delete(v.list, i, i+1)
	}
	return i >= 0
}

// Clone returns a copy that may be changed on its own.
func (v *Values) Clone() *Values { return &Values{list: slices.Clone(v.List())} }
