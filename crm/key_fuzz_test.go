package crm

import "testing"

// A key of an operation or a transition that is read is written as it was,
// apart from the forms that its numbers may have.
func FuzzKeys(f *testing.F) {
	for _, s := range []string{"db_monitor_10000", "a_b_post_notify_start_0", "4:1;12:3:0:2668bbeb-06d5-40f9-936d-24cb7f87006a", "-1:193;1:2:7:u"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if k, ok := ParseOpKey(s); ok {
			if again, ok := ParseOpKey(k.String()); !ok || again != k {
				t.Fatalf("%q is %+v, written as %q it is %+v", s, k, k, again)
			}
		}
		if m, ok := ParseTransitionMagic(s); ok {
			if again, ok := ParseTransitionMagic(m.String()); !ok || again != m {
				t.Fatalf("%q is %+v, written as %q it is %+v", s, m, m, again)
			}
		}
	})
}
