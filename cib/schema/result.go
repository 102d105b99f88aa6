package schema

import "holdfast/cib/xml"

// resultSchema is the name of the grammar of results among the compiled ones.
const resultSchema = "api-result"

// ValidateResult returns where the answer of a tool, a <pacemaker-result>, does
// not conform to what programs may expect of it; nothing if it conforms.
func ValidateResult(root *xml.Node) []Violation { return validate(root, resultSchema) }

// ResultRelaxNG writes that as a RELAX NG grammar, for programs that hold
// answers against a file: pcs does.
func ResultRelaxNG() []byte { return export(results(), "start", 0) }

// OldStatusRelaxNG writes the grammar of what crm_mon answers in its older form,
// whose root is a <crm_mon>.
func OldStatusRelaxNG() []byte { return export(results(), "old-status", 0) }
