package template

import (
	"slices"
	"strings"
)

// Runtimes of Lambda's (docs/aws/lambda.md#runtimes), by what becomes of them.
var (
	// runRuntimes need no language of AWS's: the package has a bootstrap, or Go
	// source to build one from. An interpreter runs those that are Interpreted.
	runRuntimes = []string{"provided.al2023", "provided.al2", "provided", "go1.x"}

	// offered take new functions.
	offered = []string{
		"nodejs24.x", "nodejs22.x", "python3.14", "python3.13", "python3.12", "python3.11", "java25", "java21", "java17", "java11",
		"java8.al2", "dotnet10", "ruby3.4", "ruby3.3", "provided.al2023", "provided.al2",
	}

	// retired are deprecated by November 2026: AWS takes no new functions, or
	// soon will not.
	retired = []string{
		"nodejs20.x", "nodejs18.x", "nodejs16.x", "nodejs14.x", "nodejs12.x", "nodejs10.x", "nodejs8.10", "nodejs6.10", "nodejs4.3",
		"nodejs4.3-edge", "nodejs", "python3.10", "python3.9", "python3.8", "python3.7", "python3.6", "python2.7", "java8", "dotnet8",
		"dotnet6", "dotnetcore3.1", "dotnetcore2.1", "dotnetcore2.0", "dotnetcore1.0", "ruby3.2", "ruby2.7",
		"ruby2.5", "go1.x", "provided",
	}
)

// checkRuntime refuses a runtime that AWS never had, in AWS's words, and warns
// of a retired one. One that does not run here is an error of run.
func (l *loader) checkRuntime(in, run reader, f *Function) {
	switch name := f.Runtime; {
	case name == "":
		return
	case slices.Contains(retired, name):
		l.warnOf(in.lineOf("Runtime"), f.LogicalID, "AWS has retired the runtime "+name)
	case !slices.Contains(offered, name):
		in.wrong(in.label+"Runtime", in.e.errorf(in.lineOf("Runtime"),
			"%sValue %s at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [%s] or be a valid ARN",
			in.label, name, strings.Join(offered, ", ")))
		return
	}
	if !slices.Contains(runRuntimes, f.Runtime) && !f.Interpreted() {
		run.unsupported("Runtime", "Runtime %s is not run: %s", f.Runtime, needs(f.Runtime))
	}
}

// Interpreted reports whether the function is in Python or JavaScript, which an
// interpreter of the machine runs.
func (f *Function) Interpreted() bool {
	return strings.HasPrefix(f.Runtime, "python") || strings.HasPrefix(f.Runtime, "nodejs")
}

// needs says what it would take to run a function of another runtime.
func needs(runtime string) string {
	switch {
	case strings.HasPrefix(runtime, "java"):
		return "it needs a JVM and AWS's runtime client for Java; with a bootstrap that starts them it runs as provided.al2023"
	case strings.HasPrefix(runtime, "dotnet"):
		return "it needs .NET; built as a custom runtime, with Amazon.Lambda.RuntimeSupport, it runs as provided.al2023"
	default:
		return "it needs Ruby and the gem aws_lambda_ric; with a bootstrap that starts them it runs as provided.al2023"
	}
}
