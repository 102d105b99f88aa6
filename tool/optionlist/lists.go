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
		Options: option.Cluster(),
		All:     all,
	}
}

// ReadBy lists the cluster options that one part of the cluster acts on, for a
// daemon's meta-data.
func ReadBy(reader option.Reader, name, short, long string) List {
	l := List{Name: name, Short: short, Long: long, All: true}
	for _, o := range option.Cluster() {
		if o.Reader == reader {
			l.Options = append(l.Options, o)
		}
	}
	return l
}

// Primitive lists the meta-attributes of primitive resources, for crm_resource.
func Primitive(all bool) List {
	return List{
		Name:    "primitive-meta",
		Short:   "Primitive meta-attributes",
		Long:    "Meta-attributes applicable to primitive resources",
		Options: option.Primitive,
		All:     all,
	}
}

// Fencing lists the parameters that all fence devices take, for crm_resource.
func Fencing(all bool) List {
	return List{
		Name:  "fence-attributes",
		Short: "Fencing resource common parameters",
		Long: "Special parameters that are available for all fencing resources, regardless of type. They are processed " +
			"by Pacemaker, rather than by the fence agent or the fencing library.",
		Options: option.Fencing(),
		All:     all,
	}
}
