package guard

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// module is the prefix of our own import paths.
const module = "holdfast/"

// A pkg is one folder with Go code.
type pkg struct {
	path  string // below the module, such as cluster/wire
	files []*file
}

// A file is one file of Go code.
type file struct {
	name   string // below the root
	test   bool
	text   []byte
	syntax *ast.File
	set    *token.FileSet
}

// at is a place in the file, for messages.
func (f *file) at(pos token.Pos) string {
	return f.name + ":" + strconv.Itoa(f.set.Position(pos).Line)
}

// An edge is one import.
type edge struct{ path, at string }

// imports lists what the package imports outside its tests, as keep wants it.
func (p *pkg) imports(keep func(path string) (string, bool)) []edge {
	var list []edge
	for _, f := range p.files {
		if f.test {
			continue
		}
		for _, in := range f.syntax.Imports {
			path, _ := strconv.Unquote(in.Path.Value)
			if kept, ok := keep(path); ok {
				list = append(list, edge{kept, f.at(in.Pos())})
			}
		}
	}
	return list
}

// own keeps our packages, foreign all others.
func own(path string) (string, bool) { return strings.CutPrefix(path, module) }

func foreign(path string) (string, bool) { return path, !strings.HasPrefix(path, module) }

const root = "../.."

// load reads the whole tree once.
var load = sync.OnceValues(func() ([]*pkg, error) {
	byPath := map[string]*pkg{}
	set := token.NewFileSet()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, path)
		if d.IsDir() {
			if name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || name == "bin") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		syntax, err := parser.ParseFile(set, path, text, parser.ParseComments)
		if err != nil {
			return err
		}
		folder := filepath.Dir(name)
		if byPath[folder] == nil {
			byPath[folder] = &pkg{path: folder}
		}
		byPath[folder].files = append(byPath[folder].files, &file{name: name, test: strings.HasSuffix(name, "_test.go"), text: text, syntax: syntax, set: set})
		return nil
	})
	var all []*pkg
	for _, p := range byPath {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b *pkg) int { return strings.Compare(a.path, b.path) })
	return all, err
})

func packages(t *testing.T) []*pkg {
	t.Helper()
	all, err := load()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 10 {
		t.Fatalf("only %d packages were found below %s: the guard sees nothing", len(all), root)
	}
	return all
}
