// Package template reads SAM and CloudFormation templates, YAML or JSON, and
// gives the stack they describe: functions, tables and APIs with every
// reference resolved, the file and line of each of their properties, and of all
// that is wrong.
//
// A template passes through four stages, a file or two each:
//
//	parse      text to nodes that know their line; !Ref and {Ref: } become one
//	evaluator  parameters, conditions and intrinsic functions, only where a
//	           value is read
//	graph      every reference leads somewhere, and none in a circle
//	resources  one reader for each resource type (types.go lists them)
//
// What AWS would refuse is an *Error. What AWS would run and Lullaby does not
// is a Warning when it is left out, and an *Error with Unsupported set when the
// stack cannot be built without it. Nothing is left out silently but what has
// no effect on one machine: roles, policies, tags, descriptions. A template that
// is refused has all its errors and warnings in a *LoadError.
//
// The shapes in resources.go grow with the resource types that are read; the
// rest of the API, Find and Load, is stable.
package template
