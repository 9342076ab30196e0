package dynamo

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lullaby/attribute"
	"lullaby/internal/awsjson"
)

// violations collects what a request breaks of its operation's model, to
// report all of it at once: "N validation errors detected: ...". The texts are
// the service's (architect/dynalite).
type violations []string

// maxViolations is how many are reported.
const maxViolations = 10

// add notes that value, as AWS prints it, breaks a constraint at path.
func (v *violations) add(value, path, constraint string) {
	if len(*v) < maxViolations {
		*v = append(*v, fmt.Sprintf("Value %s at '%s' failed to satisfy constraint: %s", value, path, constraint))
	}
}

func (v *violations) notNull(present bool, path string) bool {
	if !present {
		v.add("null", path, "Member must not be null")
	}
	return present
}

// text checks an optional string against a pattern (nil: any) and the bounds of
// its length.
func (v *violations) text(s *string, path string, pattern *regexp.Regexp, shortest, longest int) {
	if s == nil {
		return
	}
	if pattern != nil && !pattern.MatchString(*s) {
		v.add("'"+*s+"'", path, "Member must satisfy regular expression pattern: "+patternText(pattern))
	}
	if len(*s) < shortest {
		v.add("'"+*s+"'", path, "Member must have length greater than or equal to "+strconv.Itoa(shortest))
	}
	if longest > 0 && len(*s) > longest {
		v.add("'"+*s+"'", path, "Member must have length less than or equal to "+strconv.Itoa(longest))
	}
}

// patternText is the pattern as the model has it, without our anchors.
func patternText(p *regexp.Regexp) string {
	return strings.TrimSuffix(strings.TrimPrefix(p.String(), "^"), "$")
}

// one checks that an optional string is one of set.
func (v *violations) one(s *string, path string, set ...string) {
	if s != nil && !slices.Contains(set, *s) {
		v.add("'"+*s+"'", path, "Member must satisfy enum value set: ["+strings.Join(set, ", ")+"]")
	}
}

// between checks the bounds of an optional number; most 0 is none.
func (v *violations) between(n *int64, path string, least, most int64) {
	if n == nil {
		return
	}
	if *n < least {
		v.add(fmt.Sprintf("'%d'", *n), path, fmt.Sprintf("Member must have value greater than or equal to %d", least))
	}
	if most > 0 && *n > most {
		v.add(fmt.Sprintf("'%d'", *n), path, fmt.Sprintf("Member must have value less than or equal to %d", most))
	}
}

// wide returns an optional Integer as a Long.
func wide(n *int32) *int64 {
	if n == nil {
		return nil
	}
	long := int64(*n)
	return &long
}

// count checks that a list has one member or more, up to most; printed is the
// list as AWS prints it.
func (v *violations) count(n int, printed func() string, path string, most int) {
	if n == 0 {
		v.add("'"+printed()+"'", path, "Member must have length greater than or equal to 1")
	}
	if n > most {
		v.add("'"+printed()+"'", path, "Member must have length less than or equal to "+strconv.Itoa(most))
	}
}

// err returns a *ValidationError for what was noted, or nil.
func (v violations) err() error {
	switch len(v) {
	case 0:
		return nil
	case 1:
		return &ValidationError{"1 validation error detected: " + v[0]}
	}
	return &ValidationError{fmt.Sprintf("%d validation errors detected: %s", len(v), strings.Join(v, "; "))}
}

// Bounds of a table's name (Developer Guide, "Naming rules").
const (
	minName = 3
	maxName = 255
)

var namePattern = regexp.MustCompile(`^[a-zA-Z0-9_.-]+$`)

// tableName checks the name, or the ARN, of the operations on items.
func (v *violations) tableName(name *string) {
	if v.notNull(name != nil, "tableName") && tablePattern(name) != nil {
		v.text(name, "tableName", namePattern, minName, maxName)
	}
}

// tablePattern returns what a table's name must match: nothing if it is an ARN.
func tablePattern(name *string) *regexp.Regexp {
	if strings.HasPrefix(*name, arnPrefix) {
		return nil
	}
	return namePattern
}

// mapSize checks that a map by table is not empty.
func (v *violations) mapSize(n int, path string) {
	if n == 0 {
		v.add("'{}'", path, "Member must have length greater than or equal to 1")
	}
}

// mapNames checks the names that are the keys of a map by table.
func (v *violations) mapNames(names []string, path string) {
	for _, name := range names {
		if strings.HasPrefix(name, arnPrefix) {
			continue
		}
		if len(name) < minName || len(name) > maxName || !namePattern.MatchString(name) {
			v.add("'"+printNames(names)+"'", path, fmt.Sprintf("Map keys must satisfy constraint: [Member must have length less than or equal to %d, "+
				"Member must have length greater than or equal to %d, Member must satisfy regular expression pattern: %s]",
				maxName, minName, patternText(namePattern)))
		}
	}
}

// printNames stands for a map by table in messages; the service prints all of it.
func printNames(names []string) string { return "{" + strings.Join(names, ", ") + "}" }

// printKeys stands for a list of keys in messages.
func printKeys(keys []attribute.Item) string {
	texts := make([]string, len(keys))
	for i, k := range keys {
		text, err := awsjson.Marshal(k)
		if err != nil {
			continue // no more than a message
		}
		texts[i] = string(text)
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

// requireTableName checks the name of the operations on tables, which answer
// for it alone and before all else.
func requireTableName(name *string) error {
	if name == nil {
		return &ValidationError{"The parameter 'TableName' is required but was not present in the request"}
	}
	if len(*name) < minName || len(*name) > maxName {
		return &ValidationError{fmt.Sprintf(
			"TableName must be at least %d characters long and at most %d characters long", minName, maxName)}
	}
	return nil
}

// tableNamePattern checks what requireTableName leaves.
func (v *violations) tableNamePattern(name *string) {
	v.text(name, "tableName", namePattern, 0, 0)
}

// The enumerations that several operations share, in the order in which AWS
// prints them.
func (v *violations) returnConsumedCapacity(s *string) {
	v.one(s, "returnConsumedCapacity", "INDEXES", "TOTAL", "NONE")
}

func (v *violations) returnValues(s *string) {
	v.one(s, "returnValues", "ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW")
}

func (v *violations) returnItemCollectionMetrics(s *string) {
	v.one(s, "returnItemCollectionMetrics", "SIZE", "NONE")
}

func (v *violations) returnOnFailure(s *string) {
	v.one(s, "returnValuesOnConditionCheckFailure", "ALL_OLD", "NONE")
}
