package template

import (
	"regexp"
	"slices"
)

// maxEnvironment is the largest size of a function's variables as JSON, in
// bytes ("Lambda quotas").
const maxEnvironment = 4096

// environmentNames matches valid keys of Environment.Variables (API_Environment).
var environmentNames = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]+$`)

// reserved are variables that only Lambda may set ("Defined runtime environment
// variables").
var reserved = []string{
	"AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
	"AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
	"AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
	"LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT",
}

// environment reads Environment.Variables and refuses what Lambda refuses.
func (r reader) environment() map[string]string {
	in := r.under("Environment")
	in.only("Variables")
	variables := in.textMap("Variables")
	size := len("{}")
	for _, f := range in.under("Variables").n.entries() {
		switch {
		case !environmentNames.MatchString(f.key):
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
