package tool

import (
	"fmt"
	"strings"
)

// Shells are the shells that Completion knows.
func Shells() []string { return []string{"bash", "fish", "zsh"} }

// Completion is a script by which a shell completes the command lines of tools. The
// first tool named main takes the others' names as its first argument.
func Completion(shell, main string, list []*Tool) (string, error) {
	switch shell {
	case "bash":
		return bashCompletion(main, list), nil
	case "fish":
		return fishCompletion(main, list), nil
	case "zsh":
		return zshCompletion(main, list), nil
	}
	return "", fmt.Errorf("there is no completion for %q: the shells are %s", shell, strings.Join(Shells(), ", "))
}

// A source is where the values of an argument come from.
type source uint8

const (
	anything source = iota
	files
	resourceNames
	nodeNames
)

// sourceOf guesses from an argument's name what its values are.
func sourceOf(arg string) source {
	switch strings.ToUpper(arg) {
	case "FILE", "PATH", "DIR", "DEST", "FILENAME", "DIRECTORY":
		return files
	case "RSC", "RESOURCE", "RESOURCE-ID":
		return resourceNames
	case "NODE", "HOST", "NAME|ID":
		return nodeNames
	}
	return anything
}

// Commands that list names in a running cluster; without one they list nothing.
const (
	listResources = "crm_resource --list-raw 2>/dev/null"
	listNodes     = "crm_node --list 2>/dev/null | cut -d' ' -f2"
)

// visible yields the options that help shows.
func (t *Tool) visible(yield func(*Option)) {
	for _, g := range t.described() {
		for i := range g.Options {
			if !g.Options[i].Hidden {
				yield(&g.Options[i])
			}
		}
	}
}

// forms are the spellings of an option.
func (o *Option) forms() []string {
	list := []string{"--" + o.Long}
	if o.Short != "" && !strings.ContainsAny(o.Short, "?$!#") {
		list = append(list, "-"+o.Short)
	}
	return list
}

func names(list []*Tool) string {
	all := make([]string, len(list))
	for i, t := range list {
		all[i] = t.Name
	}
	return strings.Join(all, " ")
}

// bashCompletion is one function for all tools.
func bashCompletion(main string, list []*Tool) string {
	var b strings.Builder
	b.WriteString("# Completion for " + main + " and its tools in bash.\n\n_" + main + "() {\n")
	b.WriteString("    local tool=${COMP_WORDS[0]##*/} cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n")
	b.WriteString("    if [ \"$tool\" = " + main + " ]; then\n        if [ \"$COMP_CWORD\" -eq 1 ]; then\n")
	b.WriteString("            COMPREPLY=($(compgen -W '" + names(list) + "' -- \"$cur\"))\n            return\n        fi\n")
	b.WriteString("        tool=${COMP_WORDS[1]}\n    fi\n    case $tool in\n")
	for _, t := range list {
		b.WriteString("    " + t.Name + ")\n")
		t.bashCase(&b)
		b.WriteString("        ;;\n")
	}
	b.WriteString("    esac\n}\ncomplete -F _" + main + " " + main + " " + names(list) + "\n")
	return b.String()
}

// bashCase completes one tool: the value of the option before the cursor, or options.
func (t *Tool) bashCase(b *strings.Builder) {
	var all []string
	values := map[source][]string{}
	t.visible(func(o *Option) {
		all = append(all, "--"+o.Long)
		if o.Arg != "" && !o.Optional {
			from := sourceOf(o.Arg)
			values[from] = append(values[from], o.forms()...)
		}
	})
	b.WriteString("        case $prev in\n")
	for _, from := range []source{files, resourceNames, nodeNames, anything} {
		if len(values[from]) > 0 {
			b.WriteString("        " + strings.Join(values[from], "|") + ") " + bashValues(from) + " ;;\n")
		}
	}
	b.WriteString("        *) COMPREPLY=($(compgen -W '" + strings.Join(all, " ") + "' -f -- \"$cur\")) ;;\n        esac\n")
}

func bashValues(from source) string {
	switch from {
	case files:
		return `COMPREPLY=($(compgen -f -- "$cur"))`
	case resourceNames:
		return `COMPREPLY=($(compgen -W "$(` + listResources + `)" -- "$cur"))`
	case nodeNames:
		return `COMPREPLY=($(compgen -W "$(` + listNodes + `)" -- "$cur"))`
	}
	return "COMPREPLY=()"
}

// fishCompletion is a command for each option.
func fishCompletion(main string, list []*Tool) string {
	var b strings.Builder
	b.WriteString("# Completion for " + main + " and its tools in fish.\n\n")
	first := "__fish_use_subcommand"
	for _, t := range list {
		fmt.Fprintf(&b, "complete -c %s -n %s -f -a %s -d %s\n", main, first, t.Name, quote(t.purpose()))
	}
	for _, t := range list {
		t.visible(func(o *Option) {
			line := " -l " + o.Long
			if forms := o.forms(); len(forms) > 1 {
				line += " -s " + quote(o.Short)
			}
			line += fishValues(o) + " -d " + quote(firstLine(o.Help))
			fmt.Fprintf(&b, "complete -c %s%s\n", t.Name, line)
			fmt.Fprintf(&b, "complete -c %s -n '__fish_seen_subcommand_from %s'%s\n", main, t.Name, line)
		})
	}
	return b.String()
}

func fishValues(o *Option) string {
	if o.Arg == "" || o.Optional {
		return ""
	}
	switch sourceOf(o.Arg) {
	case files:
		return " -r -F"
	case resourceNames:
		return " -x -a '(" + strings.ReplaceAll(listResources, "'", `\'`) + ")'"
	case nodeNames:
		return " -x -a '(" + strings.ReplaceAll(listNodes, "'", `\'`) + ")'"
	}
	return " -x"
}

// zshCompletion is a function for each tool, and one that chooses among them.
func zshCompletion(main string, list []*Tool) string {
	var b strings.Builder
	b.WriteString("#compdef " + main + " " + names(list) + "\n# Completion for " + main + " and its tools in zsh.\n\n_" + main + "_tool() {\n    case $1 in\n")
	for _, t := range list {
		b.WriteString("    " + t.Name + ")\n        _arguments \\\n")
		t.visible(func(o *Option) { b.WriteString(zshOption(o)) })
		b.WriteString("            '*:file:_files' ;;\n")
	}
	b.WriteString("    esac\n}\n\nif [[ $service == " + main + " ]]; then\n")
	b.WriteString("    if (( CURRENT == 2 )); then\n        compadd " + names(list) + "\n    else\n")
	b.WriteString("        shift words\n        (( CURRENT-- ))\n        _" + main + "_tool $words[1]\n    fi\nelse\n    _" + main + "_tool $service\nfi\n")
	return b.String()
}

func zshOption(o *Option) string {
	help := strings.NewReplacer("[", "(", "]", ")", ":", " -", "'", "").Replace(firstLine(o.Help))
	value := ""
	if o.Arg != "" {
		name := strings.ReplaceAll(strings.ToLower(o.Arg), ":", "-")
		value = ":" + name + ":" + zshValues(sourceOf(o.Arg))
		if o.Optional {
			value = ":" + value
		}
	}
	equals := ""
	if o.Arg != "" {
		equals = "="
	}
	line := ""
	for _, form := range o.forms() {
		sign := ""
		if strings.HasPrefix(form, "--") {
			sign = equals
		}
		line += "            '" + form + sign + "[" + help + "]" + value + "' \\\n"
	}
	return line
}

func zshValues(from source) string {
	switch from {
	case files:
		return "_files"
	case resourceNames:
		return "($(" + listResources + "))"
	case nodeNames:
		return `($(crm_node --list 2>/dev/null | cut -d" " -f2))`
	}
	return ""
}

// quote puts a text in single quotes for fish.
func quote(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(text) + "'"
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
