package cib_test

import (
	"fmt"
	"log"

	"holdfast/cib"
	"holdfast/cib/xml"
)

// Read a CIB, change the score of a constraint, and see what the cluster would
// be told: the change is checked against the schema, counted as a version, and
// comes with a patch.
func Example() {
	c, err := cib.Parse([]byte(`<cib validate-with="pacemaker-4.0" admin_epoch="0" epoch="7" num_updates="3">
  <configuration>
    <crm_config/>
    <nodes><node id="1" uname="alice"/></nodes>
    <resources><primitive id="web" class="ocf" provider="heartbeat" type="nginx"/></resources>
    <constraints><rsc_location id="prefer" rsc="web" node="alice" score="10"/></constraints>
  </configuration>
  <status/>
</cib>`))
	if err != nil {
		log.Fatal(err)
	}
	result, err := c.Apply(cib.Request{
		Op: cib.Modify, Section: "constraints", Score: true, NoStamp: true,
		Data: xml.New("rsc_location", "id", "prefer", "score", "score+=90"),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(c.Version(), "->", result.CIB.Version())
	fmt.Print(result.Patch.Indented())

	_, err = result.CIB.Apply(cib.Request{Op: cib.Modify, Section: "constraints",
		Data: xml.New("rsc_location", "id", "prefer", "score", "much")})
	fmt.Println(cib.KindOf(err))

	// Output:
	// 0.7.3 -> 0.8.0
	// <diff format="2">
	//   <version>
	//     <source admin_epoch="0" epoch="7" num_updates="3"/>
	//     <target admin_epoch="0" epoch="8" num_updates="0"/>
	//   </version>
	//   <change operation="modify" path="/cib">
	//     <change-list>
	//       <change-attr name="epoch" operation="set" value="8"/>
	//       <change-attr name="num_updates" operation="set" value="0"/>
	//     </change-list>
	//     <change-result>
	//       <cib validate-with="pacemaker-4.0" admin_epoch="0" epoch="8" num_updates="0"/>
	//     </change-result>
	//   </change>
	//   <change operation="modify" path="/cib/configuration/constraints/rsc_location[@id='prefer']">
	//     <change-list>
	//       <change-attr name="score" operation="set" value="100"/>
	//     </change-list>
	//     <change-result>
	//       <rsc_location id="prefer" rsc="web" node="alice" score="100"/>
	//     </change-result>
	//   </change>
	// </diff>
	// Update does not conform to the configured schema
}
