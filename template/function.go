package template

import (
	"errors"
	"math"
	"regexp"
	"strings"
	"time"
)

// Bounds and defaults of a function ("Lambda quotas", API_CreateFunction).
const (
	maxFunctionName = 64

	defaultMemory, minMemory, maxMemory = 128, 128, 10_240 // MB

	defaultTimeout, minTimeout, maxTimeout = 3, 1, 900 // seconds
)

var functionNames = regexp.MustCompile(`^[a-zA-Z0-9-_]{1,64}$`)

// Properties of both kinds of function. Roles, tracing and logs have no effect
// on one machine.
var functionProperties = properties{
	honoured: "FunctionName Handler Runtime MemorySize Timeout Environment ReservedConcurrentExecutions Architectures PackageType " +
		"Layers LoggingConfig",
	later: "CapacityProviderConfig DurableConfig EphemeralStorage FileSystemConfigs FunctionScalingConfig ImageConfig " +
		"SnapStart TenancyConfig VpcConfig",
	silent: "CodeSigningConfigArn Description KmsKeyArn PublishToLatestPublished RecursiveLoop Role " +
		"RuntimeManagementConfig Tags",
}

func (p properties) and(more properties) properties {
	return properties{p.honoured + " " + more.honoured, p.later + " " + more.later, p.silent + " " + more.silent}
}

func lambdaFunction() *resourceType {
	return &resourceType{
		properties: functionProperties.and(properties{
			honoured: "Code",
			later:    "DeadLetterConfig",
			silent:   "TracingConfig",
		}),
		ref:        named("FunctionName", maxFunctionName),
		attributes: attributes{"Arn": arnOf("lambda", "function:")},
		read:       func(l *loader, r *resource) error { return l.readFunction(r, lambdaFields, lambdaCode) },
		link: func(l *loader, r *resource) error {
			l.linkGrants(r)
			l.linkLayers(r)
			return nil
		},
	}
}

func serverlessFunction() *resourceType {
	return &resourceType{
		properties: functionProperties.and(properties{
			honoured: "CodeUri InlineCode ImageUri Events FunctionUrlConfig",
			later:    "DeadLetterQueue EventInvokeConfig ProvisionedConcurrencyConfig",
			silent: "AssumeRolePolicyDocument AutoPublishAlias AutoPublishAliasAllProperties AutoPublishCodeSha256 " +
				"DeploymentPreference PermissionsBoundary Policies PropagateTags RolePath SourceKMSKeyArn Tracing " +
				"VersionDescription VersionDeletionPolicy",
		}),
		apart:      "Events Policies",
		ref:        named("FunctionName", maxFunctionName),
		attributes: attributes{"Arn": arnOf("lambda", "function:")},
		read:       func(l *loader, r *resource) error { return l.readFunction(r, serverlessFields, serverlessCode) },
		link: func(l *loader, r *resource) error {
			l.linkGrants(r)
			l.linkLayers(r)
			l.linkConnectors(r)
			return errors.Join(l.linkFunctionURL(r), l.linkEvents(r))
		},
	}
}

// readFunction reads what both kinds of function share. code returns the path
// of the code. What up cannot run is an error of l.running only.
func (l *loader) readFunction(r *resource, fields map[string]string, code codeReader) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	f := &Function{Source: in.source(r.line, fields), LogicalID: r.id, Name: l.nameOf(r, in)}
	f.apart = map[string]*node{"Metadata": r.metadata}
	if f.Name != "" && !functionNames.MatchString(f.Name) {
		in.refuse("FunctionName", "takes letters, digits, - and _, at most 64, not %s", quote(f.Name))
	}
	run := in.alone()
	if in.oneOf("PackageType", "Zip", "Zip", "Image") == "Image" {
		run.unsupported("PackageType", "a container image is not run: it needs a container runtime; a directory or a zip file needs none")
	} else {
		f.Runtime = in.required("Runtime")
		f.Handler = in.required("Handler")
		l.checkRuntime(in, run, f)
		f.CodeURI = l.besideTemplate(code(in, run, f))
	}
	f.MemorySize = in.integer("MemorySize", defaultMemory, minMemory, maxMemory)
	f.Timeout = time.Duration(in.integer("Timeout", defaultTimeout, minTimeout, maxTimeout)) * time.Second
	f.Environment = in.environment()
	f.LogFormat, f.LogLevel, f.SystemLogLevel = in.logging()
	if in.value("ReservedConcurrentExecutions") != nil {
		n := in.integer("ReservedConcurrentExecutions", 0, 0, math.MaxInt)
		f.ReservedConcurrency = &n
	}
	f.Architectures = in.architectures()
	f.BuildMethod = l.buildMethod(r)
	in.stick(l.readBundle(r, f))
	if fault, ok := errors.AsType[*Error](*run.err); ok {
		f.Fault = strings.TrimPrefix(fault.Msg, in.label)
	}
	l.running.add(*run.err)
	l.t.Functions = append(l.t.Functions, f)
	return *in.err
}

func (r reader) architectures() []string {
	all := r.texts("Architectures")
	if len(all) > 1 || len(all) == 1 && all[0] != "x86_64" && all[0] != "arm64" {
		r.refuse("Architectures", "must be [x86_64] or [arm64], not %v", all)
	}
	return all
}

// logging reads LoggingConfig: the format, "" for text, and the least levels of the
// function's own lines and of Lambda's, INFO if they are not set (docs/aws/runtimes.md#logs).
func (r reader) logging() (format, level, system string) {
	in := r.under("LoggingConfig")
	if in.oneOf("LogFormat", "Text", "Text", "JSON") != "JSON" {
		return "", "", ""
	}
	level = in.oneOf("ApplicationLogLevel", "INFO", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
	return "JSON", level, in.oneOf("SystemLogLevel", "INFO", "DEBUG", "INFO", "WARN")
}

// buildMethod returns BuildMethod of the Metadata, empty unless it is a plain
// string.
func (l *loader) buildMethod(r *resource) string {
	if m := r.metadata.get("BuildMethod"); m != nil && m.kind == scalar {
		return m.text
	}
	return ""
}

// functionIn returns the function's name and the qualifier of an ARN, whole or
// partial, and of a name. Both are "" for another ARN.
func functionIn(s string) (name, qualifier string) {
	parts := strings.Split(s, ":")
	switch {
	case parts[0] == "arn" && (len(parts) < 7 || parts[2] != "lambda" || parts[5] != "function"):
		return "", ""
	case parts[0] == "arn":
		parts = parts[6:]
	case len(parts) > 2 && parts[1] == "function": // account:function:name
		parts = parts[2:]
	}
	return parts[0], strings.Join(parts[1:], ":")
}

// functionNamed returns the function of the template with a physical name, nil if
// there is none.
func (l *loader) functionNamed(name string) *Function {
	for _, f := range l.t.Functions {
		if f.Name == name {
			return f
		}
	}
	return nil
}
