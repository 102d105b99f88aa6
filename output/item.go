package output

// An Item is a line of text, or a list with a title, ready to be written. A
// view of something large is built as a tree of items first, so that parts
// which turn out to be empty can be left out together with their titles.
type Item struct {
	Text  string
	Class string // what the line means, for HTML: "online", "rsc-failed"
	List  bool   // Text is the title of Items
	Items []*Item
}

// Line makes an item without a list.
func Line(text string) *Item { return &Item{Text: text} }

// List makes a list with a title.
func List(title string, items ...*Item) *Item {
	return &Item{Text: title, List: true, Items: items}
}

// Add appends items, leaving out nil ones.
func (i *Item) Add(items ...*Item) {
	for _, item := range items {
		if item != nil {
			i.Items = append(i.Items, item)
		}
	}
}

// OrNil returns the list, or nil if there is nothing in it.
func (i *Item) OrNil() *Item {
	if len(i.Items) == 0 {
		return nil
	}
	return i
}

// Put writes an item with all that is below it. A nil item writes nothing.
func (l *Lines) Put(i *Item) {
	switch {
	case i == nil:
	case i.List:
		l.Begin("%s", i.Text)
		for _, item := range i.Items {
			l.Put(item)
		}
		l.End()
	default:
		l.item(i.Text, i.Class)
	}
}
