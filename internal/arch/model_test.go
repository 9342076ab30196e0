package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// common is what every package of the model may import: values, and arithmetic
// on them.
const common = "bytes cmp encoding/binary errors fmt iter maps math math/big math/bits math/rand/v2 regexp slices strconv strings " +
	"time unicode unicode/utf8"

// model is what each package of the model may import besides. Some are still to
// come. No list has a network, a file or a log.
var model = map[string]string{
	// What users' functions import brings nothing else along.
	"instant": "",
	"retry":   "lullaby/instant",

	"attribute":      "crypto/md5 encoding/base64 github.com/go-json-experiment/json/jsontext lullaby/internal/awsjson",
	"dynamo/refusal": "lullaby/internal/ellipsis lullaby/internal/kinds",
	"capacity":       "lullaby/instant",
	"watch":          "lullaby/instant lullaby/watch/internal/formula lullaby/watch/internal/rule",
	"dynamo/expr":    "index/suffixarray lullaby/attribute",

	"watch/internal/formula": "",
	"watch/internal/rule":    "",

	"dynamo/plan":    "lullaby/capacity lullaby/dynamo/refusal lullaby/instant",
	"dynamo/request": "encoding/base64 lullaby/attribute lullaby/capacity lullaby/dynamo/expr lullaby/dynamo/refusal lullaby/internal/arn lullaby/internal/awsjson lullaby/internal/ellipsis",
	"dynamo/stream":  "encoding/base64 encoding/hex encoding/json lullaby/attribute lullaby/dynamo/refusal lullaby/instant",
	"dynamo/meter":   "lullaby/capacity lullaby/instant lullaby/watch",

	"gateway/authorize": "github.com/go-json-experiment/json/jsontext lullaby/instant lullaby/internal/object",

	"gateway":        "lullaby/capacity lullaby/instant lullaby/watch",
	"lambda":         "context encoding/json hash/fnv lullaby/capacity lullaby/instant lullaby/internal/arn lullaby/watch",
	"lambda/mapping": "context encoding/base64 encoding/json github.com/go-json-experiment/json/jsontext io lullaby/instant lullaby/internal/arn net/netip",
	"queue/refusal":  "lullaby/internal/kinds",
	"queue/request":  "crypto/md5 crypto/sha256 encoding/base64 encoding/hex encoding/json lullaby/attribute lullaby/internal/arn lullaby/internal/ellipsis lullaby/queue/refusal",
	"queue":          "crypto/sha256 lullaby/capacity lullaby/instant lullaby/internal/arn lullaby/queue/refusal lullaby/queue/request lullaby/watch",
	"watch/refusal":  "lullaby/internal/kinds",
	"watch/request":  "encoding/json lullaby/instant lullaby/watch lullaby/watch/refusal",

	"autoscale/refusal": "lullaby/internal/kinds",
	"autoscale/request": "lullaby/autoscale/refusal lullaby/instant lullaby/internal/schedule",
	"autoscale":         "encoding/json lullaby/autoscale/refusal lullaby/autoscale/request lullaby/instant lullaby/internal/arn lullaby/internal/schedule lullaby/watch",
	"pager":             "crypto/sha256 encoding/hex lullaby/instant lullaby/watch",
	"topic/refusal":     "lullaby/internal/kinds",
	"topic/request":     "encoding/json io lullaby/internal/arn lullaby/topic/refusal net/url",
	"topic":             "container/heap encoding/base64 encoding/json lullaby/instant lullaby/internal/arn lullaby/topic/refusal lullaby/topic/request lullaby/watch",

	"rehearse": "context github.com/HdrHistogram/hdrhistogram-go lullaby/attribute lullaby/autoscale lullaby/autoscale/request lullaby/capacity lullaby/dynamo/meter lullaby/dynamo/plan lullaby/dynamo/refusal lullaby/dynamo/stream lullaby/gateway lullaby/instant lullaby/internal/uuid " +
		"lullaby/lambda lullaby/lambda/mapping lullaby/pager lullaby/queue lullaby/queue/request lullaby/rehearse/report lullaby/retry lullaby/template lullaby/watch",
	"rehearse/report": "bufio encoding/json io",
}

// The model is handed instants and chance, and returns what it decides: it has
// no clock, no goroutine, no lock, no chance of its own, and does no I/O.
func TestModelIsPure(t *testing.T) {
	read := map[string]bool{}
	eachFile(t, func(pkg, file string) {
		allowed, modelled := model[pkg]
		if !modelled {
			if l, known := layers[pkg]; known && l <= 2 {
				t.Errorf("%s: package %s of layer %d is not in the list of the model", file, pkg, l)
			}
			return
		}
		read[pkg] = true
		for _, to := range allImports(t, file) {
			if !slices.Contains(strings.Fields(common+" "+allowed), to) {
				t.Errorf("%s: package %s of the model may not import %q", file, pkg, to)
			}
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range impurities(f) {
			t.Errorf("%v: the model %s", fset.Position(found.pos), found.what)
		}
	})
	if len(read) < 8 {
		t.Errorf("read %d packages: the test does not see the model", len(read))
	}
}

// impure are the functions of common packages that a model has no use for.
var impure = map[string]struct {
	names string
	what  string
}{
	"time":         {"After AfterFunc Local NewTicker NewTimer Now Since Sleep Tick Until", "reads a clock"},
	"fmt":          {"Print Printf Println Scan Scanf Scanln", "does I/O"},
	"math/rand/v2": {"ExpFloat64 Float32 Float64 Int Int32 Int32N Int64 Int64N IntN N NormFloat64 Perm Shuffle Uint Uint32 Uint32N Uint64 Uint64N UintN", "draws on chance that nobody seeded"},
}

type impurity struct {
	pos  token.Pos
	what string
}

// impurities finds what a file of the model does that it may not.
func impurities(f *ast.File) []impurity {
	var all []impurity
	names := map[string]string{} // of imported packages, by what the file calls them
	for _, spec := range f.Imports {
		to, err := strconv.Unquote(spec.Path.Value)
		name := path.Base(strings.TrimSuffix(to, "/v2"))
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if err == nil {
			names[name] = to
		}
		if to == "sync" || name == "." {
			all = append(all, impurity{spec.Pos(), "imports " + spec.Path.Value})
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			all = append(all, impurity{n.Pos(), "starts a goroutine"})
		case *ast.SelectStmt, *ast.ChanType, *ast.SendStmt:
			all = append(all, impurity{n.Pos(), "uses a channel"})
		case *ast.SelectorExpr:
			of, ok := n.X.(*ast.Ident)
			if !ok {
				break
			}
			if not := impure[names[of.Name]]; slices.Contains(strings.Fields(not.names), n.Sel.Name) {
				all = append(all, impurity{n.Pos(), not.what + ": " + of.Name + "." + n.Sel.Name})
			}
		}
		return true
	})
	return all
}

func TestImpuritiesAreFound(t *testing.T) {
	const text = `package p
import (
	"sync"
	clock "time"
	"math/rand/v2"
	"fmt"
)
var mu sync.Mutex
func f(c chan int, r *rand.Rand) clock.Duration {
	go f(nil, nil)
	fmt.Println(rand.IntN(3), r.IntN(3), fmt.Sprint())
	now := clock.Now
	return clock.Since(now())
}`
	f, err := parser.ParseFile(token.NewFileSet(), "p.go", text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var got []string //nolint:prealloc // compared with want alone
	for _, found := range impurities(f) {
		got = append(got, found.what)
	}
	want := []string{
		`imports "sync"`, "uses a channel", "starts a goroutine", "does I/O: fmt.Println", "draws on chance that nobody seeded: rand.IntN",
		"reads a clock: clock.Now", "reads a clock: clock.Since",
	}
	if !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}
