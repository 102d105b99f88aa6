// Package metadata reads what resource and fence agents say about themselves:
// their parameters and actions (OCF resource agent API 1.0 and 1.1, and the fence
// agents' dialect of it). It runs no agent; host/agent does.
package metadata

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
)

// An Agent is what one agent says of itself.
type Agent struct {
	Name       string
	Version    string // of the API it speaks, "1.1"; "" if it does not say
	Short      string
	Long       string
	Parameters []Parameter
	Actions    []Action
}

// A Parameter is one that the agent knows.
type Parameter struct {
	Name        string
	Type        string
	Default     string
	HasDefault  bool
	Short, Long string
	Required    bool
	Unique      bool   // no two instances may have the same value
	UniqueGroup string // the same for the group's values together
	Reloadable  bool   // a change needs no restart
	Private     bool   // keep it out of logs and digests that others see
	Deprecated  bool
	Obsoletes   string // the older parameter that this one replaces
}

// An Action is one that the agent can do, with its own idea of the times.
type Action struct {
	Name      string
	Timeout   string
	Interval  string
	Role      string
	Depth     string // the value of OCF_CHECK_LEVEL
	Automatic bool   // fence agents, on: do it when a node joins
	OnTarget  bool   // fence agents: do it on the node itself
}

// Parse reads an agent's metadata. An agent that says nothing it should is not
// refused as long as what it says is XML.
func Parse(text string) (*Agent, error) {
	root, err := Tree(text)
	if err != nil {
		return nil, err
	}
	a := &Agent{
		Name:    root.Attr("name"),
		Version: strings.TrimSpace(content(root.Child("version"))),
		Short:   description(root, "shortdesc"),
		Long:    description(root, "longdesc"),
	}
	if a.Short == "" {
		a.Short = root.Attr("shortdesc") // fence agents
	}
	for p := range root.Child("parameters").All("parameter") {
		a.Parameters = append(a.Parameters, parameter(p))
	}
	for n := range root.Child("actions").All("action") {
		a.Actions = append(a.Actions, action(n))
	}
	a.markPrivate()
	a.markReloadable()
	return a, nil
}

// Tree reads metadata as a document. Agents write a document type declaration,
// which means nothing here and is passed over.
func Tree(text string) (*xml.Node, error) {
	root, err := xml.ParseString(withoutDoctype(text))
	if err != nil {
		return nil, fmt.Errorf("read agent metadata: %w", err)
	}
	return root, nil
}

func withoutDoctype(text string) string {
	start := strings.Index(text, "<!DOCTYPE")
	if root := strings.Index(text, "<resource-agent"); start < 0 || root >= 0 && root < start {
		return strings.TrimSpace(text)
	}
	end := strings.IndexByte(text[start:], '>')
	if end < 0 {
		return text
	}
	return strings.TrimSpace(text[:start] + text[start+end+1:])
}

func parameter(n *xml.Node) Parameter {
	c := n.Child("content")
	value, has := c.Lookup("default")
	return Parameter{
		Name: n.Attr("name"), Type: c.Attr("type"), Default: value, HasDefault: has,
		Short: description(n, "shortdesc"), Long: description(n, "longdesc"),
		Required: truth(n, "required"), Unique: truth(n, "unique"), UniqueGroup: n.Attr("unique-group"),
		Reloadable: truth(n, "reloadable"), Private: truth(n, "private"),
		Deprecated: truth(n, "deprecated") || n.Child("deprecated") != nil,
		Obsoletes:  n.Attr("obsoletes"),
	}
}

func action(n *xml.Node) Action {
	return Action{
		Name: n.Attr("name"), Timeout: n.Attr("timeout"), Interval: n.Attr("interval"),
		Role: n.Attr("role"), Depth: n.Attr("depth"),
		Automatic: truth(n, "automatic") || truth(n, "required"),
		OnTarget:  truth(n, "on_target"),
	}
}

func truth(n *xml.Node, name string) bool {
	value, _ := crm.ParseBool(n.Attr(name))
	return value
}

func description(n *xml.Node, name string) string {
	return strings.TrimSpace(content(n.Child(name)))
}

func content(n *xml.Node) string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	for _, c := range n.Children {
		if c.Kind == xml.Text {
			b.WriteString(c.Text)
		}
	}
	return b.String()
}

// markPrivate guesses which parameters are secret if the agent does not say so
// of any: the names that have always been treated so.
func (a *Agent) markPrivate() {
	if slices.ContainsFunc(a.Parameters, func(p Parameter) bool { return p.Private }) {
		return
	}
	for i := range a.Parameters {
		switch a.Parameters[i].Name {
		case "password", "passwd", "user":
			a.Parameters[i].Private = true
		}
	}
}

// markReloadable gives the old API's meaning to agents that speak it: there, a
// parameter that is not unique could be reloaded.
func (a *Agent) markReloadable() {
	if a.AtLeast(1, 1) {
		return
	}
	for i := range a.Parameters {
		a.Parameters[i].Reloadable = !a.Parameters[i].Unique
	}
}

// AtLeast reports whether the agent speaks the given release of the API or a later.
func (a *Agent) AtLeast(major, minor int) bool {
	x, rest, _ := strings.Cut(a.Version, ".")
	y, _, _ := strings.Cut(rest, ".")
	gotMajor, _ := strconv.Atoi(x)
	gotMinor, _ := strconv.Atoi(y)
	return gotMajor > major || gotMajor == major && gotMinor >= minor
}

// ReloadAction is the action by which the agent takes on changed parameters
// without a restart: reload-agent (API 1.1), reload (before), or "" if none.
func (a *Agent) ReloadAction() string {
	name := "reload"
	if a.AtLeast(1, 1) {
		name = "reload-agent"
	}
	if _, ok := a.Action(name); ok {
		return name
	}
	return ""
}

// Action finds an action by name, the first if there are several.
func (a *Agent) Action(name string) (Action, bool) {
	i := slices.IndexFunc(a.Actions, func(x Action) bool { return x.Name == name })
	if i < 0 {
		return Action{}, false
	}
	return a.Actions[i], true
}

// Parameter finds a parameter by name.
func (a *Agent) Parameter(name string) (Parameter, bool) {
	i := slices.IndexFunc(a.Parameters, func(x Parameter) bool { return x.Name == name })
	if i < 0 {
		return Parameter{}, false
	}
	return a.Parameters[i], true
}
