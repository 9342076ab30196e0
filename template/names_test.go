package template_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"lullaby/template"
)

var generated = regexp.MustCompile(`^[A-Za-z0-9-]+-[A-Za-z0-9]+-[A-Z2-7]{12}$`)

func TestGeneratedNames(t *testing.T) {
	long := strings.Repeat("x", 200)
	tests := []struct {
		name, stack, id string
		want            string // without the last 12 characters
	}{
		{"short", "shop", "Put", "shop-Put-"},
		{"long id", "shop", "P" + long, "shop-P" + strings.Repeat("x", 45) + "-"},
		{"long stack", "s" + long[:127], "Put", "s" + strings.Repeat("x", 46) + "-Put-"},
		{"both long", "s" + long[:127], "P" + long, "s" + strings.Repeat("x", 24) + "-P" + strings.Repeat("x", 24) + "-"},
	}
	seen := make(map[string]bool)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := samHead + strings.Replace(fn, "F:", tt.id+":", 1)
			name := mustLoad(t, text, template.Options{StackName: tt.stack}).Functions[0].Name
			prefix := name[:max(0, len(name)-12)]
			if prefix != tt.want || !generated.MatchString(name) || len(name) > 64 || seen[name] {
				t.Errorf("name = %q (%d characters), want %q and 12 characters", name, len(name), tt.want)
			}
			seen[name] = true
		})
	}
}

func TestAPIIDs(t *testing.T) {
	tmpl := mustLoad(t, sam, template.Options{})
	if id := tmpl.APIs[0].ID; !regexp.MustCompile(`^[a-z0-9]{10}$`).MatchString(id) {
		t.Errorf("API id = %q, want ten lower-case characters", id)
	}
}

func TestStackNames(t *testing.T) {
	tests := []struct{ dir, want string }{
		{"shop", "shop"},
		{"my shop_2.0", "my-shop-2-0"},
		{"2shops", "stack-2shops"},
		{"läden", "l-den"},
		{"---", "stack"},
		{"shop/.aws-sam/build", "shop"},
		{"shop/.serverless", "shop"},
		{strings.Repeat("x", 200), strings.Repeat("x", 128)},
	}
	for _, tt := range tests {
		t.Run(tt.dir, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), filepath.FromSlash(tt.dir))
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, "template.yaml")
			if err := os.WriteFile(path, []byte("Resources: {A: {Type: AWS::IAM::Role}}"), 0o600); err != nil {
				t.Fatal(err)
			}
			tmpl, err := template.Load(path, template.Options{})
			if err != nil {
				t.Fatalf("Load = %v", err)
			}
			if tmpl.StackName != tt.want {
				t.Errorf("stack name = %q, want %q", tmpl.StackName, tt.want)
			}
		})
	}
}
