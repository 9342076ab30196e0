package wire

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"lullaby/autoscale"
	scaling "lullaby/autoscale/store"
	"lullaby/dynamo"
	"lullaby/instant"
)

// faultyTables are scaled; their tables are named after their behaviour.
type faultyTables struct{}

func (faultyTables) Units(_ instant.Instant, r autoscale.Resource) (units int64, changing bool, err error) {
	return 5, false, map[string]error{"missing": scaling.ErrNoResource, "broken": errors.New("disk on fire")}[r.Table()]
}

func (faultyTables) SetUnits(context.Context, instant.Instant, autoscale.Resource, int64) error {
	return nil
}

// A fullableFS is a file system that can be full.
type fullableFS struct {
	vfs.FS

	free atomic.Uint64 // bytes
}

// GetDiskUsage implements vfs.FS.
func (fs *fullableFS) GetDiskUsage(string) (vfs.DiskUsage, error) {
	return vfs.DiskUsage{AvailBytes: fs.free.Load(), TotalBytes: math.MaxInt64}, nil
}

// target calls an operation of Application Auto Scaling on the table tab.
func (w *faultWorld) target(operation, members string) faultAnswer {
	return w.ask("AnyScaleFrontendService."+operation, scalable("tab", members))
}

// scalable returns an input that names the write units of a table.
func scalable(table, members string) string {
	if members != "" {
		members = "," + members
	}
	return `{"ServiceNamespace":"dynamodb","ResourceId":"table/` + table + `","ScalableDimension":"dynamodb:table:WriteCapacityUnits"` + members + `}`
}

// scales returns a request for an operation of Application Auto Scaling.
func scales(operation, body string) faultCase {
	return func(w *faultWorld) faultAnswer { return w.ask("AnyScaleFrontendService."+operation, body) }
}

const (
	bounds      = `"MinCapacity":5,"MaxCapacity":10`
	listTargets = "X-Amz-Target: AnyScaleFrontendService.DescribeScalableTargets\n"
	listed      = `{"ServiceNamespace":"dynamodb"}`
)

// tooManyActions puts scheduled actions until they are refused.
func tooManyActions(w *faultWorld) faultAnswer {
	w.target("RegisterScalableTarget", bounds)
	for n := range 201 {
		a := w.target("PutScheduledAction", fmt.Sprintf(`"ScheduledActionName":"a%d","Schedule":"rate(1 day)","ScalableTargetAction":{"MinCapacity":6}`, n))
		if a.status != 200 {
			return a
		}
	}
	return faultAnswer{}
}

// tooManyTags tags a target until that is refused.
func tooManyTags(w *faultWorld) faultAnswer {
	arn := read(w.target("RegisterScalableTarget", bounds).text, "ScalableTargetARN")
	for n := range 51 {
		a := w.ask("AnyScaleFrontendService.TagResource", fmt.Sprintf(`{"ResourceARN":%q,"Tags":{"k%d":"v"}}`, arn, n))
		if a.status != 200 {
			a.text = strings.ReplaceAll(a.text, arn, "ARN")
			return a
		}
	}
	return faultAnswer{}
}

// registeredInVain registers a target on a full disk.
func registeredInVain(w *faultWorld) faultAnswer {
	w.close()
	disk := &fullableFS{FS: w.fs}
	disk.free.Store(1 << 30)
	w.fs = disk
	w.open(dynamo.Options{}, nil)
	disk.free.Store(0)
	time.Sleep(time.Second)
	defer func() {
		disk.free.Store(1 << 30)
		time.Sleep(time.Second)
	}()
	return w.target("RegisterScalableTarget", bounds)
}

// targetCases are those of Application Auto Scaling.
var targetCases = map[string]faultCase{
	"application-autoscaling/validation": scales("RegisterScalableTarget", scalable("missing", bounds)),
	"application-autoscaling/not found":  scales("DeregisterScalableTarget", scalable("tab", "")),
	"application-autoscaling/limit":      tooManyActions,
	"application-autoscaling/token":      scales("DescribeScalingPolicies", `{"ServiceNamespace":"dynamodb","NextToken":"?"}`),
	"application-autoscaling/no target of tags": scales("ListTagsForResource",
		`{"ResourceARN":"arn:aws:application-autoscaling:us-east-1:123456789012:scalable-target/nothing"}`),
	"application-autoscaling/tags":                tooManyTags,
	"application-autoscaling/syntax":              scales("DescribeScalableTargets", `{`),
	"application-autoscaling/no signature":        keyed(sends("POST /", listTargets+"Authorization: none", listed)),
	"application-autoscaling/part of a signature": keyed(sends("POST /", listTargets+"Authorization: AWS4-HMAC-SHA256 Credential=a, Signature=b", listed)),
	"application-autoscaling/other service":       keyed(sends("POST /", listTargets, listed)),
	"application-autoscaling/unknown key": keyed(func(w *faultWorld) faultAnswer {
		return w.send("POST /", listTargets+"Authorization: "+credential("application-autoscaling"), listed)
	}),
	"application-autoscaling/unknown operation": scales("Nap", `{}`),
	"application-autoscaling/too large":         scales("DescribeScalableTargets", strings.Repeat(" ", maxBody+1)),
	"application-autoscaling/undecoded":         sends("POST /", listTargets+"Content-Encoding: gzip", `{}`),
	"application-autoscaling/disk":              registeredInVain,
	"application-autoscaling/internal":          scales("RegisterScalableTarget", scalable("broken", bounds)),
}
