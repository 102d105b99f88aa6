package schema

import (
	"slices"
	"strings"

	"holdfast/cib/xml"
)

// badAttribute tells why an attribute does not fit.
func (v *validator) badAttribute(n *xml.Node, p pattern, a *xml.Attr) {
	var others, expected []string
	here := false
	v.g.patterns.leaves(p, func(leaf node) {
		if leaf.kind != isAttribute {
			return
		}
		name := v.g.attrs[leaf.a].name
		if name != a.Name {
			others = append(others, name)
			return
		}
		here = true
		if t := v.g.types[leaf.b]; !t.ok(a.Value) {
			expected = append(expected, t.name)
			others = append(others, t.words...)
		}
	})
	slices.Sort(expected)
	expected = slices.Compact(expected)
	switch {
	case here && expected != nil:
		v.violation(n, "attribute %s has the value %q, expected %s%s", a.Name, a.Value, strings.Join(expected, " or "), didYouMean(a.Value, others))
	case here:
		v.violation(n, "attribute %s is not allowed beside the other attributes of %s", a.Name, n.Name)
	default:
		v.violation(n, "attribute %s is not allowed in %s%s", a.Name, n.Name, didYouMean(a.Name, others))
	}
}

// missingAttributes tells which attributes are missing.
func (v *validator) missingAttributes(n *xml.Node, p pattern) {
	missing := v.required(p)
	if len(missing) == 0 {
		v.violation(n, "attributes of %s are missing", n.Name)
		return
	}
	v.violation(n, "%s lacks the attribute %s", n.Name, strings.Join(missing, " and "))
}

// required names the attributes without which a pattern cannot be satisfied;
// alternatives are joined with "or".
func (v *validator) required(p pattern) []string {
	t := v.g.patterns
	if v.g.closeAttributes(p) != notAllowed {
		return nil
	}
	n := t.nodes[p]
	switch n.kind {
	case isAttribute:
		return []string{v.g.attrs[n.a].name}
	case isGroup, isInterleave:
		return append(v.required(pattern(n.a)), v.required(pattern(n.b))...)
	case isPlus:
		return v.required(pattern(n.a))
	case isChoice:
		var ways []string
		for q := p; q != notAllowed; {
			var head pattern
			head, q = t.uncons(q)
			if way := strings.Join(v.required(head), " and "); way != "" && !slices.Contains(ways, way) {
				ways = append(ways, way)
			}
		}
		return []string{strings.Join(simplest(ways), " or ")}
	}
	return nil
}

// simplest leaves out the ways that begin with another: "class and provider"
// beside "class".
func simplest(ways []string) []string {
	slices.SortFunc(ways, func(a, b string) int { return len(a) - len(b) })
	var kept []string
	for _, w := range ways {
		if !slices.ContainsFunc(kept, func(k string) bool { return strings.HasPrefix(w, k+" and ") }) {
			kept = append(kept, w)
		}
	}
	return kept
}

// unexpected tells that a child may not be here.
func (v *validator) unexpected(n, c *xml.Node, p pattern) {
	v.way = append(v.way, c)
	names := v.elementNames(p)
	switch {
	case len(names) == 0:
		v.violation(c, "element %s is not allowed here: nothing more may come in %s", c.Name, n.Name)
	case slices.Contains(names, c.Name):
		v.violation(c, "element %s is not allowed here: something else must come before it in %s", c.Name, n.Name)
	default:
		v.violation(c, "element %s is not allowed in %s here; expected %s%s", c.Name, n.Name, strings.Join(names, ", "), didYouMean(c.Name, names))
	}
	v.way = v.way[:len(v.way)-1]
}

// incomplete tells what is missing at the end of an element.
func (v *validator) incomplete(n *xml.Node, p pattern) {
	v.violation(n, "%s is incomplete: expected %s", n.Name, strings.Join(v.elementNames(p), ", "))
}

// elementNames are the elements that may come next, sorted.
func (v *validator) elementNames(p pattern) []string {
	var names []string
	v.g.patterns.leaves(p, func(n node) {
		if n.kind == isElement && !slices.Contains(names, v.g.elements[n.a].name) {
			if q := v.g.afterElement(p, []int{int(n.a)}, 1); q != notAllowed {
				names = append(names, v.g.elements[n.a].name)
			}
		}
	})
	slices.Sort(names)
	return names
}

// didYouMean suggests the word that is nearest to one that is not known; of
// several, the one that begins the same for longest.
func didYouMean(word string, known []string) string {
	best, least := "", len(word)/3+1
	for _, k := range known {
		d := distance(strings.ToLower(word), strings.ToLower(k))
		if d < least || d == least && k != word && commonPrefix(word, k) >= commonPrefix(word, best) {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

func commonPrefix(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// distance is how many letters must be changed, added or removed.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			d := corner
			if a[i] != b[j] {
				d++
			}
			corner = row[j+1]
			row[j+1] = min(d, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
