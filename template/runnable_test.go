package template_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lullaby/template"
)

// What up cannot run is loaded, named by Runnable, and the function's fault.
func TestRunnable(t *testing.T) {
	for _, tt := range []errorTest{
		{"inline code", samHead + strings.Replace(fn, "CodeUri", "InlineCode", 1), "6: F: InlineCode is for Python and Node.js; point it at a local directory or zip file"},
		{"image", samHead + strings.Replace(fn, "CodeUri", "ImageUri", 1), "6: F: ImageUri is not run: it needs a container runtime; use CodeUri and point it at a local directory or zip file"},
		{"package type", samHead + fn + "      PackageType: Image\n", "9: F: a container image is not run: it needs a container runtime; a directory or a zip file needs none"},
		{"S3 address", samHead + strings.Replace(fn, "CodeUri: f", "CodeUri: s3://b/k", 1), `6: F: CodeUri is "s3://b/k"; point it at a local directory or zip file`},
		{"S3 object", samHead + strings.Replace(fn, "CodeUri: f", "CodeUri: {Bucket: b, Key: k}", 1), "6: F: CodeUri is an object in S3; point it at a local directory or zip file"},
		{"inline code of a Lambda function", plainHead + "  G: {Type: AWS::Lambda::Function, Properties: {Code: {ZipFile: x}, Handler: h, Runtime: provided.al2023}}\n", "2: G: ZipFile is for Python and Node.js; point it at a local directory or zip file"},
		{"Java", samHead + strings.Replace(fn, "provided.al2023", "java21", 1), "8: F: Runtime java21 is not run: it needs a JVM and AWS's runtime client for Java; with a bootstrap that starts them it runs as provided.al2023"},
		{".NET", samHead + strings.Replace(fn, "provided.al2023", "dotnet10", 1), "8: F: Runtime dotnet10 is not run: it needs .NET; built as a custom runtime, with Amazon.Lambda.RuntimeSupport, it runs as provided.al2023"},
		{"Ruby", samHead + strings.Replace(fn, "provided.al2023", "ruby3.4", 1), "8: F: Runtime ruby3.4 is not run: it needs Ruby and the gem aws_lambda_ric; with a bootstrap that starts them it runs as provided.al2023"},
		{"Node.js", samHead + strings.Replace(fn, "provided.al2023", "nodejs22.x", 1), ""},
		{"Python, retired", samHead + strings.Replace(fn, "provided.al2023", "python3.6", 1), ""},
		{"inline code of Python", samHead + strings.Replace(strings.Replace(fn, "CodeUri", "InlineCode", 1), "provided.al2023", "python3.13", 1), ""},
		{"retired runtime that runs", samHead + strings.Replace(fn, "provided.al2023", "go1.x", 1), ""},
		{"a folder", samHead + fn, ""},
		{"the template's folder", samHead + strings.Replace(fn, "      CodeUri: f\n", "", 1), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tmpl := mustLoad(t, tt.text, template.Options{})
			if len(tmpl.Functions) != 1 {
				t.Errorf("%d functions, want 1", len(tmpl.Functions))
			}
			err := tmpl.Runnable()
			if _, why, _ := strings.Cut(tt.want, ": F: "); len(tmpl.Functions) == 1 && why != "" && tmpl.Functions[0].Fault != why {
				t.Errorf("fault %q, want %q", tmpl.Functions[0].Fault, why)
			}
			if tt.want == "" {
				if err != nil {
					t.Errorf("Runnable = %v, want no error", err)
				}
				return
			}
			if got, want := problems(t, err), []string{"template.yaml:" + tt.want}; !cmp.Equal(got, want) {
				t.Errorf("Runnable:\n got %q\nwant %q", got, want)
			}
		})
	}
}
