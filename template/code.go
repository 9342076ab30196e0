package template

import (
	"path/filepath"
	"strings"
)

// localCode ends every refusal of code that is not on this machine.
const localCode = "point it at a local directory or zip file"

// serverlessCode returns the CodeUri of an AWS::Serverless::Function.
func (r reader) serverlessCode(*Function) string {
	v := r.value("CodeUri")
	switch {
	case v == nil && r.n.get("InlineCode") != nil:
		r.unsupported("InlineCode", "InlineCode is not run; use CodeUri and %s", localCode)
	case v == nil && r.n.get("ImageUri") != nil:
		r.unsupported("ImageUri", "ImageUri is not run; use CodeUri and %s", localCode)
	case v != nil && r.n.get("InlineCode") != nil:
		r.wrong(r.label+"CodeUri", r.e.errorf(r.lineOf("CodeUri"), "%sOnly one of 'InlineCode' or 'CodeUri' can be set.", r.label))
	case v != nil && v.kind == mapping:
		r.unsupported("CodeUri", "CodeUri is an object in S3; %s", localCode)
	default:
		return r.path("CodeUri")
	}
	return ""
}

// lambdaCode returns the Code of an AWS::Lambda::Function: a local path, as for
// "aws cloudformation package", or what serverless package has built.
func (r reader) lambdaCode(f *Function) string {
	v := r.value("Code")
	if v == nil || v.kind == scalar {
		return r.path("Code")
	}
	in := r.under("Code")
	key := in.text("S3Key", "")
	if key == "" {
		r.unsupported("Code", "Code is inline or an image; %s", localCode)
		return ""
	}
	uri := serverlessArtifact(r.e.file, f.Name, key)
	if uri == "" {
		r.unsupported("Code", "Code is an object in S3, and no .serverless beside it holds %s; %s", quote(filepath.Base(key)), localCode)
	}
	return uri
}

// path returns the local path at key.
func (r reader) path(key string) string {
	s := r.required(key)
	if strings.HasPrefix(s, "s3://") || strings.HasPrefix(s, "https://") {
		r.unsupported(key, "%s is %s; %s", key, quote(s), localCode)
	}
	return s
}

// besideTemplate returns the absolute form of a path in a template. Such paths
// are relative to the template's directory.
func (l *loader) besideTemplate(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(l.dir, filepath.FromSlash(path))
}
