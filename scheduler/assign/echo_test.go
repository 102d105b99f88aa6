package assign

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/crm"
	"holdfast/scheduler/config"
	"holdfast/scheduler/constraint"
	"holdfast/scheduler/history"
	"holdfast/scheduler/internal/sketch"
	"holdfast/scheduler/model"
)

func anyScore() *rapid.Generator[crm.Score] {
	return rapid.OneOf(
		rapid.SampledFrom([]crm.Score{-crm.Infinity, -1, 0, 1, crm.Infinity}),
		rapid.Custom(func(t *rapid.T) crm.Score { return crm.Score(rapid.IntRange(-1000000, 1000000).Draw(t, "score")) }),
		rapid.Custom(func(t *rapid.T) crm.Score { return crm.Score(rapid.IntRange(-20, 20).Draw(t, "small")) }),
	)
}

// A shift is what its additions come to, one after the other, and needs the
// least score that is never negative where it is asked.
func TestShiftIsItsAdditions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		additions := rapid.SliceOfN(anyScore(), 0, 8).Draw(t, "additions")
		asked := rapid.SliceOfN(rapid.Bool(), len(additions), len(additions)).Draw(t, "asked")
		cut := rapid.IntRange(0, len(additions)).Draw(t, "cut")
		start := anyScore().Draw(t, "start")

		parts := [2]shift{unmoved, unmoved}
		want, stays := start, true
		for i, score := range additions {
			part := &parts[0]
			if i >= cut {
				part = &parts[1]
			}
			*part = part.then(addition(score))
			want = want.Add(score)
			if asked[i] {
				*part = part.asked()
				stays = stays && want >= 0
			}
		}
		whole := parts[0].then(parts[1])
		if got := whole.of(start); got != want {
			t.Fatalf("%d becomes %d, want %d", start, got, want)
		}
		if got := start >= whole.need; got != stays {
			t.Fatalf("%d stays: %v, want %v (it needs %d)", start, got, stays, whole.need)
		}
	})
}

// Echoes change nothing: with causes wanted every chain is walked.
func TestEchoesAreTheChains(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := dense(t)
		walked, heard := scores(t, text, true), scores(t, text, false)
		if walked != heard {
			t.Fatalf("walked:\n%s\nheard:\n%s\nin:\n%s", walked, heard, text)
		}
	})
}

// dense is a cluster in which most is colocated with most.
func dense(t *rapid.T) string {
	var b strings.Builder
	b.WriteString("nodes n1 n2 n3\n")
	count := rapid.IntRange(6, 9).Draw(t, "primitives")
	for i := range count {
		fmt.Fprintf(&b, "primitive p%d\n", i)
		for _, n := range []string{"n1", "n2", "n3"} {
			if rapid.IntRange(0, 3).Draw(t, "located") == 0 {
				fmt.Fprintf(&b, "<rsc_location rsc=\"p%d\" node=\"%s\" score=\"%d\"/>\n", i, n, rapid.IntRange(-50, 50).Draw(t, "score"))
			}
		}
	}
	if rapid.Bool().Draw(t, "grouped") {
		b.WriteString("group g: p0 p1\n")
	}
	weights := []string{"INFINITY", "1", "500", "-2", "-300", "INFINITY", "7", "-INFINITY"}
	for i := range count {
		for j := range i {
			if rapid.IntRange(0, 4).Draw(t, "together") > 0 {
				weight := rapid.SampledFrom(weights[:rapid.IntRange(1, len(weights)).Draw(t, "kinds")]).Draw(t, "weight")
				fmt.Fprintf(&b, "<rsc_colocation rsc=\"p%d\" with-rsc=\"p%d\" score=\"%s\"/>\n", i, j, weight)
			}
		}
	}
	return b.String()
}

// scores are those that all resources have in the end.
func scores(t *rapid.T, text string, causes bool) string {
	cib, err := sketch.CIB(text)
	if err != nil {
		t.Fatal(err)
	}
	c := model.New(cib, sketch.Now)
	c.WantCauses = causes
	config.Read(c, cib)
	history.Read(c)
	constraint.Read(c)
	Criteria(c)
	constraint.Implicit(c)
	Run(c)
	var b strings.Builder
	for _, r := range c.All {
		fmt.Fprintf(&b, "%s:", r.ID)
		for ix, place := range r.Allowed.All() {
			fmt.Fprintf(&b, " %s=%s", c.Nodes[ix].Name, place.Score)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// BenchmarkDense places resources that are all to be together: without echoes
// each further one doubles the time.
func BenchmarkDense(b *testing.B) {
	for _, count := range []int{10, 20, 40} {
		b.Run(fmt.Sprint(count), func(b *testing.B) {
			var text strings.Builder
			text.WriteString("nodes n1 n2 n3\nfresh\n")
			for i := range count {
				fmt.Fprintf(&text, "primitive p%d\n", i)
				for j := range i {
					fmt.Fprintf(&text, "<rsc_colocation rsc=\"p%d\" with-rsc=\"p%d\" score=\"INFINITY\"/>\n", i, j)
				}
			}
			cib, err := sketch.CIB(text.String())
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				c := model.New(cib, sketch.Now)
				config.Read(c, cib)
				constraint.Read(c)
				Criteria(c)
				constraint.Implicit(c)
				Run(c)
			}
		})
	}
}
