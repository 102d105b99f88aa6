package lab

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// BinaryEnv names a holdfast program to use instead of building one.
const BinaryEnv = "HOLDFAST_BINARY"

// A Stage is an installation of this checkout's program, for all machines of all
// labs of a world.
type Stage struct{ dir string }

// stagePath is a file of the stage as the machines see it.
func stagePath(path string) string { return filepath.Join(sharedPlace, "stage", path) }

// Program builds the program into a directory, unless one is named in BinaryEnv.
func Program(dir string) (string, error) {
	if program := os.Getenv(BinaryEnv); program != "" {
		return program, nil
	}
	program := filepath.Join(dir, "holdfast")
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, "./cmd/holdfast")
	build.Dir, build.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build holdfast: %w\n%s", err, out)
	}
	return program, nil
}

// NewStage builds the program and installs it into a directory.
func NewStage(dir string) (*Stage, error) {
	program, err := Program(dir)
	if err != nil {
		return nil, err
	}
	s := &Stage{dir: filepath.Join(dir, "stage")}
	if out, err := exec.Command(program, "install", "--destdir="+s.dir, "--prefix=/usr").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("install holdfast: %w\n%s", err, out)
	}
	return s, s.lendAgents()
}

// moduleRoot is the directory of go.mod, here or above.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == "/" {
			return "", errors.New("no go.mod here or above: run this in a checkout of Holdfast, or name a program in " + BinaryEnv)
		}
	}
}

// lendAgents puts this machine's resource agents beside ours.
func (s *Stage) lendAgents() error {
	for _, sub := range []string{"resource.d/heartbeat", "lib/heartbeat"} {
		from, to := filepath.Join("/usr/lib/ocf", sub), filepath.Join(s.dir, "usr/lib/ocf", sub)
		if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := os.Symlink(from, to); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}

// layOut makes the directory that machines share, with the stage and the fence agent.
func (s *Stage) layOut(shared string) error {
	if err := os.MkdirAll(filepath.Join(shared, "fence"), 0o755); err != nil {
		return err
	}
	if err := os.CopyFS(filepath.Join(shared, "stage"), os.DirFS(s.dir)); err != nil {
		return fmt.Errorf("copy the installation: %w", err)
	}
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(shared, "lab"), self, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(shared, "fence", FenceAgent), []byte(fenceScript), 0o755)
}

// HasAgent reports whether an agent of ocf:heartbeat and the program that it starts
// are installed on this machine.
func HasAgent(agent string, programs ...string) bool {
	if _, err := os.Stat(filepath.Join("/usr/lib/ocf/resource.d/heartbeat", agent)); err != nil {
		return false
	}
	for _, p := range strings.Fields(strings.Join(programs, " ")) {
		if _, err := exec.LookPath(p); err != nil {
			return false
		}
	}
	return true
}
