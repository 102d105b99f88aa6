package cibsecret

import (
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// signSuffix ends the name of the file with a value's checksum.
const signSuffix = ".sign"

var (
	errNoChecksum = errors.New("no checksum")
	errMismatch   = errors.New("checksum mismatch")
)

// A store is the directory with this node's secrets: a folder for each resource,
// in it a file for each parameter and one for its checksum.
type store struct{ dir string }

func (s store) parent() string                    { return filepath.Dir(s.dir) }
func (s store) folder(resource string) string     { return filepath.Join(s.dir, resource) }
func (s store) path(resource, name string) string { return filepath.Join(s.dir, resource, name) }
func checksum(value string) string                { sum := md5.Sum([]byte(value)); return hex.EncodeToString(sum[:]) }

// value reads a value without a look at its checksum.
func (s store) value(resource, name string) (string, error) {
	data, err := os.ReadFile(s.path(resource, name))
	return strings.TrimRight(string(data), " \t\r\n"), err
}

// read reads a value that agrees with its checksum.
func (s store) read(resource, name string) (string, error) {
	sign, err := os.ReadFile(s.path(resource, name) + signSuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return "", errNoChecksum
	}
	if err != nil {
		return "", err
	}
	value, err := s.value(resource, name)
	if err == nil && checksum(value) != strings.TrimSpace(string(sign)) {
		err = errMismatch
	}
	return value, err
}

// write keeps a value with its checksum. Only the owner can read them.
func (s store) write(resource, name, value string) error {
	if err := os.MkdirAll(s.folder(resource), 0o700); err != nil {
		return fmt.Errorf("could not create directory %s: %w", s.folder(resource), err)
	}
	path := s.path(resource, name)
	if err := replace(path, value+"\n"); err != nil {
		return err
	}
	return replace(path+signSuffix, checksum(value)+"\n")
}

// replace writes a file whole or not at all.
func replace(path, text string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return fmt.Errorf("could not create file %s: %w", path, err)
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("could not create file %s: %w", path, err)
	}
	return nil
}

// remove forgets a value. It is no error if there is none.
func (s store) remove(resource, name string) error {
	path := s.path(resource, name)
	for _, p := range []string{path, path + signSuffix} {
		if err := os.Remove(p); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
