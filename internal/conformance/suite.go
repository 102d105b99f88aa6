package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A suite runs one kind of recorded cases. data is the folder of recordings.
type suite struct {
	name string
	run  func(data, binary string) (result, error)
}

var suites = []suite{
	{"scheduler", func(data, binary string) (result, error) {
		return runScheduler(data, filepath.Join(data, "scheduler"), binary)
	}},
	{"mutants", func(data, binary string) (result, error) {
		return runScheduler(data, filepath.Join(data, "mutants"), binary)
	}},
	{"cli", runCLI},
}

// runScheduler runs the cases of a folder through crm_simulate.
func runScheduler(data, cases, binary string) (result, error) {
	binary, err := filepath.Abs(binary)
	if err != nil {
		return result{}, err
	}
	var report struct {
		Failed map[string][]string `json:"failed"`
	}
	err = compare(&report, filepath.Join(data, "scheduler", "check.py"), "--simulate", binary+" crm_simulate", "--cases", cases)
	if err != nil {
		return result{}, err
	}
	table, err := os.ReadFile(filepath.Join(cases, "cases.tsv"))
	if err != nil {
		return result{}, err
	}
	var r result
	for line := range strings.Lines(string(table)) {
		name, _, ok := strings.Cut(line, "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		r.total++
		if _, failed := report.Failed[name]; !failed {
			r.passed = append(r.passed, name)
		}
	}
	slices.Sort(r.passed)
	return r, nil
}

// runCLI runs the recorded commands against the tools as installed.
func runCLI(data, binary string) (result, error) {
	stage, err := os.MkdirTemp("", "conformance")
	if err != nil {
		return result{}, err
	}
	defer os.RemoveAll(stage)
	if out, err := exec.Command(binary, "install", "--destdir="+stage, "--prefix=/usr").CombinedOutput(); err != nil {
		return result{}, fmt.Errorf("install the tools into %s: %w\n%s", stage, err, out)
	}
	var report map[string]struct {
		Passed int      `json:"passed"`
		Failed []string `json:"failed"`
	}
	tools, err := withDaemons(stage)
	if err != nil {
		return result{}, err
	}
	folder := filepath.Join(data, "cli")
	args := []string{"--tools", tools}
	if _, err := exec.LookPath("xmllint"); err == nil {
		// What tools answer in XML must conform to the schema that comes with them.
		args = append(args, "--validate", filepath.Join(stage, "usr", "share", "pacemaker", "api", "api-result.rng"))
	}
	if err := compare(&report, filepath.Join(folder, "check.py"), args...); err != nil {
		return result{}, err
	}
	var r result
	for group, found := range report {
		names, err := recordedNames(filepath.Join(folder, "cases", group+".expected"))
		if err != nil {
			return result{}, err
		}
		r.total += found.Passed + len(found.Failed)
		for _, name := range names {
			if !slices.Contains(found.Failed, name) {
				r.passed = append(r.passed, group+": "+name)
			}
		}
	}
	slices.Sort(r.passed)
	return r, nil
}

// withDaemons makes a folder of the installed tools and, under the names that
// some commands ask for their metadata, the daemons, which are installed apart.
func withDaemons(stage string) (string, error) {
	folder := filepath.Join(stage, "names")
	if err := os.Mkdir(folder, 0o755); err != nil {
		return "", err
	}
	for _, part := range []string{"sbin/*", "lib/pacemaker/pacemaker-*"} {
		programs, err := filepath.Glob(filepath.Join(stage, "usr", part))
		if err != nil {
			return "", err
		}
		for _, p := range programs {
			if err := os.Symlink(p, filepath.Join(folder, filepath.Base(p))); err != nil {
				return "", err
			}
		}
	}
	return folder, nil
}

// recordedNames lists the tests of a file of recorded output. A name that comes
// again gets a prime, as the comparing program has it.
func recordedNames(path string) ([]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var names []string
	for line := range strings.Lines(string(data)) {
		name, begins := strings.CutPrefix(strings.TrimSpace(line), "=#=#=#= Begin test: ")
		if !begins {
			continue
		}
		name = strings.TrimSpace(strings.TrimSuffix(name, "=#=#=#="))
		for slices.Contains(names, name) {
			name += "'"
		}
		names = append(names, name)
	}
	return names, nil
}

// compare runs a comparing program and reads its report. That cases fail is a
// result, not an error.
func compare(report any, program string, args ...string) error {
	file, err := os.CreateTemp("", "conformance*.json")
	if err != nil {
		return err
	}
	file.Close()
	defer os.Remove(file.Name())
	out, err := exec.Command("python3", append([]string{program, "--json", file.Name()}, args...)...).CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return fmt.Errorf("run %s: %w", program, err)
	}
	data, err := os.ReadFile(file.Name())
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, report); err != nil {
		return fmt.Errorf("%s wrote no report (%w):\n%s", program, err, out)
	}
	return nil
}
