// Package awsquery reads and writes AWS's query protocol (Smithy, "AWS query
// protocol"): an input is the parameters of a form, an output is XML.
//
// A member has the name of its field, or the one in its query tag. A list without
// a tag has its elements at Name.member.1 and onwards, a map at Name.entry.1.key
// and Name.entry.1.value. One with a tag is flattened: `query:"AttributeName"` is a
// list at AttributeName.1, `query:"Attribute,Name,Value"` a map at
// Attribute.1.Name and Attribute.1.Value. A flattened map is read under the name of
// its field too.
//
// The package is internal: it may change whenever its users do.
package awsquery
