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

// Table returns the name of the table of a request for items without the ARN, empty if
// it has none.
func (w *Write) Table() string { return tableName(w.TableName) }

// Table returns the name of the table, as Write.Table does.
func (in *GetItemInput) Table() string { return tableName(in.TableName) }

// Table returns the name of the table, as Write.Table does.
func (s *Selection) Table() string { return tableName(s.TableName) }

func tableName(name *string) string {
	if name == nil {
		return ""
	}
	return BareName(*name)
}

// TableNames returns the names of the tables of a request for items, each once
// and without the ARN.
func (in *BatchGetItemInput) TableNames() []string { return tablesOf(in.RequestItems) }

// TableNames returns the names of the tables, as BatchGetItemInput.TableNames does.
func (in *BatchWriteItemInput) TableNames() []string { return tablesOf(in.RequestItems) }

// TableNames returns the names of the tables, as BatchGetItemInput.TableNames does.
func (in *TransactGetItemsInput) TableNames() []string {
	names := make([]*string, 0, len(in.TransactItems))
	for _, item := range in.TransactItems {
		if item.Get != nil {
			names = append(names, item.Get.TableName)
		}
	}
	return tableNames(names...)
}

// TableNames returns the names of the tables, as BatchGetItemInput.TableNames does.
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

func tableNames(all ...*string) []string {
	names := make([]string, 0, len(all))
	for _, name := range all {
		if name != nil && !slices.Contains(names, BareName(*name)) {
			names = append(names, BareName(*name))
		}
	}
	return names
}
