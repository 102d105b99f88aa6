package crm

// FeatureSet is the level of cluster features that this software speaks, in
// the reference's numbering. Agents and peers decide on it: it is sent to every
// agent and joins are judged by it (Pacemaker_Administration, "Upgrading").
const FeatureSet = "3.20.5"
