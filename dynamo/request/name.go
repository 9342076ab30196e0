package request

import (
	"fmt"
	"regexp"
	"strings"

	"lullaby/dynamo/refusal"
)

// Bounds of the name of a table or index in characters, and what it is made of
// (Developer Guide, "Naming rules").
const (
	minName = 3
	maxName = 255
)

var namePattern = regexp.MustCompile(`^[a-zA-Z0-9_.-]+$`)

// isARN reports whether a table name is an ARN. Plain names have no colon.
func isARN(name string) bool { return strings.HasPrefix(name, "arn:") }

// tableName checks the name, or the ARN, of the operations on items.
func (v *violations) tableName(name *string) {
	if v.notNull(name != nil, "tableName") && !isARN(*name) {
		v.name(name, "tableName")
	}
}

// actionTable checks the name, or the ARN, of one action of a transaction.
func (v *violations) actionTable(name *string, path string) {
	if !v.notNull(name != nil, path) {
		return
	}
	if !isARN(*name) {
		v.pattern(name, path, namePattern)
	}
	v.length(name, path, 1, 0)
}

// name checks an optional name of a table or an index.
func (v *violations) name(name *string, path string) {
	v.pattern(name, path, namePattern)
	v.length(name, path, minName, maxName)
}

// indexName checks the name of an index that is made or changed.
func (v *violations) indexName(name *string, path string) {
	if v.notNull(name != nil, path) {
		v.name(name, path)
	}
}

// tables checks the names that are the keys of a map by table.
func (v *violations) tables(names []string, path string, printed func() string) {
	for _, name := range names {
		switch {
		case v.full():
			return
		case isARN(name):
			continue
		}
		if len(name) < minName || len(name) > maxName || !namePattern.MatchString(name) {
			v.add("'"+printed()+"'", path, fmt.Sprintf("Map keys must satisfy constraint: [Member must have length less than or equal to %d, "+
				"Member must have length greater than or equal to %d, Member must satisfy regular expression pattern: %s]",
				maxName, minName, patternText(namePattern)))
			return // the text is that of the whole map
		}
	}
}

// checkTableName checks the name of an operation on a table. AWS reports it
// alone, before all else; violations reports its pattern.
func checkTableName(name *string) error {
	switch {
	case name == nil:
		return aboutName(refusal.Invalid("The parameter 'TableName' is required but was not present in the request"))
	case len(*name) < minName || len(*name) > maxName:
		return aboutName(refusal.Invalid(fmt.Sprintf(
			"TableName must be at least %d characters long and at most %d characters long", minName, maxName)))
	}
	return nil
}

// checkNewName is checkTableName for CreateTable and UpdateTable, which have another
// text for a short name (docs/aws/messages.md#tables).
func checkNewName(name *string) error {
	if name != nil && len(*name) < minName {
		var v violations
		v.length(name, "tableName", minName, 0)
		return v.memberErr()
	}
	return checkTableName(name)
}

// checkTable checks the name, or the ARN, of an operation on an existing table.
func checkTable(name *string) error {
	if name != nil && isARN(*name) {
		return nil
	}
	return checkTableName(name)
}

// tablePattern checks what checkTable leaves.
func (v *violations) tablePattern(name *string) {
	if !isARN(*name) {
		v.pattern(name, "tableName", namePattern)
	}
}

func aboutName(err error) error { return about([]string{"TableName"}, err) }
