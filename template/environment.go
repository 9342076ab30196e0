package template

import (
	"regexp"
	"slices"
)

// maxEnvironment is the length in bytes of a function's variables as JSON
// ("Lambda quotas").
const maxEnvironment = 4096

// variableNames is Environment.Variables' own pattern (API_Environment).
var variableNames = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]+$`)

// reserved are the variables that Lambda sets and lets nobody else set
// ("Defined runtime environment variables").
var reserved = []string{
	"AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
	"AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
	"AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
	"LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT",
}

// environment reads Environment.Variables as Lambda would take them.
func (r reader) environment() map[string]string {
	in := r.under("Environment")
	in.only("Variables")
	variables := in.textMap("Variables")
	size := len("{}")
	for _, f := range in.under("Variables").n.entries() {
		switch {
		case !variableNames.MatchString(f.key):
			r.stick(r.e.errorf(f.line, "%sEnvironment variable %s: a name is letters, digits and _, at least two, a letter first", r.label, quote(f.key)))
		case slices.Contains(reserved, f.key):
			r.stick(r.e.errorf(f.line, "%sEnvironment variable %s is set by Lambda and cannot be set here", r.label, f.key))
		}
		size += len(f.key) + len(variables[f.key]) + len(`"":"",`)
	}
	if size > maxEnvironment {
		r.refuse("Environment", "variables take more than %d bytes", maxEnvironment)
	}
	return variables
}
