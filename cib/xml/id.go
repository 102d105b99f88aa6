package xml

import "strings"

// SanitizeID makes text fit for an XML id: characters that may not be in one
// become dots, a first one that may not begin one an underscore. Different texts
// may come out the same.
func SanitizeID(text string) string {
	var b strings.Builder
	for i, r := range text {
		switch {
		case isNameRune(r, i == 0):
			b.WriteRune(r)
		case i == 0:
			b.WriteByte('_')
			b.WriteString(strings.Repeat(".", len(string(r))-1))
		default:
			b.WriteString(strings.Repeat(".", len(string(r))))
		}
	}
	return b.String()
}
