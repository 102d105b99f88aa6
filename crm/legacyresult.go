package crm

import "math"

// LegacyResult is a result as older interfaces number it: system errors as they
// are, the cluster's own from 201. The sign does not matter.
type LegacyResult int

// legacyNames are the older numbers, from 201.
var legacyNames = []string{
	"pcmk_err_generic",
	"pcmk_err_no_quorum",
	"pcmk_err_schema_validation",
	"pcmk_err_transform_failed",
	"pcmk_err_old_data",
	"pcmk_err_diff_failed",
	"pcmk_err_diff_resync",
	"pcmk_err_cib_modified",
	"pcmk_err_cib_backup",
	"pcmk_err_cib_save",
	"", // in use, but without a name
	"pcmk_err_cib_corrupt",
	"pcmk_err_multiple",
	"pcmk_err_node_unknown",
	"pcmk_err_already",
	"pcmk_err_bad_nvpair",
	"pcmk_err_unknown_format",
}

const firstLegacy LegacyResult = 201

// Result gives the newer number.
func (l LegacyResult) Result() Result {
	if l == math.MinInt32 {
		return Result(l) // what is no number; it has no other sign
	}
	l = max(l, -l)
	for i := range resultTexts {
		if resultTexts[i].legacy == int(l) {
			return ResultError - Result(i)
		}
	}
	return Result(l)
}

// String describes the result.
func (l LegacyResult) String() string { return l.Result().String() }

// Name gives the result's symbolic name, "Unknown" if it has none.
func (l LegacyResult) Name() string {
	l = max(l, -l)
	if i := int(l - firstLegacy); i >= 0 && i < len(legacyNames) && legacyNames[i] != "" {
		return legacyNames[i]
	}
	return Result(l).Name()
}

// LegacyResults lists all older results with a name in ascending order.
func LegacyResults() []LegacyResult {
	var all []LegacyResult
	for n := LegacyResult(0); n <= 256; n++ {
		if n.Name() != "Unknown" {
			all = append(all, n)
		}
	}
	return all
}
