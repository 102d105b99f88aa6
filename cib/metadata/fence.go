package metadata

import (
	"slices"

	"holdfast/cib/xml"
)

// TargetParameter is the parameter in which a fence agent takes the node to act
// on if the configuration names none: plug, else port, else none ("").
func (a *Agent) TargetParameter() string {
	for _, name := range []string{"plug", "port"} {
		if _, ok := a.Parameter(name); ok {
			return name
		}
	}
	return ""
}

// Unfences reports whether a fence agent wants its action "on" done by itself when a
// node joins.
func (a *Agent) Unfences() bool {
	return slices.ContainsFunc(a.Actions, func(x Action) bool { return x.Name == "on" && x.Automatic })
}

// OnTarget lists the actions that a fence agent wants done on the target itself.
func (a *Agent) OnTarget() []string {
	var names []string
	for _, x := range a.Actions {
		if x.OnTarget && x.Name != "" {
			names = append(names, x.Name)
		}
	}
	return names
}

// ForConfiguration adapts a fence agent's metadata to what an administrator has to
// configure: the cluster itself gives the action and the target, and start and
// stop mean registering the device, which no agent implements.
func ForConfiguration(root *xml.Node) *xml.Node {
	e := xml.Edit(root)
	for i, section := range root.Children {
		switch section.Name {
		case "parameters":
			for j, p := range section.Children {
				switch p.Attr("name") {
				case "action", "plug", "port":
					e.Own(xml.Path{i, j}).SetAttr("required", "0")
				}
			}
		case "actions":
			if !hasAction(section, "stop") {
				e.Own(xml.Path{i}).Add(
					xml.New("action", "name", "stop", "timeout", "20s"),
					xml.New("action", "name", "start", "timeout", "20s"),
				)
			}
		}
	}
	return e.Root()
}

func hasAction(actions *xml.Node, name string) bool {
	for a := range actions.All("action") {
		if a.Attr("name") == name {
			return true
		}
	}
	return false
}
