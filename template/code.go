package template

import (
	"path/filepath"
	"strings"
)

// localCode is what every refusal of code that is elsewhere ends with.
const localCode = "point it at a local directory or zip file"

// serverlessCode returns the CodeUri of an AWS::Serverless::Function.
func (r reader) serverlessCode(*Function) (uri string, line int) {
	line = r.lineOf("CodeUri")
	v := r.value("CodeUri")
	switch {
	case v == nil && r.n.get("InlineCode") != nil:
		r.unsupported(r.lineOf("InlineCode"), "InlineCode is not run; use CodeUri and %s", localCode)
	case v == nil && r.n.get("ImageUri") != nil:
		r.unsupported(r.lineOf("ImageUri"), "ImageUri is not run; use CodeUri and %s", localCode)
	case v == nil:
		r.fail(r.line, "%sCodeUri is missing", r.label)
	case r.n.get("InlineCode") != nil:
		r.fail(line, "%sOnly one of 'InlineCode' or 'CodeUri' can be set.", r.label)
	case v.kind == mapping:
		r.unsupported(line, "CodeUri is an object in S3; %s", localCode)
	default:
		uri = r.path("CodeUri")
	}
	return uri, line
}

// lambdaCode returns the Code of an AWS::Lambda::Function: a local path, as
// "aws cloudformation package" takes it, or what serverless package built.
func (r reader) lambdaCode(f *Function) (uri string, line int) {
	line = r.lineOf("Code")
	v := r.value("Code")
	switch {
	case v == nil:
		r.fail(r.line, "%sCode is missing", r.label)
	case v.kind == scalar:
		uri = r.path("Code")
	default:
		in := r.under("Code")
		key := in.text("S3Key", "")
		if key == "" {
			r.unsupported(line, "Code is inline or an image; %s", localCode)
			break
		}
		if uri = serverlessArtifact(r.e.file, f.Name, key); uri == "" {
			r.unsupported(line, "Code is an object in S3, and no .serverless beside it holds %s; %s",
				quote(filepath.Base(key)), localCode)
		}
	}
	return uri, line
}

// path returns the local path at key.
func (r reader) path(key string) string {
	s := r.required(key)
	if strings.HasPrefix(s, "s3://") || strings.HasPrefix(s, "https://") {
		r.unsupported(r.lineOf(key), "%s is %s; %s", key, quote(s), localCode)
	}
	return s
}

// besideTemplate makes a path that a template names absolute: it is relative
// to the template's directory.
func (e *evaluator) besideTemplate(path string) (string, error) {
	if filepath.IsAbs(path) {
		return filepath.Clean(path), nil
	}
	return filepath.Abs(filepath.Join(filepath.Dir(e.file), filepath.FromSlash(path)))
}
