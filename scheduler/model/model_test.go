package model

import (
	"slices"
	"testing"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
)

func TestVars(t *testing.T) {
	var v Vars
	v.Set("b", "1")
	v.Set("a", "2")
	v.Set("b", "3")
	if v.Default("a", "9") || !v.Default("c", "4") {
		t.Error("a default counts where there is a value, or not where there is none")
	}
	if len(v) != 3 || v.Get("b") != "3" || v.Get("a") != "2" || v.Get("c") != "4" || v.Get("d") != "" || v.Has("d") {
		t.Errorf("%v", v)
	}
	if !v.Delete("b") || v.Delete("b") || v.Has("b") {
		t.Errorf("after deletion: %v", v)
	}
	if s := v.Sorted(); s[0].Name != "a" || s[1].Name != "c" {
		t.Errorf("sorted: %v", s)
	}
}

func TestPlacement(t *testing.T) {
	var p Placement
	if p.Has(0) || p.Len() != 0 || p.Score(3) != -crm.Infinity || p.At(-1) != nil {
		t.Error("an empty table has something in it")
	}
	p.Put(5, Place{Score: 7})
	p.Put(1, Place{Score: -2})
	other := p.Clone()
	p.At(5).Score = 8
	p.Remove(1)
	p.Remove(40)
	if p.Len() != 1 || p.Score(5) != 8 || other.Len() != 2 || other.Score(5) != 7 {
		t.Errorf("%v, copy %v", p, other)
	}
	var order []NodeIx
	for n := range other.All() {
		order = append(order, n)
	}
	if !slices.Equal(order, []NodeIx{1, 5}) {
		t.Errorf("order %v", order)
	}
}

func TestNodeSet(t *testing.T) {
	var s NodeSet
	if !s.Empty() || s.Has(3) || s.Has(-1) {
		t.Error("an empty set has something in it")
	}
	for _, n := range []NodeIx{0, 63, 64, 200} {
		s.Add(n)
	}
	s.Remove(64)
	s.Remove(1000)
	for n := NodeIx(0); n < 300; n++ {
		if want := n == 0 || n == 63 || n == 200; s.Has(n) != want {
			t.Errorf("%d: %v", n, !want)
		}
	}
}

func TestIndexOfHistoryNames(t *testing.T) {
	c := New(xml.New("cib"), time.Time{})
	first, second := c.AddResource(&Resource{ID: "a:0"}), c.AddResource(&Resource{ID: "a:1"})
	c.SetHistoryID(first, "a")
	c.SetHistoryID(second, "a")
	c.SetHistoryID(first, "a")
	if got := c.WithHistoryID("a"); !slices.Equal(got, []*Resource{first, second}) {
		t.Errorf("%v", got)
	}
	c.SetHistoryID(first, "")
	if got := c.WithHistoryID("a"); !slices.Equal(got, []*Resource{second}) || first.HistoryName() != "a:0" || second.HistoryName() != "a" {
		t.Errorf("%v", got)
	}
	c.DropResources(second.Ix)
	if c.ResourceWithID("a:1") != nil || c.ResourceWithID("a:0") != first || c.ResourceCount() != 1 {
		t.Error("a dropped resource is still there, or another is not")
	}
}

func TestNodesByName(t *testing.T) {
	c := New(xml.New("cib"), time.Time{})
	one := c.AddNode(&Node{ID: "1", Name: "One"})
	if c.NodeNamed("one") != one || c.NodeNamed("One") != one || c.NodeNamed("1") != nil || c.NodeWithID("1") != one {
		t.Error("a node is not found by its name in any case of letters, or is by another")
	}
}
