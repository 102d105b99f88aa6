package cib

import (
	"testing"
	"time"

	"holdfast/cib/patch"
	"holdfast/cib/xml"
)

const start = `<cib admin_epoch="1" epoch="2" num_updates="3" validate-with="pacemaker-4.0" crm_feature_set="3.20.0">` +
	`<configuration><crm_config/><nodes><node id="1" uname="a"/></nodes>` +
	`<resources><group id="g"><primitive id="r1" type="Dummy" n="5"/><!--c--><primitive id="r2"/></group></resources><constraints/></configuration>` +
	`<status><node_state id="1"/></status></cib>`

func mustParse(t *testing.T, text string) *xml.Node {
	t.Helper()
	if text == "" {
		return nil
	}
	n, err := xml.ParseString(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Each case is one request on the CIB above: what of it comes out, and with
// which version. The expectations were checked against cibadmin on a file.
func TestOperations(t *testing.T) {
	for _, c := range []struct {
		name    string
		request Request
		data    string
		look    string // an expression for what to look at afterwards
		want    string
		version string
		kind    Kind
	}{
		{"create an object in a section", Request{Op: Create, Section: "nodes"}, `<node id="2"/>`,
			"//nodes", `<nodes><node id="1" uname="a"/><node id="2"/></nodes>`, "1.3.0", 0},
		{"create all of a section", Request{Op: Create, Section: "nodes"}, `<nodes><node id="2"/><node id="3"/></nodes>`,
			"//nodes", `<nodes><node id="1" uname="a"/><node id="2"/><node id="3"/></nodes>`, "1.3.0", 0},
		{"create what is there", Request{Op: Create, Section: "nodes"}, `<node id="1"/>`, "", "", "", Exists},
		{"create in a section that is not there", Request{Op: Create, Section: "tags"}, `<tag id="x"/>`, "", "", "", Malformed},
		{"modify merges", Request{Op: Modify}, `<primitive id="r1" class="ocf"><meta_attributes id="m"/></primitive>`,
			"//primitive[@id='r1']", `<primitive id="r1" type="Dummy" n="5" class="ocf"><meta_attributes id="m"/></primitive>`, "1.3.0", 0},
		{"modify what is not there", Request{Op: Modify, Section: "nodes"}, `<node id="2"/>`, "", "", "", NotFound},
		{"modify may create", Request{Op: Modify, Section: "nodes", AllowCreate: true}, `<node id="2"/>`,
			"//nodes", `<nodes><node id="1" uname="a"/><node id="2"/></nodes>`, "1.3.0", 0},
		{"modify makes a missing section", Request{Op: Modify, Section: "tags", AllowCreate: true}, `<tag id="t"/>`,
			"//tags", `<tags><tag id="t"/></tags>`, "1.3.0", 0},
		{"modify without a change keeps the version", Request{Op: Modify}, `<node id="1" uname="a"/>`,
			"//nodes", `<nodes><node id="1" uname="a"/></nodes>`, "1.2.3", 0},
		{"scores count up", Request{Op: Modify, Score: true}, `<primitive id="r1" n="n+=7"/>`,
			"//primitive[@id='r1']/@n", `<xpath-query n="12"/>`, "1.3.0", 0},
		{"scores saturate", Request{Op: Modify, Score: true}, `<primitive id="r1" n="n+=INFINITY"/>`,
			"//primitive[@id='r1']/@n", `<xpath-query n="1000000"/>`, "1.3.0", 0},
		{"without the option they are text", Request{Op: Modify}, `<primitive id="r1" n="n++"/>`,
			"//primitive[@id='r1']/@n", `<xpath-query n="n++"/>`, "1.3.0", 0},
		{"status counts in num_updates", Request{Op: Modify, Section: "status"}, `<node_state id="1" join="member"/>`,
			"//status", `<status><node_state id="1" join="member"/></status>`, "1.2.4", 0},
		{"replace an object", Request{Op: Replace}, `<primitive id="r1" type="x"/>`,
			"//group", `<group id="g"><primitive id="r1" type="x"/><!--c--><primitive id="r2"/></group>`, "1.3.0", 0},
		{"an equal section in the place of one is a change", Request{Op: Replace}, `<constraints/>`, "//constraints", `<constraints/>`, "1.3.0", 0},
		{"the configuration as it was read is no change of it", Request{Op: Replace},
			`<configuration><crm_config/><nodes><node id="1" uname="a"/></nodes><resources><group id="g"><primitive id="r1" type="Dummy" n="5"/>` +
				`<!--c--><primitive id="r2"/></group></resources><constraints/></configuration>`,
			"//constraints", `<constraints/>`, "1.2.4", 0},
		{"replace by expression puts it last", Request{Op: Replace, XPath: "//primitive[@id='r1']"}, `<primitive id="r9"/>`,
			"//group", `<group id="g"><!--c--><primitive id="r2"/><primitive id="r9"/></group>`, "1.3.0", 0},
		{"replace what is not there", Request{Op: Replace}, `<primitive id="r9"/>`, "", "", "", NotFound},
		{"replace by an older CIB", Request{Op: Replace}, `<cib admin_epoch="1" epoch="1" num_updates="9"/>`, "", "", "", OldData},
		{"delete by example", Request{Op: Delete, Section: "resources"}, `<primitive type="dummy"/>`,
			"//group", `<group id="g"><!--c--><primitive id="r2"/></group>`, "1.3.0", 0},
		{"delete what is not there", Request{Op: Delete}, `<primitive id="r9"/>`,
			"//nodes", `<nodes><node id="1" uname="a"/></nodes>`, "1.2.3", 0},
		{"delete the first match", Request{Op: Delete, XPath: "//primitive"}, "",
			"//group", `<group id="g"><!--c--><primitive id="r2"/></group>`, "1.3.0", 0},
		{"delete all matches", Request{Op: Delete, XPath: "//primitive", All: true}, "",
			"//group", `<group id="g"><!--c--></group>`, "1.3.0", 0},
		{"delete the document", Request{Op: Delete, XPath: "/cib"}, "", "", "", "", Malformed},
		{"erase", Request{Op: Erase}, "",
			"/cib/*", `<xpath-query><configuration><crm_config/><nodes/><resources/><constraints/></configuration><status/></xpath-query>`, "2.3.0", 0},
		{"bump", Request{Op: Bump}, "", "//nodes", `<nodes><node id="1" uname="a"/></nodes>`, "1.3.4", 0},
		{"an unknown schema", Request{Op: Modify}, `<cib validate-with="pacemaker-99"/>`, "", "", "", SchemaInvalid},
		{"a malformed expression", Request{Op: Delete, XPath: "//["}, "", "", "", "", NotFound},
		{"a transaction is one change", Request{Op: Transaction, Requests: []Request{
			{Op: Bump}, {Op: Delete, XPath: "//node"}, {Op: Delete, XPath: "//group"}}}, "",
			"//nodes | //resources", `<xpath-query><nodes/><resources/></xpath-query>`, "1.4.0", 0},
		{"a transaction is all or nothing", Request{Op: Transaction, Requests: []Request{
			{Op: Delete, XPath: "//node"}, {Op: Modify, Section: "nodes", Data: xml.New("node", "id", "7")}}}, "", "", "", "", NotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			before, err := New(mustParse(t, start))
			if err != nil {
				t.Fatal(err)
			}
			c.request.Data, c.request.NoStamp, c.request.NoSchema = mustParse(t, c.data), true, c.kind != SchemaInvalid
			result, err := before.Apply(c.request)
			if before.Root().String() != start {
				t.Fatal("the old version was changed")
			}
			if err != nil || c.kind != 0 {
				if KindOf(err) != c.kind {
					t.Fatalf("%v, want %v", err, c.kind)
				}
				return
			}
			out, err := result.CIB.Query(Request{XPath: c.look})
			if err != nil || out.String() != c.want {
				t.Errorf("%v %v, want %s", out, err, c.want)
			}
			if got := result.CIB.Version().String(); got != c.version {
				t.Errorf("version %s, want %s", got, c.version)
			}
			checkPatch(t, before, result)
		})
	}
}

// checkPatch holds that the patch of a result leads there.
func checkPatch(t *testing.T, before CIB, result Result) {
	t.Helper()
	if result.Patch == nil {
		if result.CIB != before {
			t.Error("changed without a patch")
		}
		return
	}
	got, err := patch.Apply(before.Root(), result.Patch, true)
	if err != nil || !xml.Equal(got, result.CIB.Root()) {
		t.Errorf("the patch does not lead to the result: %v", err)
	}
}

func TestAChangeOfConfigurationIsStamped(t *testing.T) {
	c := Empty("")
	r := Request{Op: Create, Section: "nodes", Data: xml.New("node", "id", "1", "uname", "a"),
		User: "alice", Origin: "n1", Time: time.Date(2026, 11, 2, 3, 4, 5, 0, time.UTC)}
	result, err := c.Apply(r)
	if err != nil {
		t.Fatal(err)
	}
	root := result.CIB.Root()
	if got := root.Attr("cib-last-written") + "|" + root.Attr("update-origin") + "|" + root.Attr("update-user"); got !=
		"Mon Nov  2 03:04:05 2026|n1|alice" {
		t.Error(got)
	}
	if _, ok := root.Lookup("update-client"); ok {
		t.Error("an unknown client is recorded")
	}
}
