package guard

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// decisions are the folders that compute what should happen and touch nothing.
var decisions = []string{"crm", "cib", "output", "scheduler", "cluster", "admin", "status"}

// steps are those among them that hold no lock and start nothing, because the
// simulator runs many of them in one goroutine and wants the same run again.
var steps = []string{"scheduler", "cluster"}

// forTests are packages that only tests import.
var forTests = []string{"scheduler/internal", "cluster/internal"}

// world are packages of the world, with all below them.
var world = []string{"context", "crypto/rand", "golang.org/x/sys", "io/ioutil", "log", "math/rand", "net", "os", "plugin", "runtime", "syscall", "unsafe"}

// clock are the functions of package time that read or wait.
var clock = []string{"After", "AfterFunc", "NewTicker", "NewTimer", "Now", "Since", "Sleep", "Tick", "Until"}

const pureWhy = "decisions take the input and the time and return what should happen; package daemon and package simulate do it. " +
	"What must touch the world belongs into host."

func pure(p *pkg) bool { return under(decisions, p.path) && !under(forTests, p.path) }

func under(folders []string, path string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return covers(f, path) })
}

// Decisions import nothing of the world.
func TestDecisionsDoNotImportTheWorld(t *testing.T) {
	for _, p := range packages(t) {
		if !pure(p) {
			continue
		}
		for _, in := range p.imports(foreign) {
			if under(world, in.path) {
				t.Errorf("%s: %s imports %s: %s", in.at, p.path, in.path, pureWhy)
			}
			if under(steps, p.path) && under([]string{"sync"}, in.path) {
				t.Errorf("%s: %s imports %s: a core is called by one driver at a time and holds no lock", in.at, p.path, in.path)
			}
		}
	}
}

// Decisions read no clock, and cores start no goroutine.
func TestDecisionsReadNoClock(t *testing.T) {
	for _, p := range packages(t) {
		if !pure(p) {
			continue
		}
		for _, f := range p.files {
			if f.test {
				continue
			}
			ast.Inspect(f.syntax, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.SelectorExpr:
					if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" && x.Obj == nil && slices.Contains(clock, n.Sel.Name) {
						t.Errorf("%s: time.%s: %s", f.at(n.Pos()), n.Sel.Name, pureWhy)
					}
				case *ast.GoStmt:
					if under(steps, p.path) {
						t.Errorf("%s: a goroutine: a core that runs by itself cannot be run again", f.at(n.Pos()))
					}
				}
				return true
			})
		}
	}
}

// What serves tests is imported by tests alone.
func TestOnlyTestsImportWhatIsForTests(t *testing.T) {
	for _, p := range packages(t) {
		if under(forTests, p.path) || strings.HasSuffix(p.path, "test") {
			continue
		}
		for _, in := range p.imports(own) {
			if under(forTests, in.path) {
				t.Errorf("%s: %s imports %s, which is for tests: it may touch the world", in.at, p.path, in.path)
			}
		}
	}
}
