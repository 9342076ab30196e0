package template_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lullaby/template"
)

// What up cannot run is loaded, and refused by Runnable.
func TestRunnable(t *testing.T) {
	for _, tt := range []errorTest{
		{"inline code", samHead + strings.Replace(fn, "CodeUri", "InlineCode", 1), "6: F: InlineCode is not run; use CodeUri and point it at a local directory or zip file"},
		{"image", samHead + strings.Replace(fn, "CodeUri", "ImageUri", 1), "6: F: ImageUri is not run; use CodeUri and point it at a local directory or zip file"},
		{"package type", samHead + fn + "      PackageType: Image\n", "9: F: a container image; Lullaby runs a directory or a zip file"},
		{"S3 address", samHead + strings.Replace(fn, "CodeUri: f", "CodeUri: s3://b/k", 1), `6: F: CodeUri is "s3://b/k"; point it at a local directory or zip file`},
		{"S3 object", samHead + strings.Replace(fn, "CodeUri: f", "CodeUri: {Bucket: b, Key: k}", 1), "6: F: CodeUri is an object in S3; point it at a local directory or zip file"},
		{"inline code of a Lambda function", plainHead + "  G: {Type: AWS::Lambda::Function, Properties: {Code: {ZipFile: x}, Handler: h, Runtime: provided.al2023}}\n", "2: G: Code is inline or an image; point it at a local directory or zip file"},
		{"runtime", samHead + strings.Replace(fn, "provided.al2023", "nodejs22.x", 1), "8: F: Runtime nodejs22.x is not run yet: Lullaby runs provided.al2023, provided.al2, provided, go1.x"},
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
