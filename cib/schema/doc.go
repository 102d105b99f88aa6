// Package schema knows every schema that a CIB may name in validate-with: which
// documents conform to it, and how a document is brought from one to a newer one.
package schema
