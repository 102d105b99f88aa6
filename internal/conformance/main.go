// Command conformance runs the recorded cases of the reference against this
// build and holds what passed once: a case listed in testdata/conformance that
// no longer passes is an error. It compares nothing itself; that is for the
// programs beside the recordings.
//
//	go run ./internal/conformance [--shared=DIR] [--suite=NAME,…] [--update]
//
// --update adds newly passing cases to the lists; it never takes one away.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	shared := flag.String("shared", "../shared", "folder that holds conformance/")
	binary := flag.String("holdfast", "bin/holdfast", "the build to test")
	lists := flag.String("lists", "testdata/conformance", "folder of the lists of passing cases")
	only := flag.String("suite", "", "just these suites, separated by commas: scheduler, mutants, cli")
	update := flag.Bool("update", false, "add newly passing cases to the lists")
	flag.Parse()

	ok := true
	for _, s := range suites {
		if *only != "" && !slices.Contains(strings.Split(*only, ","), s.name) {
			continue
		}
		held, err := check(s, *shared, *binary, filepath.Join(*lists, s.name+".txt"), *update)
		if err != nil {
			fmt.Fprintf(os.Stderr, "conformance: %s: %v\n", s.name, err)
		}
		ok = ok && held && err == nil
	}
	if !ok {
		os.Exit(1)
	}
}

// check runs one suite and reports whether all listed cases still pass.
func check(s suite, shared, binary, list string, update bool) (bool, error) {
	listed, err := readList(list)
	if err != nil {
		return false, err
	}
	result, err := s.run(filepath.Join(shared, "conformance"), binary)
	if err != nil {
		return false, err
	}
	lost, gained := result.against(listed)
	fmt.Printf("%s: %d of %d pass, %d listed\n", s.name, len(result.passed), result.total, len(listed))
	for _, name := range lost {
		fmt.Printf("  passed before, fails now: %s\n", name)
	}
	if update && len(gained) > 0 {
		fmt.Printf("  %d cases added to %s\n", len(gained), list)
		return len(lost) == 0, writeList(list, append(listed, gained...))
	}
	for _, name := range gained {
		fmt.Printf("  passes, not listed yet: %s\n", name)
	}
	return len(lost) == 0, nil
}
