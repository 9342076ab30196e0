// Package arch holds the tests of the repository's shape.
package arch

import (
	"strings"
	"testing"
)

// layers is the table of ARCHITECTURE.md: a package may import packages of
// lower layers only, and siblings do not know each other. Some are still to come.
var layers = map[string]int{
	"cmd/lullaby": 7,

	"stack": 6, "rehearse": 6, "storm": 6, "check": 6, "retry/awsretry/otelretry": 6,

	"gateway/rest": 5, "gateway/httpapi": 5, "wire": 5, "lambda/host": 5, "lambda/poll": 5, "topic/deliver": 5, "pager/send": 5, "web": 5, "retry/awsretry": 5,
	"rehearse/report": 5,

	"dynamo": 4, "gateway/edge": 4, "gateway/guard": 4, "gateway/upstream": 4, "queue/store": 4, "watch/store": 4, "topic/store": 4, "autoscale/store": 4, "pager/outbox": 4, "lambda/interpreter": 4,

	"storage": 3, "storage/storagetest": 3, "template": 3, "watch/watchtest": 3, "pager/evidence": 3,

	"dynamo/plan": 2, "dynamo/request": 2, "dynamo/stream": 2, "dynamo/meter": 2, "gateway": 2, "queue": 2, "lambda": 2,
	"lambda/mapping": 2, "autoscale": 2, "pager": 2, "watch/request": 2, "topic": 2,

	"capacity": 1, "watch": 1, "retry": 1, "dynamo/expr": 1, "queue/request": 1, "topic/request": 1, "autoscale/request": 1,
	"gateway/authorize": 1,

	"attribute": 0, "instant": 0, "dynamo/refusal": 0, "queue/refusal": 0, "watch/refusal": 0, "topic/refusal": 0, "autoscale/refusal": 0,
}

const module = "lullaby/"

// layerOf returns the layer of a package by its path below the module.
// Packages under internal are mechanism (0); a package nested in another
// package's internal folder belongs to the one that holds it.
func layerOf(pkg string) (layer int, known bool) {
	if strings.HasPrefix(pkg, "internal/") {
		return 0, true
	}
	if owner, _, nested := strings.Cut(pkg, "/internal/"); nested {
		pkg = owner
	}
	layer, known = layers[pkg]
	return layer, known
}

// mayImport says whether a file of from may import to.
func mayImport(from, to string) bool {
	switch {
	case from == to, exempt(from):
		return true
	case from == "items" || strings.HasPrefix(from, "items/"):
		return strings.HasPrefix(to, "items/") || to == "retry" || strings.HasPrefix(to, "retry/") || to == "instant"
	case strings.HasPrefix(from, "internal/"):
		return strings.HasPrefix(to, "internal/")
	case from == "rehearse" || strings.HasPrefix(from, "rehearse/"):
		l, known := layerOf(to)
		return known && l <= 2 || to == "template" || strings.HasPrefix(to, "rehearse/")
	}
	if strings.HasPrefix(to, "internal/") || strings.HasPrefix(to, from+"/internal/") {
		return true // mechanism
	}
	a, known := layerOf(from)
	b, other := layerOf(to)
	return known && other && b < a && !exempt(to)
}

// exempt packages may import anything: they look at the whole from outside.
func exempt(pkg string) bool {
	for _, p := range []string{"internal/arch", "internal/bench", "internal/conformance"} {
		if pkg == p || strings.HasPrefix(pkg, p+"/") {
			return true
		}
	}
	return false
}

func TestImportsPointDown(t *testing.T) {
	files := 0
	eachFile(t, func(pkg, file string) {
		files++
		for _, to := range imports(t, file) {
			if !mayImport(pkg, to) {
				t.Errorf("%s: package %s may not import %s: see the layers in ARCHITECTURE.md", file, pkg, to)
			}
		}
	})
	if files < 10 {
		t.Fatalf("read %d files: the test does not see the repository", files)
	}
}

// Whoever does not use OpenTelemetry does not link it.
func TestOpenTelemetryHasAPackageOfItsOwn(t *testing.T) {
	found := false
	eachFile(t, func(pkg, file string) {
		for _, to := range allImports(t, file) {
			if !strings.HasPrefix(to, "go.opentelemetry.io/") {
				continue
			}
			found = true
			if pkg != "retry/awsretry/otelretry" {
				t.Errorf("%s: imports %q", file, to)
			}
		}
	})
	if !found {
		t.Error("no file imports OpenTelemetry")
	}
}

func TestRulesRefuse(t *testing.T) {
	tests := []struct {
		from, to string
		want     bool
	}{
		{"stack", "dynamo", true},
		{"dynamo", "stack", false},
		{"dynamo", "storage", true},
		{"gateway/rest", "wire", false},
		{"gateway/rest", "gateway", true},
		{"gateway", "lambda", false},
		{"gateway", "capacity", true},
		{"rehearse", "gateway", true},
		{"rehearse", "gateway/rest", false},
		{"capacity", "lambda", false},
		{"retry", "capacity", false},
		{"rehearse", "retry", true},
		{"items/put-item", "retry", true},
		{"wire", "dynamo", true},
		{"rehearse", "storage", false},
		{"rehearse", "template", true},
		{"items/put-item", "items/internal/api", true},
		{"items/put-item", "instant", true},
		{"items/put-item", "dynamo", false},
		{"attribute", "internal/awsjson", true},
		{"internal/awsjson", "attribute", false},
		{"internal/bench", "stack", true},
		{"dynamo", "dynamo/plan", true},
		{"dynamo/plan", "storage", false},
		{"rehearse", "dynamo/plan", true},
		{"nowhere", "attribute", false},
	}
	for _, tt := range tests {
		if got := mayImport(tt.from, tt.to); got != tt.want {
			t.Errorf("mayImport(%q, %q) = %v, want %v", tt.from, tt.to, got, tt.want)
		}
	}
}
