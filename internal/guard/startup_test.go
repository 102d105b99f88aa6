package guard

import (
	"go/ast"
	"slices"
	"testing"
)

// heavy are packages that cost every tool at its start, whether it uses them or not:
// all of them are initialized in every process of the one program.
var heavy = []string{"net/http", "html/template", "text/template", "crypto/tls", "testing", "expvar", "database/sql"}

// Agents and scripts start tools all the time: what is linked into the program
// must not make that slower.
func TestProgramStartsQuickly(t *testing.T) {
	for _, p := range linked(t, "cmd/holdfast") {
		for _, e := range p.imports(foreign) {
			if slices.Contains(heavy, e.path) {
				t.Errorf("%s: %s is linked into the program with this import, and its initialization is paid for at the start of every tool: do without it, or put what needs it into a program of its own", e.at, e.path)
			}
		}
		for _, f := range p.files {
			for _, at := range compiledEarly(f) {
				t.Errorf("%s: a regular expression is compiled at the start of every tool: compile it where it is first needed (sync.OnceValue)", at)
			}
		}
	}
}

// linked are the packages of ours that a program consists of.
func linked(t *testing.T, program string) []*pkg {
	t.Helper()
	byPath := map[string]*pkg{}
	for _, p := range packages(t) {
		byPath[p.path] = p
	}
	list := []*pkg{byPath[program]}
	for i := 0; i < len(list); i++ {
		for _, e := range list[i].imports(own) {
			if p := byPath[e.path]; p != nil && !slices.Contains(list, p) {
				list = append(list, p)
			}
		}
	}
	if len(list) < 30 {
		t.Fatalf("only %d packages are linked into %s: the guard sees nothing", len(list), program)
	}
	return list
}

// compiledEarly finds variables of the package whose value comes from regexp.
func compiledEarly(f *file) (places []string) {
	if f.test {
		return nil
	}
	for _, d := range f.syntax.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, s := range g.Specs {
			v, ok := s.(*ast.ValueSpec)
			if !ok {
				continue
			}
			for _, value := range v.Values {
				if call, ok := value.(*ast.CallExpr); ok && isRegexp(call.Fun) {
					places = append(places, f.at(call.Pos()))
				}
			}
		}
	}
	return places
}

func isRegexp(fun ast.Expr) bool {
	sel, ok := fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	pkg, ok := sel.X.(*ast.Ident)
	return ok && pkg.Name == "regexp"
}
