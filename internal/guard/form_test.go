package guard

import (
	"bytes"
	"go/ast"
	"go/format"
	"strings"
	"testing"
)

// longest is how many lines a file may have.
const longest = 700

// A package says in a sentence what it is for.
func TestEveryPackageHasAComment(t *testing.T) {
	for _, p := range packages(t) {
		code, commented := false, false
		for _, f := range p.files {
			if f.test {
				continue
			}
			code = true
			name := f.syntax.Name.Name
			start := "Package " + name + " "
			if name == "main" {
				start = "Command "
			}
			commented = commented || strings.HasPrefix(f.syntax.Doc.Text(), start)
		}
		if code && !commented {
			t.Errorf("package %s has no comment that begins with \"Package NAME\" (\"Command NAME\" for a program): a newcomer must learn what it is for and what it does not do", p.path)
		}
	}
}

// An exported type says what it is.
func TestExportedTypesAreDescribed(t *testing.T) {
	for _, p := range packages(t) {
		for _, f := range p.files {
			if f.test || f.syntax.Name.Name == "main" {
				continue
			}
			for _, d := range f.syntax.Decls {
				g, ok := d.(*ast.GenDecl)
				if !ok {
					continue
				}
				for _, s := range g.Specs {
					if ts, ok := s.(*ast.TypeSpec); ok && ts.Name.IsExported() && ts.Doc == nil && g.Doc == nil && ts.Comment == nil {
						t.Errorf("%s: type %s has no comment: who writes it, when is it valid, what must come first?", f.at(ts.Pos()), ts.Name)
					}
				}
			}
		}
	}
}

// A file over the limit is two things, or a thing without a name.
func TestFilesAreShort(t *testing.T) {
	for _, p := range packages(t) {
		for _, f := range p.files {
			if n := bytes.Count(f.text, []byte("\n")); n > longest {
				t.Errorf("%s has %d lines, more than %d: which collaborator in it has no file of its own yet?", f.name, n, longest)
			}
		}
	}
}

// Code is written as gofmt writes it.
func TestGofmt(t *testing.T) {
	for _, p := range packages(t) {
		for _, f := range p.files {
			if formatted, err := format.Source(f.text); err != nil || !bytes.Equal(formatted, f.text) {
				t.Errorf("%s: gofmt would change it (%v)", f.name, err)
			}
		}
	}
}
