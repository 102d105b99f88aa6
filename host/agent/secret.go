package agent

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// secretMark stands in the CIB for a value that is kept in a file of this node
// (cibsecret).
const secretMark = "lrm://"

// withSecrets replaces marks by the secret values of a resource. The parameters
// given are not changed.
func (h *Host) withSecrets(resource string, params []Param) ([]Param, error) {
	var out []Param
	for i, p := range params {
		if p.Value != secretMark {
			continue
		}
		value, err := readSecret(h.opt.SecretsDir, resource, p.Name)
		if err != nil {
			return params, err
		}
		if out == nil {
			out = slices.Clone(params)
		}
		out[i].Value = value
	}
	if out == nil {
		return params, nil
	}
	return out, nil
}

// readSecret reads one value and checks it against the checksum beside it,
// which tells a copy that did not arrive whole.
func readSecret(dir, resource, name string) (string, error) {
	if !plainName(resource) || !plainName(name) {
		return "", fmt.Errorf("read secret %q of resource %q: not a file name", name, resource)
	}
	path := filepath.Join(dir, resource, name)
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read secret: %w", err)
	}
	sign, err := os.ReadFile(path + ".sign")
	if err != nil {
		return "", fmt.Errorf("read checksum of secret: %w", err)
	}
	value := firstLine(string(data))
	sum := md5.Sum([]byte(value))
	if hex.EncodeToString(sum[:]) != firstLine(string(sign)) {
		return "", fmt.Errorf("secret %s does not match its checksum; set it again with cibsecret", path)
	}
	return value, nil
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return strings.TrimRight(line, " \t\r")
}
