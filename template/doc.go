// Package template reads SAM and CloudFormation templates, in YAML or JSON. It
// returns the stack that they describe: functions, tables and APIs, with
// references resolved, and the file and line of each property, each error and
// each warning.
//
// A template passes through four stages, of one or two files each:
//
//	parse      text to nodes with their lines; !Ref and {Ref: } become the same
//	evaluator  parameters, conditions and intrinsic functions, only where a
//	           value is read
//	graph      every reference leads somewhere, and none in a circle
//	resources  one reader for each resource type (types.go lists them)
//
// What AWS would refuse is an *Error. What AWS runs and Lullaby does not is a
// Warning if it is left out of the stack, and an *Error with Unsupported set if
// the stack cannot be built without it. Only what has no effect on one machine
// is left out silently: roles, policies, tags, descriptions. A refused template
// returns a *LoadError with all its errors and warnings.
//
// The shapes in resources.go grow with the resource types that are read. The
// rest of the interface, Find and Load, is stable.
package template
