package acl

import (
	"slices"

	"holdfast/cib/xml"
	"holdfast/cib/xpath"
)

// Select returns what an expression selects in the part of a document that the
// user may read, as places in the whole document. That something selected was
// denied would otherwise tell of things that may not be read, down to single
// characters.
func (r *Rights) Select(root *xml.Node, expr string) ([]xpath.Match, error) {
	visible := r.Filter(root)
	if visible == nil {
		return nil, nil
	}
	matches, err := xpath.Find(visible, expr)
	for i := range matches {
		if matches[i].Node != nil {
			matches[i].Path = inWhole(root, visible, matches[i].Path)
			matches[i].Node = matches[i].Path.At(root)
		}
	}
	return matches, err
}

// inWhole translates a path in the visible part into one in the whole. A child
// is the same node in both, or the first after the one before it with the same
// name and id.
func inWhole(whole, visible *xml.Node, path xml.Path) xml.Path {
	translated := make(xml.Path, 0, len(path))
	for _, index := range path {
		at := -1
		for _, c := range visible.Children[:index+1] {
			at += 1 + slices.IndexFunc(whole.Children[at+1:], func(w *xml.Node) bool {
				return w == c || w.Kind == xml.Element && c.Kind == xml.Element && w.Name == c.Name && w.ID() == c.ID()
			})
		}
		translated = append(translated, at)
		whole, visible = whole.Children[at], visible.Children[index]
	}
	return translated
}
