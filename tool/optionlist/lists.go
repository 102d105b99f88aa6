package optionlist

import "holdfast/cib/option"

// Cluster lists the cluster options, for crm_attribute.
func Cluster(all bool) List {
	return List{
		Name:  "cluster-options",
		Short: "Pacemaker cluster options",
		Long: "Also known as properties, these are options that affect behavior across the entire cluster. They are " +
			"configured within cluster_property_set elements inside the crm_config subsection of the CIB " +
			"configuration section.",
		Options: option.Cluster,
		All:     all,
	}
}

// ReadBy lists the cluster options that one part of the cluster acts on, for a
// daemon's meta-data.
func ReadBy(reader option.Reader, name, short, long string) List {
	l := List{Name: name, Short: short, Long: long, All: true}
	for _, o := range option.Cluster {
		if o.Reader == reader {
			l.Options = append(l.Options, o)
		}
	}
	return l
}
