package template

import (
	"path/filepath"
	"strings"
)

// localCode ends every refusal of code that is not on this machine.
const localCode = "point it at a local directory or zip file"

// A codeReader returns the path of a function's code, relative to the template
// or absolute, "" if there is none on this machine. Its error is one of in if
// AWS would refuse it too, else one of run.
type codeReader func(in, run reader, f *Function) string

// serverlessCode returns the CodeUri of an AWS::Serverless::Function, the
// template's folder if it is absent (docs/aws/templates.md#code-of-a-function).
func serverlessCode(in, run reader, f *Function) string {
	v := in.value("CodeUri")
	switch {
	case v == nil && in.n.get("InlineCode") != nil:
		inlineCode(in, run, f, "InlineCode")
	case v == nil && in.n.get("ImageUri") != nil:
		run.unsupported("ImageUri", "ImageUri is not run: it needs a container runtime; use CodeUri and %s", localCode)
	case v == nil:
		return "."
	case in.n.get("InlineCode") != nil:
		in.wrong(in.label+"CodeUri", in.e.errorf(in.lineOf("CodeUri"), "%sOnly one of 'InlineCode' or 'CodeUri' can be set.", in.label))
	case v.kind == mapping:
		run.unsupported("CodeUri", "CodeUri is an object in S3; %s", localCode)
	default:
		return localPath(in, run, "CodeUri")
	}
	return ""
}

// lambdaCode returns the Code of an AWS::Lambda::Function: a local path, as for
// "aws cloudformation package", what cdk synth has put beside the template, or
// what serverless package has built.
func lambdaCode(in, run reader, f *Function) string {
	v := in.value("Code")
	if v == nil || v.kind == scalar {
		return localPath(in, run, "Code")
	}
	key := in.under("Code").text("S3Key", "")
	if asset := cdkAsset(in.e.file, f.apart["Metadata"], key, "Code"); asset != "" {
		return asset
	}
	switch {
	case key != "":
	case v.get("ZipFile") != nil:
		inlineCode(in.under("Code"), run, f, "ZipFile")
		return ""
	default:
		run.unsupported("Code", "Code is an image, which needs a container runtime; %s", localCode)
		return ""
	}
	uri := serverlessArtifact(in.e.file, f.Name, key)
	if uri == "" {
		run.unsupported("Code", "Code is an object in S3, and no .serverless beside it holds %s; %s", quote(filepath.Base(key)), localCode)
	}
	return uri
}

// inlineCode takes the source in the template, at key.
func inlineCode(in, run reader, f *Function, key string) {
	if !f.Interpreted() {
		run.unsupported(key, "%s is for Python and Node.js; %s", key, localCode)
		return
	}
	f.Inline = in.text(key, "")
}

// localPath returns the local path at key, "" for an address.
func localPath(in, run reader, key string) string {
	s := in.required(key)
	if strings.HasPrefix(s, "s3://") || strings.HasPrefix(s, "https://") {
		run.unsupported(key, "%s is %s; %s", key, quote(s), localCode)
		return ""
	}
	return s
}

// besideTemplate returns the absolute form of a path in a template, "" for "".
// Such paths are relative to the template's directory.
func (l *loader) besideTemplate(path string) string {
	switch {
	case path == "":
		return ""
	case filepath.IsAbs(path):
		return filepath.Clean(path)
	}
	return filepath.Join(l.dir, filepath.FromSlash(path))
}
