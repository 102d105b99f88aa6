// Package status is the picture of a cluster that people are shown: which
// nodes are there, what runs where, what failed. crm_mon and crm_simulate show
// it; the shell and the web page use the same sections.
//
// A View is made from the working state of a scheduler run (model.Cluster) and
// has one method per section. Each returns a Section, which knows its text and
// its XML form. The package decides nothing and reads nothing but the model.
package status
