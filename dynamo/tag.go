package dynamo

import (
	"fmt"
	"maps"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"lullaby/dynamo/refusal"
)

// TagInput is a Tag that may lack parts.
type TagInput struct{ Key, Value *string }

// Tag is a label of a table.
type Tag struct{ Key, Value string }

// Bounds of tags, lengths in characters (Developer Guide, "Adding tags and
// labels to resources").
const (
	maxTags     = 50 // of one table
	maxTagKey   = 128
	maxTagValue = 256
)

// checkTags checks tags that are to be set. The texts are AWS's
// (architect/dynalite; aws-controllers-k8s/dynamodb-controller,
// docs/api-quirks, DDB-TABLE-442).
func checkTags(tags []TagInput) error {
	seen := map[string]bool{}
	for _, tag := range tags {
		if err := checkTagKey(tag.Key); err != nil {
			return err
		}
		switch {
		case tag.Value == nil || utf8.RuneCountInString(*tag.Value) > maxTagValue:
			return &ValidationError{"The Tag Value provided is invalid, Value: " + orNull(tag.Value)}
		case strings.HasPrefix(*tag.Key, "aws:"):
			return &ValidationError{"Tag Key cannot be prefixed with aws:, Key: " + *tag.Key}
		case seen[*tag.Key]:
			return &ValidationError{"Duplicate Tag Keys provided as input: Duplicate Tag Key found " + *tag.Key}
		}
		seen[*tag.Key] = true
	}
	return checkTagCount(len(tags))
}

func checkTagKey(key *string) error {
	if key == nil || *key == "" || utf8.RuneCountInString(*key) > maxTagKey {
		return &ValidationError{"The Tag Key provided is invalid, Key: " + orNull(key)}
	}
	return nil
}

func checkTagCount(n int) error {
	if n > maxTags {
		return &ValidationError{"Number of Tags exceed the current limit for the provided ResourceArn"}
	}
	return nil
}

// tagged returns tags with those of a checked request, as a new map.
func tagged(tags map[string]string, given []TagInput) map[string]string {
	all := maps.Clone(tags)
	if all == nil && len(given) > 0 {
		all = make(map[string]string, len(given))
	}
	for _, tag := range given {
		all[*tag.Key] = *tag.Value
	}
	return all
}

// arnShape is what has the shape of an ARN.
var arnShape = regexp.MustCompile(`^.+:.+:.+:.+:.+:.+/.+$`)

// tableARNs matches the ARNs of tables in a partition, of any region and
// account, and yields their names.
func tableARNs(partition string) *regexp.Regexp {
	return regexp.MustCompile(`^arn:` + regexp.QuoteMeta(partition) + `:dynamodb:.+:\d+:table/([^/]{3,})$`)
}

// checkResource checks the ResourceArn of an operation on tags; whole is what
// else the operation checks before it looks at the ARN closely.
func (e *Engine) checkResource(given *string, operation string, whole error) error {
	switch {
	case given == nil:
		return &ValidationError{"Invalid TableArn"}
	case !arnShape.MatchString(*given):
		resource := *given
		if resource == "" {
			resource = "*"
		}
		return refusal.New(refusal.AccessDenied, fmt.Sprintf("User: %s is not authorized to perform: dynamodb:%s on resource: %s",
			e.opts.Scope.Global("iam", "root"), operation, resource))

	case whole != nil:
		return whole
	case !e.tableARNs.MatchString(*given):
		return &ValidationError{"Invalid TableArn: Invalid ResourceArn provided as input " + *given}
	}
	return nil
}

// missing is the answer for a list that has to be there.
func missing(list bool, path string) error {
	var v violations
	v.notNull(list, path)
	return v.err()
}

// retag changes the tags of the table of a checked ARN. The caller holds no
// lock.
func (e *Engine) retag(resource, unknown string, change func(tags map[string]string) (map[string]string, error)) error {
	e.ddl.Lock()
	defer e.ddl.Unlock()
	t, err := e.known(e.tableARNs.FindStringSubmatch(resource)[1])
	if err != nil || t.gone.Load() != 0 {
		return refusal.New(refusal.NotFound, unknown)
	}
	d := t.desc.Load().clone()
	if d.Tags, err = change(d.Tags); err != nil {
		return err
	}
	return e.replace(t, d, nil, time.Now())
}

// unknownResource is the answer for an ARN whose table is not there; the
// spelling is AWS's.
func unknownResource(resource string) string {
	return "Requested resource not found: ResourcArn: " + resource + " not found"
}
