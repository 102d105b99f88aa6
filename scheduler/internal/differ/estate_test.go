package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"holdfast/cib/schema"
	"holdfast/cib/xml"
)

// A seed is the whole estate, what is drawn is a CIB that its schema knows, and
// every kind of resource and constraint comes up.
func TestEstatesAreCIBs(t *testing.T) {
	missing := []string{"group", "clone", "bundle", "template", "tag", "fencing-level", "rsc_location", "rsc_colocation", "rsc_order", "rsc_ticket",
		"resource_set", "rule", "date_expression", "utilization", "ticket_state", "transient_attributes"}
	for seed := range uint64(150) {
		cib, err := drawEstate(rand.New(rand.NewPCG(seed, 0)))
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		again, _ := drawEstate(rand.New(rand.NewPCG(seed, 0)))
		if !xml.Equal(cib, again) {
			t.Fatalf("seed %d: another estate the second time", seed)
		}
		if wrong := schema.Validate(cib); len(wrong) > 0 {
			t.Fatalf("seed %d: %v\n%s", seed, wrong[0], cib.Indented())
		}
		for i := 0; i < len(missing); i++ {
			if len(all(cib, missing[i])) > 0 {
				missing = append(missing[:i], missing[i+1:]...)
				i--
			}
		}
	}
	if len(missing) > 0 {
		t.Errorf("no estate has a %s", strings.Join(missing, ", a "))
	}
}

// What transitions leave is compared, with a past that lies before the comparison;
// where no transition can be made, the cluster as it is.
func TestLifeLeadsOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crm_simulate")
	text := "#!/bin/sh\nsed \"s/<status>/&<node_state id='2' uname='n2' at='$(date +%s)'\\/>/\" \"$2\" > \"$(dirname $2)/after.xml\"\n"
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	l := life{ours: player{path}, folder: t.TempDir()}
	led := 0
	for seed := range uint64(12) {
		cib, err := l.lead(parsed(t, small), rand.New(rand.NewPCG(seed, 0)))
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if today.MatchString(cib.String()) {
			t.Errorf("seed %d: something was done today:\n%s", seed, cib.Indented())
		}
		if strings.Contains(cib.String(), `uname="n2"`) {
			led++
		}
	}
	if led < 4 {
		t.Errorf("only %d of 12 clusters have lived", led)
	}
	l.ours = script(t, "exit 1")
	if cib, err := l.lead(parsed(t, small), rand.New(rand.NewPCG(1, 0))); err != nil || !xml.Equal(cib, parsed(t, small)) {
		t.Errorf("a cluster that cannot be led: %v", err)
	}
}
