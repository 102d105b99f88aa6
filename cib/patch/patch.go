// Package patch makes and applies the differences between two versions of a
// document, in the format that Pacemaker's tools and daemons exchange: a <diff
// format="2"> with the versions it leads from and to, and a list of changes.
// It also applies the older format 1, which it never makes.
//
// It knows versions and digests, not what a CIB means.
package patch

import (
	"errors"
	"fmt"
	"strconv"

	"holdfast/cib/digest"
	"holdfast/cib/xml"
)

// Why a patch was not applied. The document is unchanged then.
var (
	// ErrFailed means that the patch does not fit the document.
	ErrFailed = errors.New("the patch does not fit")
	// ErrOld means that the document is newer than what the patch begins with,
	// or that the patch does not lead to a newer version.
	ErrOld = errors.New("the patch is older than the document")
	// ErrInvalid means that this is no patch that can be understood.
	ErrInvalid = errors.New("the patch cannot be understood")
)

// A Version is the triple that orders CIBs: an earlier number counts more.
type Version struct{ AdminEpoch, Epoch, NumUpdates int }

// Compare returns a negative number if v is older than w, a positive one if it
// is newer, and 0 if they are equal.
func (v Version) Compare(w Version) int {
	for _, d := range [3]int{v.AdminEpoch - w.AdminEpoch, v.Epoch - w.Epoch, v.NumUpdates - w.NumUpdates} {
		if d != 0 {
			return d
		}
	}
	return 0
}

func (v Version) String() string {
	return fmt.Sprintf("%d.%d.%d", v.AdminEpoch, v.Epoch, v.NumUpdates)
}

// VersionOf reads the version of a CIB's root element. A number that is absent
// or none is 0.
func VersionOf(root *xml.Node) Version {
	return Version{number(root, "admin_epoch"), number(root, "epoch"), number(root, "num_updates")}
}

func number(n *xml.Node, name string) int {
	v, err := strconv.Atoi(n.Attr(name))
	if err != nil || v < 0 {
		return 0
	}
	return v
}

// Options say how Diff looks at the two documents.
type Options struct {
	// IgnoreAttrOrder treats elements as equal whose attributes differ only in order.
	IgnoreAttrOrder bool
	// Digest adds the digest of the target, which Apply then checks.
	Digest bool
}

// Versions returns the versions that a patch of format 2 leads from and to;
// nil where it does not say.
func Versions(patch *xml.Node) (source, target *Version, err error) {
	v := patch.Child("version")
	if source, err = versionIn(v.Child("source")); err == nil {
		target, err = versionIn(v.Child("target"))
	}
	return source, target, err
}

func versionIn(n *xml.Node) (*Version, error) {
	if n == nil {
		return nil, nil
	}
	for _, name := range []string{"admin_epoch", "epoch", "num_updates"} {
		if _, err := strconv.Atoi(n.Attr(name)); err != nil {
			return nil, fmt.Errorf("%w: <%s> has no number %s", ErrInvalid, n.Name, name)
		}
	}
	v := VersionOf(n)
	return &v, nil
}

// Apply returns the document as the patch makes it. With checkVersion, a patch
// that names versions is refused unless the document is of its source version
// and its target is newer. The result shares all that is unchanged with root.
func Apply(root, patch *xml.Node, checkVersion bool) (*xml.Node, error) {
	if patch == nil || patch.Name != "diff" {
		return nil, fmt.Errorf("%w: it is not a <diff>", ErrInvalid)
	}
	result, err := apply(root, patch, checkVersion)
	if err != nil {
		return nil, err
	}
	if want, ok := patch.Lookup("digest"); ok {
		// Format 1 comes with the kind of digest that is on disk.
		got := digest.OnWire(result)
		if got != want && (patch.Attr("format") == "2" || !digest.Matches(result, want)) {
			return nil, fmt.Errorf("%w: digest of the result is %s, expected %s", ErrFailed, got, want)
		}
	}
	return result, nil
}

func apply(root, patch *xml.Node, checkVersion bool) (*xml.Node, error) {
	switch format := patch.Attr("format"); format {
	case "2":
		if checkVersion {
			if err := checkVersions(root, patch); err != nil {
				return nil, err
			}
		}
		return applyChanges(root, patch)
	case "", "1":
		return applyFormat1(root, patch, checkVersion)
	default:
		return nil, fmt.Errorf("%w: format %q is not known", ErrInvalid, format)
	}
}

// checkVersions holds the preconditions of a patch of format 2.
func checkVersions(root, patch *xml.Node) error {
	source, target, err := Versions(patch)
	if err != nil {
		return err
	}
	current := VersionOf(root)
	if source == nil {
		source = &current
	}
	if target == nil {
		next := current
		next.NumUpdates++
		target = &next
	}
	return checkStep(current, *source, *target)
}

func checkStep(current, source, target Version) error {
	switch c := current.Compare(source); {
	case c < 0:
		return fmt.Errorf("%w: it begins at version %v, the document is of version %v", ErrFailed, source, current)
	case c > 0:
		return fmt.Errorf("%w: it begins at version %v, the document is of version %v", ErrOld, source, current)
	case !anyGreater(target, source):
		return fmt.Errorf("%w: it leads from version %v to %v", ErrOld, source, target)
	}
	return nil
}

// anyGreater is what counts as newer: one of the numbers grew, even if one that
// counts more shrank.
func anyGreater(v, w Version) bool {
	return v.AdminEpoch > w.AdminEpoch || v.Epoch > w.Epoch || v.NumUpdates > w.NumUpdates
}
