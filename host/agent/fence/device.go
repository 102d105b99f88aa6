package fence

import (
	"slices"

	"holdfast/cib/metadata"
	"holdfast/host/agent"
)

// A Describer tells what agents say of themselves. *agent.Host is one.
type Describer interface {
	Metadata(class, provider, agentType string) (*metadata.Agent, error)
}

// Open makes a Device, asking its agent what it can do. An agent that cannot tell
// can still be used, for it may be that only its description is broken; the error
// says so.
func Open(d Describer, id, agentType string, params []agent.Param) (*Device, *metadata.Agent, error) {
	dev := &Device{ID: id, Agent: agentType, Params: params}
	about, err := d.Metadata(agent.Stonith, "", agentType)
	if err != nil {
		return dev, &metadata.Agent{Name: agentType}, err
	}
	dev.TargetParameter = about.TargetParameter()
	dev.CanStatus = slices.ContainsFunc(about.Actions, func(a metadata.Action) bool { return a.Name == "status" })
	return dev, about, nil
}
