package request

import (
	"slices"
	"strings"
)

// BareName returns the name in a table's ARN; any other string is returned as it
// is.
func BareName(name string) string {
	if _, bare, found := strings.Cut(name, ":table/"); found && isARN(name) {
		return bare
	}
	return name
}

// TableNames returns the names of the tables of a request for items, each once
// and without the ARN.
func (w *Write) TableNames() []string { return tableNames(w.TableName) }

// TableNames returns the names of the tables, as Write.TableNames does.
func (in *GetItemInput) TableNames() []string { return tableNames(in.TableName) }

// TableNames returns the names of the tables, as Write.TableNames does.
func (s *Selection) TableNames() []string { return tableNames(s.TableName) }

// TableNames returns the names of the tables, as Write.TableNames does.
func (in *BatchGetItemInput) TableNames() []string { return tablesOf(in.RequestItems) }

// TableNames returns the names of the tables, as Write.TableNames does.
func (in *BatchWriteItemInput) TableNames() []string { return tablesOf(in.RequestItems) }

// TableNames returns the names of the tables, as Write.TableNames does.
func (in *TransactGetItemsInput) TableNames() []string {
	names := make([]*string, 0, len(in.TransactItems))
	for _, item := range in.TransactItems {
		if item.Get != nil {
			names = append(names, item.Get.TableName)
		}
	}
	return tableNames(names...)
}

// TableNames returns the names of the tables, as Write.TableNames does.
func (in *TransactWriteItemsInput) TableNames() []string {
	names := make([]*string, 0, len(in.TransactItems))
	for _, item := range in.TransactItems {
		switch {
		case item.ConditionCheck != nil:
			names = append(names, item.ConditionCheck.TableName)
		case item.Put != nil:
			names = append(names, item.Put.TableName)
		case item.Delete != nil:
			names = append(names, item.Delete.TableName)
		case item.Update != nil:
			names = append(names, item.Update.TableName)
		}
	}
	return tableNames(names...)
}

func tablesOf[V any](items map[string]V) []string {
	names := make([]*string, 0, len(items))
	for _, name := range sortedKeys(items) {
		names = append(names, &name)
	}
	return tableNames(names...)
}

func tableNames(given ...*string) []string {
	names := make([]string, 0, len(given))
	for _, name := range given {
		if name != nil && !slices.Contains(names, BareName(*name)) {
			names = append(names, BareName(*name))
		}
	}
	return names
}
