package agent

import (
	"fmt"
	"os"
	"strings"
	"time"

	"holdfast/cib/metadata"
)

// metadataPatience is how long an agent may take to describe itself.
const metadataPatience = 30 * time.Second

// cachedMetadata is what an agent said, valid as long as its file is the same.
type cachedMetadata struct {
	size     int64
	modified time.Time
	text     string
}

// MetadataText asks an agent of any standard for its metadata, or gives what it
// said before if its file has not changed. Fence agents' metadata is adapted
// to what an administrator has to configure (see metadata.ForConfiguration).
func (h *Host) MetadataText(class, provider, agentType string) (string, error) {
	if class == Service {
		class = h.resolveService(agentType)
	}
	key := class + ":" + provider + ":" + agentType
	size, modified := h.fileFacts(class, provider, agentType)
	h.mu.Lock()
	cached, ok := h.metadata[key]
	h.mu.Unlock()
	if ok && !modified.IsZero() && cached.size == size && cached.modified.Equal(modified) {
		return cached.text, nil
	}
	text, err := h.askMetadata(class, provider, agentType)
	if err != nil {
		return "", err
	}
	h.mu.Lock()
	h.metadata[key] = cachedMetadata{size, modified, text}
	h.mu.Unlock()
	return text, nil
}

// Metadata is MetadataText, read.
func (h *Host) Metadata(class, provider, agentType string) (*metadata.Agent, error) {
	text, err := h.MetadataText(class, provider, agentType)
	if err != nil {
		return nil, err
	}
	return metadata.Parse(text)
}

func (h *Host) askMetadata(class, provider, agentType string) (string, error) {
	req := Request{
		ID: "metadata", Class: class, Provider: provider, Type: agentType, Resource: agentType,
		Action: "meta-data", Timeout: metadataPatience,
	}
	if class == Stonith {
		req.Action, req.Params = "metadata", []Param{{"action", "metadata"}}
	}
	r := h.Run(req)
	switch {
	case !r.OK():
		return "", fmt.Errorf("ask %s for its metadata: %s", req.name(), describeFailure(r))
	case strings.TrimSpace(r.Stdout) == "":
		return "", fmt.Errorf("ask %s for its metadata: it printed nothing", req.name())
	case class != Stonith:
		return r.Stdout, nil
	}
	root, err := metadata.Tree(r.Stdout)
	if err != nil {
		return "", fmt.Errorf("%s: %w", req.name(), err)
	}
	return metadata.ForConfiguration(root).Indented(), nil
}

// describeFailure puts a result into words.
func describeFailure(r Result) string {
	text := r.Status.String()
	if r.Status.Number() == 0 {
		text = r.Code.String()
	}
	if r.ExitReason != "" {
		text += ": " + r.ExitReason
	}
	return text
}

// fileFacts gives size and time of an agent's file, zero for agents without one.
func (h *Host) fileFacts(class, provider, agentType string) (int64, time.Time) {
	var path string
	switch class {
	case OCF:
		path, _ = h.ocfPath(provider, agentType)
	case LSB:
		path, _ = h.lsbPath(agentType)
	case Stonith:
		path, _ = h.fencePath(agentType)
	}
	info, err := os.Stat(path)
	if path == "" || err != nil {
		return 0, time.Time{}
	}
	return info.Size(), info.ModTime()
}
